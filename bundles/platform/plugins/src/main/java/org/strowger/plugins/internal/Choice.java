package org.strowger.plugins.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which services take new uses when a plugin is there in several versions: those of the highest. Its services
 * come one by one; until it offers as many as the one before it, and for 2 s at the most, that one goes on,
 * so that no phase of a call is without its policy.
 */
final class Choice<S> {

  private static final long PATIENCE = Duration.ofSeconds(2).toNanos();

  private final long now;
  private final List<Entry<S>> serving = new ArrayList<>();
  private Long takeover;

  Choice(List<Entry<S>> offered, long now) {
    this.now = now;
    var byId = new HashMap<String, Map<Long, List<Entry<S>>>>();
    for (Entry<S> entry : offered) {
      byId.computeIfAbsent(entry.plugin().id(), id -> new HashMap<>()).computeIfAbsent(entry.plugin().bundleId(), id -> new ArrayList<>()).add(entry);
    }
    byId.values().forEach(versions -> serving.addAll(choose(new ArrayList<>(versions.values()))));
  }

  /** @param versions of one plugin, a list of services each */
  private List<Entry<S>> choose(List<List<Entry<S>>> versions) {
    versions.sort(Comparator.comparing((List<Entry<S>> one) -> one.get(0).version()).thenComparing(one -> one.get(0).plugin().bundleId()));
    List<Entry<S>> chosen = versions.get(0);
    for (List<Entry<S>> newer : versions.subList(1, versions.size())) {
      long due = newer.stream().mapToLong(Entry::since).min().orElse(now) + PATIENCE;
      if (newer.size() >= chosen.size() || now - due >= 0) {
        chosen = newer;
      } else {
        takeover = takeover == null || due - takeover < 0 ? due : takeover;
      }
    }
    return chosen;
  }

  List<Entry<S>> serving() {
    return serving;
  }

  /** When to choose again, in ticks; null if nothing waits. */
  Long takeover() {
    return takeover;
  }
}

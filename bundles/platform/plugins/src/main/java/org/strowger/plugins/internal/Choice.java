package org.strowger.plugins.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which services take new uses when a plugin is there in several versions: those of the highest, of whatever kind. Its services
 * come one by one; until it offers as many as the one before it, and for 2 s at the most, that one goes on,
 * so that no phase of a call is without its policy.
 */
final class Choice {

  private static final long PATIENCE = Duration.ofSeconds(2).toNanos();

  private final long now;
  /** The bundle that serves, by plugin id. */
  private final Map<String, Long> chosen = new HashMap<>();
  private Long takeover;

  /** @param offered all services of all plugins */
  Choice(List<Entry<?>> offered, long now) {
    this.now = now;
    var byId = new HashMap<String, Map<Long, List<Entry<?>>>>();
    for (Entry<?> entry : offered) {
      byId.computeIfAbsent(entry.plugin().id(), id -> new HashMap<>()).computeIfAbsent(entry.plugin().bundleId(), id -> new ArrayList<>()).add(entry);
    }
    byId.forEach((id, versions) -> chosen.put(id, choose(new ArrayList<>(versions.values()))));
  }

  /** @param versions of one plugin, a list of services each */
  private long choose(List<List<Entry<?>>> versions) {
    versions.sort(Comparator.comparing((List<Entry<?>> one) -> one.get(0).version()).thenComparing(one -> one.get(0).plugin().bundleId()));
    List<Entry<?>> best = versions.get(0);
    for (List<Entry<?>> newer : versions.subList(1, versions.size())) {
      long due = newer.stream().mapToLong(Entry::since).min().orElse(now) + PATIENCE;
      if (newer.size() >= best.size() || now - due >= 0) {
        best = newer;
      } else {
        takeover = takeover == null || due - takeover < 0 ? due : takeover;
      }
    }
    return best.get(0).plugin().bundleId();
  }

  /** @param entry one of those that are offered */
  boolean serves(Entry<?> entry) {
    return chosen.get(entry.plugin().id()) == entry.plugin().bundleId();
  }

  /** When to choose again, in ticks; null if nothing waits. */
  Long takeover() {
    return takeover;
  }
}

package org.strowger.plugins.internal;

import java.util.ArrayList;
import java.util.List;
import org.strowger.kernel.Time;

/**
 * Which version of each plugin takes new uses, whatever it offers: one choice for all SPIs that are followed, as a newer version may offer
 * another kind of service than the older one. Threads: any; who follows is told with the monitor held.
 */
final class Versions {

  private final Time time;
  private final List<Followed<?>> sets = new ArrayList<>();
  /** When a newer version takes over though it does not offer as much as the older one, in ticks; null if none waits. */
  private volatile Long takeover;

  Versions(Time time) {
    this.time = time;
  }

  synchronized void add(Followed<?> set) {
    sets.add(set);
  }

  synchronized void remove(Followed<?> set) {
    sets.remove(set);
    renew();
  }

  /** Chooses anew: something has come, gone or been drained, or a newer version's time has come. */
  synchronized void renew() {
    var offered = new ArrayList<Entry<?>>();
    sets.forEach(set -> set.offered().forEach(offered::add));
    var choice = new Choice(offered, time.ticks());
    takeover = choice.takeover();
    // First all, so that who is told of one finds the others as they belong to it.
    List<Followed<?>> changed = sets.stream().filter(set -> set.take(choice)).toList();
    changed.forEach(Followed::tell);
  }

  /** By the keeper. */
  void look(long now) {
    Long due = takeover;
    if (due != null && now - due >= 0) {
      renew();
    }
  }
}

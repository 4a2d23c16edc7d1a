package org.strowger.rest.door;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * So many requests at once, and of one caller at most half of them: who opens many and finishes none
 * shuts the door for himself alone. Nobody waits for a place. Threads: any.
 */
public final class Places {

  private final Map<String, Integer> taken = new HashMap<>();
  private int most;
  private int all;

  /** @param most places, at least 1 */
  public Places(int most) {
    this.most = most;
  }

  /** Who has a place keeps it. */
  public synchronized void limit(int places) {
    most = places;
  }

  public synchronized int free() {
    return Math.max(0, most - all);
  }

  /** @return empty if all places are taken, or half of them by this caller */
  public synchronized Optional<Place> take(String caller) {
    int his = taken.getOrDefault(caller, 0);
    if (all >= most || his >= (most + 1) / 2) {
      return Optional.empty();
    }
    all++;
    taken.put(caller, his + 1);
    return Optional.of(new Place(caller));
  }

  private synchronized void leave(String caller) {
    all--;
    taken.computeIfPresent(caller, (name, count) -> count == 1 ? null : count - 1);
  }

  /** Held until it is closed. */
  public final class Place implements AutoCloseable {

    private final String caller;
    private boolean left;

    private Place(String caller) {
      this.caller = caller;
    }

    @Override
    public synchronized void close() {
      if (!left) {
        left = true;
        leave(caller);
      }
    }
  }
}

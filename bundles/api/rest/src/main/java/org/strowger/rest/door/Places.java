package org.strowger.rest.door;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * So many requests at once, and of one caller at most half of them: who opens many and finishes none
 * shuts the door for himself alone. Who finds none waits for one for a moment, half as many as there are places, and of
 * one caller half of these. Threads: any.
 */
public final class Places {

  private final Map<String, Integer> taken = new HashMap<>();
  private final long patience;
  private int most;
  private int all;
  private final Map<String, Integer> waiting = new HashMap<>();

  /**
   * @param most places, at least 1
   * @param patience how long one is waited for
   */
  public Places(int most, Duration patience) {
    this.most = most;
    this.patience = patience.toNanos();
  }

  /** Who has a place keeps it. */
  public synchronized void limit(int places) {
    most = places;
    notifyAll();
  }

  public synchronized int free() {
    return Math.max(0, most - all);
  }

  /** @return empty if all places stay taken, or half of them by this caller */
  public synchronized Optional<Place> take(String caller) {
    if (!mayEnter(caller) && !waitedFor(caller)) {
      return Optional.empty();
    }
    all++;
    taken.merge(caller, 1, Integer::sum);
    return Optional.of(new Place(caller));
  }

  private boolean mayEnter(String caller) {
    return all < most && taken.getOrDefault(caller, 0) < half();
  }

  private int half() {
    return (most + 1) / 2;
  }

  private boolean waitedFor(String caller) {
    int all = waiting.values().stream().mapToInt(Integer::intValue).sum();
    if (all >= half() || waiting.getOrDefault(caller, 0) >= (half() + 1) / 2) {
      return false;
    }
    waiting.merge(caller, 1, Integer::sum);
    try {
      long end = System.nanoTime() + patience;
      for (long left = patience; left > 0 && !mayEnter(caller); left = end - System.nanoTime()) {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
      return mayEnter(caller);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      waiting.computeIfPresent(caller, (name, count) -> count == 1 ? null : count - 1);
    }
  }

  private synchronized void leave(String caller) {
    notifyAll();
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

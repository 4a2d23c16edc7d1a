package org.strowger.calls.internal;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** How many keys of limits are kept: policies make them, and may make one for every call. Threads: any. */
final class Room {

  /** Of one policy. */
  static final int MOST = 100_000;
  /** Of all: some 80 MB if each key is as long as it may be. */
  static final int MOST_IN_ALL = 200_000;

  private final Map<String, Integer> kept = new ConcurrentHashMap<>();
  private final AtomicInteger all = new AtomicInteger();

  /** @return false if there is no room for one more */
  boolean enter(String policy) {
    if (all.incrementAndGet() > MOST_IN_ALL) {
      all.decrementAndGet();
      return false;
    }
    var entered = new boolean[1];
    kept.compute(policy, (p, now) -> {
      int before = now == null ? 0 : now;
      entered[0] = before < MOST;
      return entered[0] ? Integer.valueOf(before + 1) : now;
    });
    if (!entered[0]) {
      all.decrementAndGet();
    }
    return entered[0];
  }

  void leave(String policy) {
    kept.computeIfPresent(policy, (p, now) -> now == 1 ? null : now - 1);
    all.decrementAndGet();
  }

  int all() {
    return all.get();
  }
}

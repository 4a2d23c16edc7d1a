package org.strowger.calls.internal;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.strowger.kernel.Time;

/** Slots, buckets and keys that work once: taken atomically, whoever asks. Threads: any. */
final class Limits {

  private static final BigDecimal NANOS = BigDecimal.valueOf(1_000_000_000L);
  /** A bucket slower than this is as good as one that never refills. */
  private static final long LONGEST_INTERVAL = 86_400_000_000_000L;

  private final Time time;
  private final Map<String, Integer> slots = new ConcurrentHashMap<>();
  /** Per bucket the moment at which it will be full again, in ticks. */
  private final Map<String, Long> buckets = new ConcurrentHashMap<>();
  private final Map<String, Instant> used = new ConcurrentHashMap<>();

  Limits(Time time) {
    this.time = time;
  }

  /** Takes one of {@code limit} slots. @return false if none is free */
  boolean hold(String key, int limit) {
    boolean[] taken = new boolean[1];
    slots.compute(key, (k, now) -> {
      int held = now == null ? 0 : now;
      taken[0] = held < limit;
      return taken[0] ? Integer.valueOf(held + 1) : now;
    });
    return taken[0];
  }

  void release(String key) {
    slots.computeIfPresent(key, (k, held) -> held <= 1 ? null : held - 1);
  }

  /** Takes a token of a bucket that starts full. @return false if it is empty */
  boolean take(String key, BigDecimal perSecond, int burst) {
    if (burst < 1 || perSecond.signum() <= 0) {
      return false;
    }
    long interval = NANOS.divide(perSecond, 0, RoundingMode.CEILING).min(BigDecimal.valueOf(LONGEST_INTERVAL)).longValue();
    long now = time.ticks();
    boolean[] taken = new boolean[1];
    buckets.compute(key, (k, fullAt) -> {
      long from = fullAt == null || fullAt - now < 0 ? now : fullAt;
      taken[0] = from - now <= (burst - 1L) * interval;
      return taken[0] ? Long.valueOf(from + interval) : fullAt;
    });
    return taken[0];
  }

  /** @return false if the key was used before and {@code until} has not come */
  boolean once(String key, Instant until) {
    Instant now = time.now();
    boolean[] first = new boolean[1];
    used.compute(key, (k, before) -> {
      first[0] = before == null || !now.isBefore(before);
      return first[0] ? until : before;
    });
    return first[0];
  }

  /** Forgets full buckets and keys whose time is over. */
  void sweep() {
    long ticks = time.ticks();
    Instant now = time.now();
    buckets.values().removeIf(fullAt -> fullAt - ticks <= 0);
    used.values().removeIf(until -> !now.isBefore(until));
  }

  int slotsHeld() {
    return slots.values().stream().mapToInt(Integer::intValue).sum();
  }
}

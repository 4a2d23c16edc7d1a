package org.strowger.calls.internal;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.strowger.calls.api.Sense;
import org.strowger.kernel.Time;

/** Slots, buckets and keys that work once: taken atomically, whoever asks. Threads: any. */
final class Limits {

  private static final BigDecimal NANOS = BigDecimal.valueOf(1_000_000_000L);
  /** A bucket slower than this is as good as one that never refills. */
  private static final long LONGEST_INTERVAL = Sense.LONGEST_LIMIT.toNanos();

  private final Time time;
  private final Map<String, Integer> slots = new ConcurrentHashMap<>();
  private final Map<String, Bucket> buckets = new ConcurrentHashMap<>();
  private final Map<String, Use> used = new ConcurrentHashMap<>();
  private final Room room = new Room();

  /** What became of a wish. */
  enum Got {
    IT, NONE,
    /** Its key is new, and there are as many as are kept. */
    NO_ROOM
  }

  /**
   * @param policy who made it first
   * @param fullAt the moment at which it will be full again, in ticks
   */
  private record Bucket(String policy, long fullAt) {}

  private record Use(String policy, Instant until) {}

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

  /** Takes a token of a bucket that starts full. */
  Got take(String policy, String key, BigDecimal perSecond, int burst) {
    if (burst < 1 || perSecond.signum() <= 0) {
      return Got.NONE;
    }
    long interval = NANOS.divide(perSecond, 0, RoundingMode.CEILING).min(BigDecimal.valueOf(LONGEST_INTERVAL)).longValue();
    long now = time.ticks();
    var got = new Got[1];
    buckets.compute(key, (k, before) -> {
      if (before == null && !room.enter(policy)) {
        got[0] = Got.NO_ROOM;
        return null;
      }
      long from = before == null || before.fullAt - now < 0 ? now : before.fullAt;
      got[0] = from - now <= (burst - 1L) * interval ? Got.IT : Got.NONE;
      return got[0] == Got.IT ? new Bucket(before == null ? policy : before.policy, from + interval) : before;
    });
    return got[0];
  }

  /** @return NONE if the key was used before and {@code until} has not come */
  Got once(String policy, String key, Instant until) {
    Instant now = time.now();
    var got = new Got[1];
    used.compute(key, (k, before) -> {
      if (before == null && !room.enter(policy)) {
        got[0] = Got.NO_ROOM;
        return null;
      }
      got[0] = before == null || !now.isBefore(before.until) ? Got.IT : Got.NONE;
      return got[0] == Got.IT ? new Use(before == null ? policy : before.policy, until) : before;
    });
    return got[0];
  }

  /** Forgets full buckets and keys whose time is over. */
  void sweep() {
    long ticks = time.ticks();
    Instant now = time.now();
    buckets.forEach((key, bucket) -> {
      if (bucket.fullAt - ticks <= 0 && buckets.remove(key, bucket)) {
        room.leave(bucket.policy);
      }
    });
    used.forEach((key, use) -> {
      if (!now.isBefore(use.until) && used.remove(key, use)) {
        room.leave(use.policy);
      }
    });
  }

  /** Buckets and used keys that are kept. */
  int keys() {
    return room.all();
  }

  int slotsHeld() {
    return slots.values().stream().mapToInt(Integer::intValue).sum();
  }
}

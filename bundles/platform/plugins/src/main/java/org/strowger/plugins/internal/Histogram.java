package org.strowger.plugins.internal;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts durations without locks. Buckets grow with the value, eight per power of two, so a percentile
 * is at most an eighth too high; below 8 µs it is exact.
 */
final class Histogram {

  private static final int SUB_BITS = 3;
  private static final int SUB = 1 << SUB_BITS;
  /** Durations above 2^32 µs, more than an hour, share the last bucket. */
  private static final long MAX_MICROS = 1L << 32;

  private final AtomicLongArray buckets = new AtomicLongArray(bucketOf(MAX_MICROS) + 1);

  void record(long nanos) {
    buckets.incrementAndGet(bucketOf(Math.min(MAX_MICROS, Math.max(0, nanos / 1000))));
  }

  /**
   * The value that {@code perMille} of all values do not exceed, in microseconds; 0 if there are none.
   *
   * @param perMille 1 to 1000
   */
  long percentile(int perMille) {
    long total = 0;
    for (int i = 0; i < buckets.length(); i++) {
      total += buckets.get(i);
    }
    long rank = (total * perMille + 999) / 1000;
    long seen = 0;
    for (int i = 0; i < buckets.length() && rank > 0; i++) {
      seen += buckets.get(i);
      if (seen >= rank) {
        return highestOf(i);
      }
    }
    return 0;
  }

  private static int bucketOf(long micros) {
    int shift = Math.max(0, 63 - Long.numberOfLeadingZeros(micros | 1) - SUB_BITS);
    return shift == 0 ? (int) micros : (shift << SUB_BITS) + (int) (micros >>> shift);
  }

  private static long highestOf(int bucket) {
    if (bucket < 2 * SUB) {
      return bucket;
    }
    int shift = (bucket >>> SUB_BITS) - 1;
    long first = (long) ((bucket & (SUB - 1)) | SUB) << shift;
    return first + (1L << shift) - 1;
  }
}

package org.strowger.dncl.internal.numbers;

/**
 * Distinct numbers in order, after Elias and Fano: of each number the low bits stand side by side, the
 * high bits as the lengths of runs. About 2 + log2(range / count) bits a number: 12 for ten million out
 * of ten thousand million. Immutable.
 */
final class SortedNumbers {

  /** Words of the high bits whose zeros are counted together. */
  private static final int BLOCK = 8;

  private final long least;
  private final long greatest;
  private final long size;
  private final int lowBits;
  private final long[] low;
  private final long[] high;
  /** Zeros in the high bits before each block. */
  private final long[] zerosBefore;

  private SortedNumbers(long least, long greatest, long size, int lowBits, long[] low, long[] high) {
    this.least = least;
    this.greatest = greatest;
    this.size = size;
    this.lowBits = lowBits;
    this.low = low;
    this.high = high;
    this.zerosBefore = new long[high.length / BLOCK + 1];
    long zeros = 0;
    for (int word = 0; word < high.length; word++) {
      if (word % BLOCK == 0) {
        zerosBefore[word / BLOCK] = zeros;
      }
      zeros += 64 - Long.bitCount(high[word]);
    }
    if (high.length % BLOCK == 0) {
      zerosBefore[high.length / BLOCK] = zeros;
    }
  }

  long size() {
    return size;
  }

  long least() {
    return least;
  }

  long greatest() {
    return greatest;
  }

  long bytes() {
    return 8L * (low.length + high.length + zerosBefore.length);
  }

  /** What so many numbers will take of the heap. @param most that will come */
  static long bytes(long most, long least, long greatest) {
    int lowBits = lowBits(most, greatest - least);
    long highWords = highWords(most, greatest - least, lowBits);
    return 8 * (lowWords(most, lowBits) + highWords + highWords / BLOCK + 1);
  }

  private static int lowBits(long most, long range) {
    return Math.max(0, 63 - Long.numberOfLeadingZeros(Math.max(1, range / Math.max(1, most))));
  }

  private static long lowWords(long most, int lowBits) {
    return (most * lowBits + 63) / 64 + 1;
  }

  private static long highWords(long most, long range, int lowBits) {
    return (most + (range >>> lowBits) + 1 + 63) / 64;
  }

  boolean has(long number) {
    if (size == 0 || number < least || number > greatest) {
      return false;
    }
    long above = number - least;
    long bucket = above >>> lowBits;
    long wanted = above & mask();
    long from = bucket == 0 ? 0 : zero(bucket - 1) - (bucket - 1);
    long to = zero(bucket) - bucket;
    while (from < to) {
      long middle = (from + to) >>> 1;
      long found = low(middle);
      if (found == wanted) {
        return true;
      } else if (found < wanted) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return false;
  }

  /** Position of a zero in the high bits, counted from 0. */
  private long zero(long number) {
    int lowest = 0;
    int highest = zerosBefore.length - 1;
    while (lowest < highest) {
      int middle = (lowest + highest + 1) >>> 1;
      if (zerosBefore[middle] <= number) {
        lowest = middle;
      } else {
        highest = middle - 1;
      }
    }
    long left = number - zerosBefore[lowest];
    int word = lowest * BLOCK;
    for (int zeros = 64 - Long.bitCount(high[word]); zeros <= left; zeros = 64 - Long.bitCount(high[word])) {
      left -= zeros;
      word++;
    }
    long open = ~high[word];
    for (; left > 0; left--) {
      open &= open - 1;
    }
    return 64L * word + Long.numberOfTrailingZeros(open);
  }

  private long low(long index) {
    if (lowBits == 0) {
      return 0;
    }
    long bit = index * lowBits;
    int word = (int) (bit >>> 6);
    int shift = (int) (bit & 63);
    long bits = low[word] >>> shift;
    if (shift + lowBits > 64) {
      bits |= low[word + 1] << (64 - shift);
    }
    return bits & mask();
  }

  private long mask() {
    return (1L << lowBits) - 1;
  }

  /** Goes through them once, upwards. */
  final class Cursor {
    private long index;
    private int word = -1;
    private long open;
    long number;

    /** @return false when there is none left */
    boolean next() {
      if (index >= size) {
        return false;
      }
      while (open == 0) {
        open = high[++word];
      }
      long position = 64L * word + Long.numberOfTrailingZeros(open);
      open &= open - 1;
      number = least + (((position - index) << lowBits) | low(index));
      index++;
      return true;
    }
  }

  Cursor cursor() {
    return new Cursor();
  }

  /** Takes numbers upwards, each once. */
  static final class Builder {
    private final long least;
    private final long greatest;
    private final int lowBits;
    private final long[] low;
    private final long[] high;
    private long size;

    /** @param most that will come; what was asked for and not used is given back only in time, not in space */
    Builder(long most, long least, long greatest) {
      this.least = least;
      this.greatest = greatest;
      this.lowBits = lowBits(most, greatest - least);
      this.low = new long[Math.toIntExact(lowWords(most, lowBits))];
      this.high = new long[Math.toIntExact(highWords(most, greatest - least, lowBits))];
    }

    void add(long number) {
      long above = number - least;
      long position = (above >>> lowBits) + size;
      high[(int) (position >>> 6)] |= 1L << (position & 63);
      if (lowBits > 0) {
        long bits = above & ((1L << lowBits) - 1);
        long bit = size * lowBits;
        int word = (int) (bit >>> 6);
        int shift = (int) (bit & 63);
        low[word] |= bits << shift;
        if (shift + lowBits > 64) {
          low[word + 1] |= bits >>> (64 - shift);
        }
      }
      size++;
    }

    SortedNumbers build() {
      return new SortedNumbers(least, greatest, size, lowBits, low, high);
    }
  }
}

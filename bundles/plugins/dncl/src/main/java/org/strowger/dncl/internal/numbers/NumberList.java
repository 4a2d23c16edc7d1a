package org.strowger.dncl.internal.numbers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.LongPredicate;

/**
 * Telephone numbers, compactly: exact match, leading zeros count. Immutable; threads: any; a lookup takes
 * well under a microsecond.
 */
public final class NumberList {

  /** E.164 has 15; prefixes and codes take some more. */
  public static final int MOST_DIGITS = 18;

  public static final NumberList EMPTY = new NumberList(new SortedNumbers[MOST_DIGITS + 1]);

  /** By number of digits; null where there is none. */
  private final SortedNumbers[] byLength;

  private NumberList(SortedNumbers[] byLength) {
    this.byLength = byLength;
  }

  /** @param number anything; what is not 1 to 18 digits is on no list */
  public boolean has(String number) {
    int digits = number.length();
    if (digits == 0 || digits > MOST_DIGITS || byLength[digits] == null) {
      return false;
    }
    long value = 0;
    for (int i = 0; i < digits; i++) {
      int digit = number.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return false;
      }
      value = 10 * value + digit;
    }
    return byLength[digits].has(value);
  }

  public long size() {
    return Arrays.stream(byLength).mapToLong(numbers -> numbers == null ? 0 : numbers.size()).sum();
  }

  /** What it takes of the heap, but for a few hundred bytes. */
  public long bytes() {
    return Arrays.stream(byLength).mapToLong(numbers -> numbers == null ? 0 : numbers.bytes()).sum();
  }

  /**
   * Takes numbers in any order, some of them twice. Every million is sorted and packed away; in the end the packs become one, and
   * both are there for a moment. Asks before it takes more of the heap. Not for use by several threads.
   */
  public static final class Builder {

    private static final int RUN = 1 << 20;
    private static final long[] POWERS = new long[MOST_DIGITS + 1];

    static {
      POWERS[0] = 1;
      for (int i = 1; i < POWERS.length; i++) {
        POWERS[i] = 10 * POWERS[i - 1];
      }
    }

    private final int run;
    private final LongPredicate fits;
    private long[] open = new long[1024];
    private int waiting;
    private long taken;
    /** Packed runs by number of digits. */
    private final List<List<SortedNumbers>> runs = new ArrayList<>();

    /** @param fits whether so many bytes of the heap may be taken now, beside what is taken already */
    public Builder(LongPredicate fits) {
      this(RUN, fits);
    }

    /** @param run how many are sorted together */
    Builder(int run, LongPredicate fits) {
      this.run = run;
      this.fits = fits;
      for (int i = 0; i <= MOST_DIGITS; i++) {
        runs.add(new ArrayList<>());
      }
    }

    /**
     * Those of one length sort together: a one stands in front of the digits.
     *
     * @throws BadList if there is not heap enough for this list
     */
    public void add(long value, int digits) {
      if (waiting == open.length) {
        open = Arrays.copyOf(open, Math.min(run, 2 * open.length));
      }
      open[waiting++] = POWERS[digits] + value;
      taken++;
      if (waiting == run) {
        // The next pack will be as large as this one.
        ensure(pack() + merged());
      }
    }

    /** Numbers that came, those that came twice counted twice. */
    public long taken() {
      return taken;
    }

    /** @throws BadList if there is not heap enough for this list */
    public NumberList build() {
      pack();
      open = null;
      ensure(merged());
      var byLength = new SortedNumbers[MOST_DIGITS + 1];
      for (int digits = 1; digits <= MOST_DIGITS; digits++) {
        List<SortedNumbers> parts = runs.get(digits);
        byLength[digits] = parts.isEmpty() ? null : parts.size() == 1 ? parts.get(0) : merged(parts);
        parts.clear();
      }
      return new NumberList(byLength);
    }

    private void ensure(long bytes) {
      if (!fits.test(bytes)) {
        throw new BadList("for this list " + (bytes + 999_999) / 1_000_000 + " MB of heap more are needed after " + taken + " numbers, and there are not so many:"
            + " raise -Xmx in etc/jvm.options, or take numbers out");
      }
    }

    /** What the packs will take when they are one. */
    private long merged() {
      return runs.stream().filter(parts -> parts.size() > 1).mapToLong(parts -> SortedNumbers.bytes(parts.stream().mapToLong(SortedNumbers::size).sum(),
          parts.stream().mapToLong(SortedNumbers::least).min().orElseThrow(), parts.stream().mapToLong(SortedNumbers::greatest).max().orElseThrow())).sum();
    }

    /** @return what the pack takes, in bytes */
    private long pack() {
      long bytes = 0;
      Arrays.sort(open, 0, waiting);
      int from = 0;
      for (int digits = 1; digits <= MOST_DIGITS && from < waiting; digits++) {
        int to = from;
        while (to < waiting && open[to] < 2 * POWERS[digits]) {
          to++;
        }
        if (to > from) {
          SortedNumbers packed = packed(from, to, POWERS[digits]);
          bytes += packed.bytes();
          runs.get(digits).add(packed);
        }
        from = to;
      }
      waiting = 0;
      return bytes;
    }

    private SortedNumbers packed(int from, int to, long one) {
      var packed = new SortedNumbers.Builder(to - from, open[from] - one, open[to - 1] - one);
      for (int i = from; i < to; i++) {
        if (i == from || open[i] != open[i - 1]) {
          packed.add(open[i] - one);
        }
      }
      return packed.build();
    }

    private static SortedNumbers merged(List<SortedNumbers> parts) {
      long most = parts.stream().mapToLong(SortedNumbers::size).sum();
      long least = parts.stream().mapToLong(SortedNumbers::least).min().orElseThrow();
      long greatest = parts.stream().mapToLong(SortedNumbers::greatest).max().orElseThrow();
      var all = new SortedNumbers.Builder(most, least, greatest);
      var queue = new PriorityQueue<SortedNumbers.Cursor>(Comparator.comparingLong(cursor -> cursor.number));
      for (SortedNumbers part : parts) {
        SortedNumbers.Cursor cursor = part.cursor();
        cursor.next();
        queue.add(cursor);
      }
      long last = -1;
      while (!queue.isEmpty()) {
        SortedNumbers.Cursor cursor = queue.poll();
        // Up to where the next one begins there is nobody to compare with.
        long until = queue.isEmpty() ? Long.MAX_VALUE : queue.peek().number;
        boolean more = true;
        while (more && cursor.number <= until) {
          if (cursor.number != last) {
            last = cursor.number;
            all.add(last);
          }
          more = cursor.next();
        }
        if (more) {
          queue.add(cursor);
        }
      }
      return all.build();
    }
  }
}

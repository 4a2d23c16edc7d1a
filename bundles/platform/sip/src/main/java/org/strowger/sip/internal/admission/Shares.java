package org.strowger.sip.internal.admission;

/**
 * Who is refused first when not all can be served: those who ask most. A level of requests a second parts the sources: it is half, or a little
 * less, of what a source asks by which half of all requests come, or a busier one. So a flood of one source, or of a few, is above it. Where all ask
 * alike all are, and nobody is preferred. If that does not help the level is halved, twice a second, until those above it are enough. Who
 * is below it is waited for longer. While nothing waits too long nobody is refused, however much he asks. Threads: any.
 */
final class Shares {

  /** Sources remembered: some 2 MB. */
  private static final int MOST = 20_000;
  private static final long SECOND = 1_000_000_000L;
  /** So long after the last message that waited too long all is as before. */
  private static final long CALM = SECOND;
  private static final long FALLS_AFTER = SECOND / 2;
  /** Without a reason to fall it rises. */
  private static final long RISES_AFTER = 2 * SECOND;
  /** Who is above the level, once it is there, waits for less than others may: what is before him is mostly his. Where there are no others that helps nobody. */
  private static final int EARLY = 4;
  private static final int HARDLY = 128;
  /** Who is below the level may wait for longer, by so many times what others may: what is before him is theirs, and will be refused when its turn comes. */
  private static final int PATIENT = 3;
  /** But by no more than this: he is to hear within a second. */
  private static final long MOST_PATIENT = 600_000_000L;

  private static final class Asked {
    private long second;
    private int now;
    private int before;

    private synchronized int ask(long ticks) {
      turn(ticks / SECOND);
      now++;
      return rate(ticks);
    }

    private synchronized int read(long ticks) {
      turn(ticks / SECOND);
      return rate(ticks);
    }

    private void turn(long current) {
      if (current > second) {
        before = current == second + 1 ? now : 0;
        now = 0;
        second = current;
      }
    }

    /** In the second that ends now, the part of it that is in the one before being spread evenly. */
    private int rate(long ticks) {
      return now + (int) (before * (SECOND - ticks % SECOND) / SECOND);
    }
  }

  /** Requests of this second and the one before, by the power of two that their source's rate had reached. */
  private static final class Spread {
    private long second;
    private int[] now = new int[32];
    private int[] before = new int[32];

    private synchronized void add(int rate, long ticks) {
      turn(ticks / SECOND);
      now[power(rate)]++;
    }

    private void turn(long current) {
      if (current > second) {
        before = current == second + 1 ? now : new int[32];
        now = new int[32];
        second = current;
      }
    }

    private static int power(int rate) {
      return 31 - Integer.numberOfLeadingZeros(Math.max(1, rate));
    }

    /** Whether others than a source of this rate ask at all: more than one request in {@value #HARDLY}. */
    private synchronized boolean hasOthers(int rate, long ticks) {
      turn(ticks / SECOND);
      long all = 0;
      for (int power = 0; power < now.length; power++) {
        all += now[power] + before[power] * (SECOND - ticks % SECOND) / SECOND;
      }
      return (all - rate) * HARDLY > all;
    }

    /** Half of a rate that half of all requests reach. */
    private synchronized int half(long ticks) {
      turn(ticks / SECOND);
      long all = 0;
      for (int power = 0; power < now.length; power++) {
        all += now[power] + before[power];
      }
      long reach = 0;
      int power = now.length - 1;
      while (power > 0 && 2 * (reach += now[power] + before[power]) < all) {
        power--;
      }
      return (1 << power) / 2;
    }
  }

  private final Recent<Asked> sources = new Recent<>(MOST);
  private final Spread spread = new Spread();
  private volatile int halvings;
  private volatile long lastLate;
  private long changed;

  /** A source has one request more. */
  void ask(String source, long now) {
    spread.add(sources.get(source, Asked::new).ask(now), now);
  }

  /**
   * Whether a request of this source is refused.
   *
   * @param age for how long the eldest before it has waited, in nanoseconds; {@link Long#MAX_VALUE} if nothing is taken at all
   * @param most that it should
   * @param trusted whether it is below any level
   */
  boolean refuses(String source, boolean trusted, long now, long age, long most) {
    if (age <= most / EARLY || age == Long.MAX_VALUE) {
      return age == Long.MAX_VALUE;
    }
    if (age > most) {
      late(now, age > 2 * most);
    }
    if (age > most + Math.min(PATIENT * most, MOST_PATIENT)) {
      return true;
    }
    return !trusted && (age > most || isLate(now) && isAmongOthers(source, now)) && isOver(source, now);
  }

  private boolean isAmongOthers(String source, long now) {
    Asked asked = sources.find(source);
    return asked == null || spread.hasOthers(asked.read(now), now);
  }

  private boolean isLate(long now) {
    return now - lastLate < CALM;
  }

  private boolean isOver(String source, long now) {
    int level = level(now);
    Asked asked = sources.find(source);
    return level == 0 || asked == null || asked.read(now) > level;
  }

  private int level(long now) {
    return spread.half(now) >> halvings;
  }

  private synchronized void late(long now, boolean helpless) {
    if (!isLate(now)) {
      halvings = 0;
      changed = now;
    } else if (helpless && now - changed >= FALLS_AFTER && level(now) > 0) {
      halvings++;
      changed = now;
    } else if (!helpless && now - changed >= RISES_AFTER && halvings > 0) {
      halvings--;
      changed = now;
    }
    lastLate = now;
  }

  int size() {
    return sources.size();
  }
}

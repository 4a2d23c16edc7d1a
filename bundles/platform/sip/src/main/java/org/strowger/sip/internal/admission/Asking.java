package org.strowger.sip.internal.admission;

import java.util.BitSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Who asks for challenges and answers none: whoever tries names, or writes others' addresses on his packets. Such a
 * source is slowed to some strangers a second. Whoever answers a challenge, and every name that came in from there before, goes on
 * as ever. By UDP it may be innocent, and is never banned; who connects has shown that the address is his own, and is banned for trying many names
 * (not for one that asks again and again: that is a phone without a password). Threads: any.
 */
final class Asking {

  private static final int MOST_SOURCES = 20_000;
  private static final int MOST_FAMILIAR = 10_000;
  private static final int MOST_NAMES = 256;
  /** No account has a longer name. */
  private static final int LONGEST_NAME = 64;
  private static final int MOST_PASSED = 50;
  private static final long SECOND = 1_000_000_000L;
  /** Names that can be told apart, about, by a bit each. */
  static final int MOST_TRIED = 1000;
  private static final int BITS = 4096;

  /** What becomes of a request that answers no challenge. */
  enum Answer { CHALLENGE, IGNORE, BAN }

  /** What is unanswered, as the time in which so much may be; it leaks away as time passes. */
  private static final class Of {
    private long level;
    private long at;
    private long since;
    /** In the second that began then. */
    private int passed;
    private long second;
    private long dropped;
    private boolean slow;
    /** A bit for each name that got a challenge by TCP since it is slow, for a window. */
    private final BitSet tried = new BitSet();
    private long triedSince;

    private void leak(long now, long window) {
      level = Math.max(0, level - Math.max(0, now - at));
      at = now;
      slow &= level > window;
    }
  }

  private final Recent<Of> sources = new Recent<>(MOST_SOURCES);
  /** Names that were let in, by source. A table of its own: strangers must not push those out who belong here. */
  private final Recent<Set<String>> familiar = new Recent<>(MOST_FAMILIAR);

  private final long seed;

  /** @param seed of what nobody is to foresee: which names share a bit */
  Asking(long seed) {
    this.seed = seed;
  }

  /**
   * @param names that may be challenged in vain within a window while the source is slow, 0 for any number
   * @param most challenges that may stay unanswered in a window, 0 for any number
   */
  Answer ask(String source, String name, int names, long now, int most, long window) {
    if (most == 0) {
      return Answer.CHALLENGE;
    }
    Of of = sources.get(source, Of::new);
    synchronized (of) {
      of.leak(now, window);
      of.level = Math.min(of.level + window / most, window + window / 4);
      if (of.level <= window) {
        return Answer.CHALLENGE;
      }
      if (!of.slow) {
        of.slow = true;
        of.since = now;
        of.second = now;
        of.passed = 0;
        of.dropped = 0;
        of.tried.clear();
        of.triedSince = now;
      }
    }
    if (isFamiliar(source, name)) {
      return Answer.CHALLENGE;
    }
    if (!passes(of, now)) {
      // Nor does the name count against it: who gets no challenge can't answer one.
      return Answer.IGNORE;
    }
    return names > 0 && tries(of, name, names, now, window) ? Answer.BAN : Answer.CHALLENGE;
  }

  /** @return whether this is one name too many */
  private boolean tries(Of of, String name, int names, long now, long window) {
    synchronized (of) {
      if (now - of.triedSince > window) {
        of.tried.clear();
        of.triedSince = now;
      }
      of.tried.set(bit(name));
      if (of.tried.cardinality() < names) {
        return false;
      }
      of.tried.clear();
      return true;
    }
  }

  private int bit(String name) {
    long hash = seed;
    for (int i = 0; i < name.length(); i++) {
      hash = (hash ^ name.charAt(i)) * 0x9e3779b97f4a7c15L;
      hash ^= hash >>> 29;
    }
    return (int) Math.floorMod(hash ^ hash >>> 32, (long) BITS);
  }

  private boolean isFamiliar(String source, String name) {
    Set<String> names = familiar.find(source);
    if (names == null) {
      return false;
    }
    synchronized (names) {
      return names.contains(name);
    }
  }

  private static boolean passes(Of of, long now) {
    synchronized (of) {
      if (now - of.second >= SECOND) {
        of.second = now;
        of.passed = 0;
      }
      if (of.passed < MOST_PASSED) {
        of.passed++;
        return true;
      }
      of.dropped++;
      return false;
    }
  }

  /** It answered a challenge of ours, rightly or not. */
  void answered(String source, String name, int most, long window) {
    Of of = sources.find(source);
    if (of != null) {
      synchronized (of) {
        if (!of.tried.isEmpty()) {
          of.tried.clear(bit(name));
        }
        of.level = Math.max(0, of.level - window / most);
      }
    }
  }

  void letIn(String source, String name) {
    if (name.length() > LONGEST_NAME) {
      return;
    }
    Set<String> names = familiar.get(source, HashSet::new);
    synchronized (names) {
      if (names.size() < MOST_NAMES) {
        names.add(name);
      }
    }
  }

  /** @return whether it was slowed */
  boolean forget(String source) {
    Of of = sources.find(source);
    sources.remove(source);
    return of != null && of.slow;
  }

  /** Told of each source that is slowed now. */
  interface Slowed {
    void source(String source, long sinceTicks, long untilTicks, long dropped);
  }

  void slowed(long now, long window, Slowed told) {
    for (Map.Entry<String, Of> one : sources.all().entrySet()) {
      Of of = one.getValue();
      synchronized (of) {
        of.leak(now, window);
        if (of.slow) {
          told.source(one.getKey(), of.since, now + of.level - window, of.dropped);
        }
      }
    }
  }
}

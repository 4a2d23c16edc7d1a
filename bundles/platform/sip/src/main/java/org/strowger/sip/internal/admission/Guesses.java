package org.strowger.sip.internal.admission;

import java.util.HashMap;
import java.util.Map;

/**
 * Wrong passwords, by source and by whose they were to be. Only answers to a challenge that reached this very
 * source are counted, so nobody can have another one banned by writing its address on his packets. An account's own
 * success forgives what was guessed of it and nothing else. Nothing is kept by account: none is ever locked. Threads: any.
 */
final class Guesses {

  private static final int MOST_SOURCES = 10_000;
  /** Accounts told apart for a source; guesses about further ones are counted together, and forgiven by no one. */
  private static final int MOST_USERS = 64;

  private static final class Of {
    private final Map<String, Integer> byUser = new HashMap<>();
    private int others;
    private int sum;
    private long since;
  }

  private final Recent<Of> sources = new Recent<>(MOST_SOURCES);

  /** @return how many there were within the window, this one included */
  int wrong(String source, String user, long now, long window) {
    Of of = sources.get(source, Of::new);
    synchronized (of) {
      if (of.sum == 0 || now - of.since > window) {
        of.byUser.clear();
        of.others = 0;
        of.sum = 0;
        of.since = now;
      }
      of.sum++;
      if (of.byUser.containsKey(user) || of.byUser.size() < MOST_USERS) {
        of.byUser.merge(user, 1, Integer::sum);
      } else {
        of.others++;
      }
      return of.sum;
    }
  }

  void right(String source, String user) {
    Of of = sources.find(source);
    if (of != null) {
      synchronized (of) {
        Integer forgiven = of.byUser.remove(user);
        of.sum -= forgiven == null ? 0 : forgiven;
      }
    }
  }

  /** About how many accounts this source guessed. */
  int users(String source) {
    Of of = sources.find(source);
    if (of == null) {
      return 0;
    }
    synchronized (of) {
      return of.byUser.size() + (of.others > 0 ? 1 : 0);
    }
  }

  void forget(String source) {
    sources.remove(source);
  }
}

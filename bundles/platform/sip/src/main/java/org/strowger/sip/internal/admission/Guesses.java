package org.strowger.sip.internal.admission;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Wrong passwords, by source and by whose they were to be. Only answers to a challenge that reached this very
 * source are counted, so nobody can have another one banned by writing its address on his packets. An account's own
 * success forgives what was guessed of it and nothing else. Nothing is kept by account: none is ever locked. Threads: any.
 */
final class Guesses {

  private static final int MOST_SOURCES = 10_000;
  /** Accounts told apart for a source; guesses about further ones are counted together, and forgiven by no one. */
  private static final int MOST_USERS = 64;
  /** No account has a longer login: no more of a stranger's text is kept. */
  private static final int LONGEST_USER = 64;
  private static final int SWEEPS_OF_A_WINDOW = 10;

  private static final class Of {
    private final Map<String, Integer> byUser = new HashMap<>();
    private int others;
    private int sum;
    private long since;
  }

  private final Recent<Of> sources = new Recent<>(MOST_SOURCES);
  private final AtomicLong swept = new AtomicLong();

  /** @return how many there were within the window, this one included */
  int wrong(String source, String user, long now, long window) {
    sweep(now, window);
    // no sweep between finding it and counting: what was swept counts for nothing
    synchronized (sources) {
      return wrong(sources.get(source, Of::new), user, now, window);
    }
  }

  private static int wrong(Of of, String user, long now, long window) {
    synchronized (of) {
      if (of.sum == 0 || now - of.since > window) {
        of.byUser.clear();
        of.others = 0;
        of.sum = 0;
        of.since = now;
      }
      of.sum++;
      if (user.length() <= LONGEST_USER && (of.byUser.containsKey(user) || of.byUser.size() < MOST_USERS)) {
        of.byUser.merge(user, 1, Integer::sum);
      } else {
        of.others++;
      }
      return of.sum;
    }
  }

  /** What is older than the window counts no more, and is not kept either. */
  private void sweep(long now, long window) {
    long before = swept.get();
    if (now - before >= window / SWEEPS_OF_A_WINDOW && swept.compareAndSet(before, now)) {
      sources.removeIf(of -> {
        synchronized (of) {
          return of.sum == 0 || now - of.since > window;
        }
      });
    }
  }

  int size() {
    return sources.size();
  }

  /** Names that are kept for a source. */
  Set<String> names(String source) {
    Of of = sources.find(source);
    if (of == null) {
      return Set.of();
    }
    synchronized (of) {
      return Set.copyOf(of.byUser.keySet());
    }
  }

  void right(String source, String user, long now, long window) {
    sweep(now, window);
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

package org.strowger.sip.internal.admission;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * Wrong passwords, by source and by whose they were to be. Only answers to a challenge that reached this very
 * source are counted, so nobody can have another one banned by writing its address on his packets. An account's own
 * success forgives what was guessed of it and nothing else. Nothing is kept by account: none is ever locked.
 *
 * <p>A phone with an old password repeats it for days, every ten seconds or so, and many others may be behind its address. So a login counts
 * a fifth of what bans its source, and is refused late from then on; only who is wrong about it faster than any phone is, or about
 * several, is banned. Threads: any.
 */
final class Guesses {

  private static final int MOST_SOURCES = 10_000;
  /** Accounts told apart for a source; guesses about further ones are counted together, and forgiven by no one. */
  private static final int MOST_USERS = 64;
  /** No account has a longer login: no more of a stranger's text is kept. */
  private static final int LONGEST_USER = 64;
  private static final int SWEEPS_OF_A_WINDOW = 10;
  /** So many logins that are wrong again and again ban their source. */
  private static final int LOGINS = 5;
  private static final int LEAST_SHARE = 3;
  /** One login may be wrong as often as the limit says at once, and so many times as often on the average. */
  private static final int PACE = 2;

  /** One login of a source. */
  private static final class Login {
    /** Within the window; and of these, how many count for the source. */
    private int tries;
    private int counted;
    /** What it was wrong lately, as the time in which so much may be; it leaks away as time passes. */
    private long level;
    private long at;

    private void leak(long now) {
      level = Math.max(0, level - Math.max(0, now - at));
      at = now;
    }
  }

  private static final class Of {
    private final Map<String, Login> byUser = new HashMap<>();
    private int others;
    /** All within the window; and of these, how many count. */
    private int tries;
    private int counted;
    private long since;
    private long last;

    private void begin(long now) {
      byUser.values().removeIf(login -> {
        login.leak(now);
        login.tries = 0;
        login.counted = 0;
        return login.level == 0;
      });
      others = 0;
      tries = 0;
      counted = 0;
      since = now;
    }
  }

  private final Recent<Of> sources = new Recent<>(MOST_SOURCES);
  private final AtomicLong swept = new AtomicLong();

  /**
   * @param failures within the window that ban a source
   * @return whether this one does
   */
  boolean wrong(String source, String user, long now, int failures, long window) {
    sweep(now, window);
    // no sweep between finding it and counting: what was swept counts for nothing
    synchronized (sources) {
      return wrong(sources.get(source, Of::new), user, now, failures, window);
    }
  }

  private static boolean wrong(Of of, String user, long now, int failures, long window) {
    synchronized (of) {
      if (of.tries == 0 || now - of.since > window) {
        of.begin(now);
      }
      of.tries++;
      of.last = now;
      if (user.length() > LONGEST_USER || (!of.byUser.containsKey(user) && of.byUser.size() >= MOST_USERS)) {
        of.others++;
        of.counted++;
        return of.counted >= failures;
      }
      Login login = of.byUser.computeIfAbsent(user, name -> new Login());
      long each = Math.max(1, window / ((long) PACE * failures));
      login.leak(now);
      login.level += each;
      login.tries++;
      if (login.counted < share(failures)) {
        login.counted++;
        of.counted++;
      }
      return of.counted >= failures || login.level > (failures - 1) * each;
    }
  }

  /** What one login counts at most. */
  private static int share(int failures) {
    return Math.max(LEAST_SHARE, failures / LOGINS);
  }

  /** Whether this login was wrong there so often within the window that it counts no more. */
  boolean isWorn(String source, String user, long now, int failures, long window) {
    Of of = sources.find(source);
    if (of == null) {
      return false;
    }
    synchronized (of) {
      Login login = of.byUser.get(user);
      return login != null && login.tries >= share(failures) && now - of.since <= window;
    }
  }

  /** What is older than the window counts no more, and is not kept either. */
  private void sweep(long now, long window) {
    long before = swept.get();
    if (now - before >= window / SWEEPS_OF_A_WINDOW && swept.compareAndSet(before, now)) {
      sources.removeIf(of -> {
        synchronized (of) {
          return of.tries == 0 || now - of.last > window;
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
        Login forgiven = of.byUser.remove(user);
        of.tries -= forgiven == null ? 0 : forgiven.tries;
        of.counted -= forgiven == null ? 0 : forgiven.counted;
      }
    }
  }

  /** How many wrong passwords of this source, for about how many accounts. */
  String told(String source) {
    Of of = sources.find(source);
    if (of == null) {
      return "no wrong passwords";
    }
    synchronized (of) {
      return of.tries + " wrong passwords for " + users(of) + " logins";
    }
  }

  private static long users(Of of) {
    return of.byUser.values().stream().filter(login -> login.tries > 0).count() + (of.others > 0 ? 1 : 0);
  }

  /** @return whether a login of it was refused late */
  boolean forget(String source, long now, int failures, long window) {
    Of of = sources.find(source);
    sources.remove(source);
    if (of == null) {
      return false;
    }
    synchronized (of) {
      return now - of.since <= window && !worn(of, failures).isEmpty();
    }
  }

  private static Map<String, Integer> worn(Of of, int failures) {
    return of.byUser.entrySet().stream().filter(one -> one.getValue().tries >= share(failures)).collect(Collectors.toMap(Map.Entry::getKey, one -> one.getValue().tries));
  }

  /** Told of each source with logins that are refused late. */
  interface Late {
    void source(String source, long sinceTicks, Map<String, Integer> triesByLogin);
  }

  void late(long now, int failures, long window, Late told) {
    for (Map.Entry<String, Of> one : sources.all().entrySet()) {
      Of of = one.getValue();
      synchronized (of) {
        Map<String, Integer> worn = now - of.since <= window ? worn(of, failures) : Map.of();
        if (!worn.isEmpty()) {
          told.source(one.getKey(), of.since, worn);
        }
      }
    }
  }
}

package org.strowger.sip.internal;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.kernel.Daemons;
import org.strowger.kernel.Time;

/**
 * Turns names into addresses off the SIP threads: a few threads, bounded queues, a time limit for who waits. An address
 * is asked for again after a minute; until the new one is there, and for an hour if none comes, the old one serves.
 */
final class Resolver {

  private static final Logger LOG = LoggerFactory.getLogger(Resolver.class);
  static final Duration KEEP = Duration.ofSeconds(60);
  static final Duration KEEP_FAILURE = Duration.ofSeconds(5);
  /** From when it was found last. */
  static final Duration KEEP_OLD = Duration.ofHours(1);
  static final long PATIENCE_MILLIS = 5000;
  private static final int MOST_NAMES = 10_000;
  /** For one name. */
  private static final int MOST_WAITING = 10_000;

  /**
   * What is known of a name.
   *
   * @param found when the address was found
   * @param asked when it was asked for last
   */
  private record Known(Optional<String> address, long found, long asked) {}

  /** Who waits for a name, in order. */
  private static final class Waiting {
    private final ArrayDeque<Consumer<Optional<String>>> all = new ArrayDeque<>();
    private boolean telling;
  }

  /** Does something a while from now. */
  interface Later {
    void in(long millis, Runnable task);
  }

  private final Time time;
  private final Later later;
  private final Function<String, Optional<String>> names;
  /** Who waits, by name. Also the lock for it and {@link #asking}. */
  private final Map<String, Waiting> waiting = new HashMap<>();
  /** Names that a thread is about; the system may take longer over one than anybody waits. */
  private final Set<String> asking = new HashSet<>();
  private final Map<String, Known> known = new ConcurrentHashMap<>();
  private final ThreadPoolExecutor threads;

  Resolver(Time time, Later later, int threads) {
    this(time, later, threads, Resolver::lookUp);
  }

  /** @param names asks the system, and may block */
  Resolver(Time time, Later later, int threads, Function<String, Optional<String>> names) {
    this.time = time;
    this.later = later;
    this.names = names;
    this.threads = new ThreadPoolExecutor(threads, threads, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(1000), Daemons.named("sip-resolver"));
    this.threads.allowCoreThreadTimeOut(true);
  }

  /** Whether there is an address for it, new or old. */
  boolean knows(String host) {
    Known before = known.get(host);
    return before != null && before.address().isPresent() && serves(before);
  }

  private boolean serves(Known before) {
    return time.ticks() - before.found() < (before.address().isPresent() ? KEEP_OLD : KEEP_FAILURE).toNanos();
  }

  private boolean isDue(Known before) {
    return time.ticks() - before.asked() >= (before.found() == before.asked() ? KEEP : KEEP_FAILURE).toNanos();
  }

  /**
   * Calls {@code found} with an address, at once if one is known, or with nothing if there is none or it takes too long. Who asks
   * for the same name is told in the order of asking: a BYE must not pass the ACK before it.
   */
  void resolve(String host, Consumer<Optional<String>> found) {
    if (Addresses.isLiteral(host)) {
      found.accept(Optional.of(host));
      return;
    }
    Optional<String> answer = Optional.empty();
    Waiting fresh = null;
    boolean ask = false;
    synchronized (waiting) {
      Waiting there = waiting.get(host);
      if (there != null) {
        if (there.all.size() < MOST_WAITING) {
          there.all.add(found);
          return;
        }
      } else {
        Known before = known.get(host);
        if (before != null && serves(before)) {
          answer = before.address();
          ask = answer.isPresent() && isDue(before) && asking.add(host);
        } else {
          fresh = new Waiting();
          fresh.all.add(found);
          waiting.put(host, fresh);
          ask = asking.add(host);
        }
      }
    }
    if (fresh == null) {
      found.accept(answer);
    } else {
      Waiting impatient = fresh;
      later.in(PATIENCE_MILLIS, () -> tell(host, impatient, Optional.empty()));
    }
    if (ask) {
      ask(host);
    }
  }

  private void ask(String host) {
    try {
      threads.execute(() -> asked(host, answer(host)));
    } catch (RejectedExecutionException e) {
      asked(host, Optional.empty());
    }
  }

  private Optional<String> answer(String host) {
    try {
      return names.apply(host);
    } catch (RuntimeException e) {
      LOG.warn("a name could not be looked up: {}", e.toString());
      return Optional.empty();
    }
  }

  private void asked(String host, Optional<String> address) {
    Waiting there;
    synchronized (waiting) {
      asking.remove(host);
      keep(host, address);
      there = waiting.get(host);
    }
    if (there != null) {
      tell(host, there, address);
    }
  }

  private void keep(String host, Optional<String> address) {
    long now = time.ticks();
    Known before = known.get(host);
    if (before == null && known.size() >= MOST_NAMES) {
      known.values().removeIf(one -> !serves(one));
      if (known.size() >= MOST_NAMES) {
        known.clear();
      }
    }
    boolean old = address.isEmpty() && before != null && before.address().isPresent() && serves(before);
    known.put(host, old ? new Known(before.address(), before.found(), now) : new Known(address, now, now));
  }

  /** Who asks meanwhile is told last. */
  private void tell(String host, Waiting these, Optional<String> address) {
    synchronized (waiting) {
      if (these.telling || waiting.get(host) != these) {
        return;
      }
      these.telling = true;
    }
    while (true) {
      Consumer<Optional<String>> next;
      synchronized (waiting) {
        next = these.all.poll();
        if (next == null) {
          waiting.remove(host);
          return;
        }
      }
      try {
        next.accept(address);
      } catch (RuntimeException | Error e) {
        // the others must be told whatever became of this one
        LOG.warn("a message could not be sent on once its name was known: {}", e.toString());
      }
    }
  }

  private static Optional<String> lookUp(String host) {
    try {
      InetAddress[] all = InetAddress.getAllByName(host);
      // what most peers listen on first
      return Arrays.stream(all).sorted((a, b) -> a.getAddress().length - b.getAddress().length).map(Addresses::text).findFirst();
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  /** Names that are being asked for. */
  int asking() {
    synchronized (waiting) {
      return asking.size();
    }
  }

  void stop() {
    threads.shutdownNow();
  }
}

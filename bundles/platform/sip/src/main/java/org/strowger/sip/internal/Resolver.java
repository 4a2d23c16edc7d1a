package org.strowger.sip.internal;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.kernel.Time;

/** Turns names into addresses off the SIP threads: two threads, a bounded queue, answers kept for a minute. */
final class Resolver {

  private static final Logger LOG = LoggerFactory.getLogger(Resolver.class);
  private static final long KEEP = Duration.ofSeconds(60).toNanos();
  private static final long KEEP_FAILURE = Duration.ofSeconds(5).toNanos();
  private static final int MOST_NAMES = 10_000;
  /** For one name. */
  private static final int MOST_WAITING = 10_000;

  private record Known(Optional<String> address, long since) {}

  private final Time time;
  private final Function<String, Optional<String>> names;
  /** By name, who waits for its address. Also the lock for it. */
  private final Map<String, ArrayDeque<Consumer<Optional<String>>>> asking = new HashMap<>();
  private final Map<String, Known> known = new ConcurrentHashMap<>();
  private final ThreadPoolExecutor threads = new ThreadPoolExecutor(2, 2, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(1000), task -> {
    Thread thread = new Thread(task, "sip-resolver");
    thread.setDaemon(true);
    return thread;
  });

  Resolver(Time time) {
    this(time, Resolver::lookUp);
  }

  /** @param names asks the system, and may block */
  Resolver(Time time, Function<String, Optional<String>> names) {
    this.time = time;
    this.names = names;
    threads.allowCoreThreadTimeOut(true);
  }

  /**
   * Calls {@code found} with an address, at once if it is known, or with nothing if there is none. Who asks
   * for the same name is told in the order of asking: a BYE must not pass the ACK before it.
   */
  void resolve(String host, Consumer<Optional<String>> found) {
    if (Addresses.isLiteral(host)) {
      found.accept(Optional.of(host));
      return;
    }
    Optional<String> answer = Optional.empty();
    boolean ask = false;
    synchronized (asking) {
      ArrayDeque<Consumer<Optional<String>>> waiting = asking.get(host);
      if (waiting != null) {
        if (waiting.size() < MOST_WAITING) {
          waiting.add(found);
          return;
        }
      } else {
        Known before = known.get(host);
        if (before != null && time.ticks() - before.since() < (before.address().isPresent() ? KEEP : KEEP_FAILURE)) {
          answer = before.address();
        } else {
          asking.put(host, new ArrayDeque<>(List.of(found)));
          ask = true;
        }
      }
    }
    if (!ask) {
      found.accept(answer);
      return;
    }
    try {
      threads.execute(() -> tell(host, ask(host)));
    } catch (RejectedExecutionException e) {
      tell(host, Optional.empty());
    }
  }

  /** Who asks meanwhile is told last. */
  private void tell(String host, Optional<String> address) {
    while (true) {
      Consumer<Optional<String>> next;
      synchronized (asking) {
        next = asking.get(host).poll();
        if (next == null) {
          asking.remove(host);
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

  private Optional<String> ask(String host) {
    Optional<String> address;
    try {
      address = names.apply(host);
    } catch (RuntimeException e) {
      LOG.warn("a name could not be looked up: {}", e.toString());
      address = Optional.empty();
    }
    if (known.size() > MOST_NAMES) {
      known.clear();
    }
    known.put(host, new Known(address, time.ticks()));
    return address;
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

  void stop() {
    threads.shutdownNow();
  }
}

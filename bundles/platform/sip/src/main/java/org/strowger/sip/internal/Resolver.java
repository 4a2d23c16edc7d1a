package org.strowger.sip.internal;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.strowger.kernel.Time;

/** Turns names into addresses off the SIP threads: two threads, a bounded queue, answers kept for a minute. */
final class Resolver {

  private static final long KEEP = Duration.ofSeconds(60).toNanos();
  private static final long KEEP_FAILURE = Duration.ofSeconds(5).toNanos();
  private static final int MOST_NAMES = 10_000;

  private record Known(Optional<String> address, long since) {}

  private final Time time;
  private final Map<String, Known> known = new ConcurrentHashMap<>();
  private final ThreadPoolExecutor threads = new ThreadPoolExecutor(2, 2, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(1000), task -> {
    Thread thread = new Thread(task, "sip-resolver");
    thread.setDaemon(true);
    return thread;
  });

  Resolver(Time time) {
    this.time = time;
    threads.allowCoreThreadTimeOut(true);
  }

  /** Calls {@code found} with an address, at once if it is known, or with nothing if there is none. */
  void resolve(String host, Consumer<Optional<String>> found) {
    if (Addresses.isLiteral(host)) {
      found.accept(Optional.of(host));
      return;
    }
    Known before = known.get(host);
    if (before != null && time.ticks() - before.since() < (before.address().isPresent() ? KEEP : KEEP_FAILURE)) {
      found.accept(before.address());
      return;
    }
    try {
      threads.execute(() -> found.accept(ask(host)));
    } catch (RejectedExecutionException e) {
      found.accept(Optional.empty());
    }
  }

  private Optional<String> ask(String host) {
    Optional<String> address;
    try {
      InetAddress[] all = InetAddress.getAllByName(host);
      // what most peers listen on first
      address = Arrays.stream(all).sorted((a, b) -> a.getAddress().length - b.getAddress().length).map(Addresses::text).findFirst();
    } catch (UnknownHostException e) {
      address = Optional.empty();
    }
    if (known.size() > MOST_NAMES) {
      known.clear();
    }
    known.put(host, new Known(address, time.ticks()));
    return address;
  }

  void stop() {
    threads.shutdownNow();
  }
}

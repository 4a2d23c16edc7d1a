package org.strowger.sip.internal;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.kernel.Daemons;
import org.strowger.kernel.HostPort;
import org.strowger.kernel.Time;
import org.strowger.sip.spi.Trunks;

/**
 * The addresses of trunks. One that is a name is looked up beside the threads of SIP, once a minute while somebody asks; all that was found for it within an hour
 * counts, as a name may say another of its addresses each time. Until it was found only the name itself is known. Threads: any.
 */
final class TrunkHosts {

  static final Duration KEEP = Duration.ofSeconds(60);
  static final Duration KEEP_OLD = Duration.ofHours(1);
  private static final int MOST_WAITING = 10_000;
  private static final Logger LOG = LoggerFactory.getLogger(TrunkHosts.class);

  private final Time time;
  private final Function<String, Set<String>> names;
  private final List<Trunks> bound = new CopyOnWriteArrayList<>();
  private final Map<String, Found> found = new ConcurrentHashMap<>();
  private final ThreadPoolExecutor thread = new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MOST_WAITING), Daemons.named("sip-trunks"));
  /** While who knows them is replaced, they are still there. */
  private volatile Collection<HostPort> last = List.of();

  /** @param addresses by when they were found last */
  private record Found(Map<String, Long> addresses, long asked) {}

  TrunkHosts(Time time) {
    this(time, TrunkHosts::lookUp);
  }

  /** @param names asks the system, and may block */
  TrunkHosts(Time time, Function<String, Set<String>> names) {
    this.time = time;
    this.names = names;
    thread.allowCoreThreadTimeOut(true);
  }

  void bind(Trunks trunks) {
    bound.add(trunks);
  }

  void unbind(Trunks trunks) {
    bound.removeIf(one -> one == trunks);
  }

  void stop() {
    thread.shutdownNow();
  }

  /** The ports of trunks at a host, an address or a name; empty if none is there. */
  Set<Integer> portsAt(String host) {
    String plain = Addresses.plain(host);
    Set<Integer> ports = null;
    for (HostPort trunk : all()) {
      String name = Addresses.plain(trunk.host());
      if (name.equals(plain) || !Addresses.isLiteral(name) && isAt(name, plain)) {
        ports = ports == null ? new HashSet<>() : ports;
        ports.add(trunk.port() == 0 ? 5060 : trunk.port());
      }
    }
    return ports == null ? Set.of() : ports;
  }

  private Collection<HostPort> all() {
    Collection<HostPort> now = null;
    for (Trunks trunks : bound) {
      Collection<HostPort> some = trunks.addresses();
      if (now == null) {
        now = some;
      } else {
        var both = new HashSet<>(now);
        both.addAll(some);
        now = both;
      }
    }
    if (now != null) {
      last = now;
    }
    return last;
  }

  private boolean isAt(String name, String address) {
    long now = time.ticks();
    Found before = found.get(name);
    if (before == null || now - before.asked() >= KEEP.toNanos()) {
      // Marked first: the next one that asks finds it under way.
      found.put(name, new Found(before == null ? Map.of() : before.addresses(), now));
      try {
        thread.execute(() -> ask(name));
      } catch (RejectedExecutionException e) {
        LOG.debug("a trunk's name is not looked up now", e);
      }
    }
    Long at = before == null ? null : before.addresses().get(address);
    return at != null && now - at < KEEP_OLD.toNanos();
  }

  private void ask(String name) {
    Set<String> addresses = names.apply(name);
    long now = time.ticks();
    found.computeIfPresent(name, (same, before) -> {
      var all = new HashMap<>(before.addresses());
      all.values().removeIf(at -> now - at >= KEEP_OLD.toNanos());
      addresses.forEach(address -> all.put(Addresses.plain(address), now));
      return new Found(Map.copyOf(all), before.asked());
    });
  }

  private static Set<String> lookUp(String name) {
    try {
      var all = new HashSet<String>();
      Arrays.stream(InetAddress.getAllByName(name)).map(Addresses::text).forEach(all::add);
      return all;
    } catch (UnknownHostException e) {
      return Set.of();
    }
  }
}

package org.strowger.sip.internal;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.strowger.kernel.Time;

/** Which address of ours the system uses towards a peer. Asked once a minute for each, not for every message. Threads: any. */
final class Routes {

  static final Duration KEEP = Duration.ofSeconds(60);
  static final Duration KEEP_FAILURE = Duration.ofSeconds(5);
  private static final int MOST = 10_000;

  private final Time time;
  private final Function<String, Optional<String>> system;
  private final Map<String, Known> known = new ConcurrentHashMap<>();

  private record Known(Optional<String> ours, long asked) {}

  Routes(Time time) {
    this(time, Routes::ask);
  }

  /** @param system asks the system */
  Routes(Time time, Function<String, Optional<String>> system) {
    this.time = time;
    this.system = system;
  }

  /**
   * Empty if there is no way.
   *
   * @param remote an address, no name
   */
  Optional<String> towards(String remote) {
    Known before = known.get(remote);
    if (before != null && time.ticks() - before.asked() < (before.ours().isPresent() ? KEEP : KEEP_FAILURE).toNanos()) {
      return before.ours();
    }
    if (before == null && known.size() >= MOST) {
      known.clear();
    }
    var now = new Known(system.apply(remote), time.ticks());
    known.put(remote, now);
    return now.ours();
  }

  int size() {
    return known.size();
  }

  /** Asks the routing table; sends nothing. */
  private static Optional<String> ask(String remote) {
    try (var probe = new DatagramSocket()) {
      probe.connect(InetAddress.getByName(remote), 9);
      return Optional.of(Addresses.text(probe.getLocalAddress()));
    } catch (IOException | RuntimeException e) {
      return Optional.empty();
    }
  }
}

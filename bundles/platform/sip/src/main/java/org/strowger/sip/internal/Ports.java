package org.strowger.sip.internal;

import java.io.IOException;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.kernel.ErrorCode;
import org.strowger.kernel.HostPort;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.Time;
import org.strowger.sip.api.Flow;
import org.strowger.sip.api.Transport;
import org.strowger.sip.internal.admission.Admission;

/** Every listening point, open. */
final class Ports {

  private static final Logger LOG = LoggerFactory.getLogger(Ports.class);

  private final SipSettings settings;
  private final List<UdpPort> udp = new CopyOnWriteArrayList<>();
  private final List<HostPort> tcpPoints = new ArrayList<>();
  private final Time time;
  private final Admission admission;
  private final Consumer<Arrival> taker;
  private volatile TcpPorts tcp;
  private boolean closed;
  private String trouble = "";
  private final Routes routes;

  /** @throws StrowgerException naming the address and port that could not be had; none is open then */
  static Ports open(SipSettings settings, Time time, Admission admission, Consumer<Arrival> taker) {
    Ports ports = new Ports(settings, time, admission, taker);
    ports.start();
    return ports;
  }

  private Ports(SipSettings settings, Time time, Admission admission, Consumer<Arrival> taker) {
    this.settings = settings;
    this.time = time;
    this.routes = new Routes(time);
    this.admission = admission;
    this.taker = taker;
    try {
      this.tcp = new TcpPorts(settings.maxMessage(), time, admission, taker);
    } catch (IOException e) {
      throw new StrowgerException(ErrorCode.UNAVAILABLE, "no selector for TCP: " + e.getMessage(), e);
    }
    for (SipSettings.Listen point : settings.listen()) {
      try {
        if (point.transport() == Transport.UDP) {
          udp.add(new UdpPort(point.at(), settings.maxMessage(), time, taker));
        } else {
          tcpPoints.add(tcp.listen(point.at()));
        }
      } catch (IOException | RuntimeException e) {
        close();
        throw new StrowgerException(
            ErrorCode.UNAVAILABLE,
            "cannot listen on " + point + ": " + e.getMessage() + "; free the port or change sip.listen",
            e);
      }
    }
  }

  private void start() {
    udp.forEach(UdpPort::start);
    tcp.start();
  }

  List<Flow> points() {
    var all = new ArrayList<Flow>();
    udp.forEach(port -> all.add(new Flow(Transport.UDP, port.local(), port.local())));
    tcpPoints.forEach(point -> all.add(new Flow(Transport.TCP, point, point)));
    return all;
  }

  /** Whether every reader still reads. */
  boolean alive() {
    return tcp.alive() && udp.stream().allMatch(UdpPort::alive);
  }

  /**
   * Opens again what no longer reads. Called every few seconds; what fails is tried again the next time.
   *
   * @return how many were opened again
   */
  synchronized int look() {
    int reopened = 0;
    for (int i = 0; i < udp.size() && !closed; i++) {
      UdpPort port = udp.get(i);
      if (!port.hears()) {
        int at = i;
        reopened += again("udp:" + port.local(), () -> {
          port.abandon();
          var fresh = new UdpPort(port.local(), settings.maxMessage(), time, taker);
          fresh.start();
          udp.set(at, fresh);
        });
      }
    }
    if (!tcpPoints.isEmpty() && !closed && !tcp.hears()) {
      reopened += again("tcp:" + tcpPoints, () -> {
        tcp.abandon();
        var fresh = new TcpPorts(settings.maxMessage(), time, admission, taker);
        try {
          for (HostPort point : tcpPoints) {
            fresh.listen(point);
          }
        } catch (IOException | RuntimeException e) {
          fresh.abandon();
          throw e;
        }
        fresh.start();
        tcp = fresh;
      });
    }
    return reopened;
  }

  private interface Opening {
    void run() throws IOException;
  }

  private int again(String what, Opening opening) {
    try {
      opening.run();
      trouble = "";
      LOG.error("{} no longer read what came; it is open again", what);
      return 1;
    } catch (IOException | RuntimeException e) {
      if (!trouble.equals(what + e.getMessage())) {
        trouble = what + e.getMessage();
        LOG.error("{} no longer reads what comes and cannot be opened again yet: {}", what, e.getMessage());
      }
      return 0;
    }
  }

  /** The listening point for a peer: same transport, same kind of address, and the one that the way there begins at if there are several. */
  Optional<HostPort> localPoint(Transport transport, String remoteHost) {
    return switch (transport) {
      case UDP -> point(udp.stream().map(UdpPort::local).toList(), remoteHost, routes::towards);
      case TCP -> point(tcpPoints, remoteHost, routes::towards);
      default -> Optional.empty();
    };
  }

  /**
   * One on every IPv6 address serves IPv4 too, if there is none of its own that is on the way.
   *
   * @param route which address of ours is used towards another
   */
  static Optional<HostPort> point(List<HostPort> points, String remoteHost, Function<String, Optional<String>> route) {
    boolean v6 = remoteHost.indexOf(':') >= 0;
    List<HostPort> all = points.stream().filter(local -> local.isV6() == v6 || local.isV6() && Addresses.isWildcard(local.host())).toList();
    if (all.size() < 2) {
      return all.stream().findFirst();
    }
    String ours = route.apply(remoteHost).orElse("");
    return first(all, local -> Addresses.same(local.host(), ours))
        .or(() -> first(all, local -> local.isV6() == v6 && Addresses.isWildcard(local.host())))
        .or(() -> first(all, local -> Addresses.isWildcard(local.host())))
        .or(() -> first(all, local -> local.isV6() == v6));
  }

  private static Optional<HostPort> first(List<HostPort> points, Predicate<HostPort> which) {
    return points.stream().filter(which).findFirst();
  }

  /** Whether there is such a listening point, still. */
  boolean holds(Transport transport, HostPort local) {
    return transport == Transport.TCP ? tcpPoints.contains(local) : udp(local) != null;
  }

  /** A flow from a listening point that is no more, as of a phone that registered before a change of addresses, goes by another. */
  Flow current(Flow flow) {
    return holds(flow.transport(), flow.local()) ? flow
        : localPoint(flow.transport(), flow.remote().host()).map(local -> new Flow(flow.transport(), local, flow.remote(), flow.symmetric())).orElse(flow);
  }

  private UdpPort udp(HostPort local) {
    for (UdpPort port : udp) {
      if (port.local().equals(local)) {
        return port;
      }
    }
    return null;
  }

  int connections() {
    return tcp.connections();
  }

  /** Bytes that are kept for TCP peers. */
  long owed() {
    return tcp.owed();
  }

  /** What Via and Contact say of us on this flow. */
  HostPort sentBy(Flow flow) {
    HostPort local = flow.local();
    if (!settings.advertised().isEmpty()) {
      return new HostPort(settings.advertised(), local.port());
    }
    String remote = flow.remote().host();
    return !Addresses.isWildcard(local.host()) ? local
        : new HostPort(routes.towards(remote).orElse(remote.indexOf(':') >= 0 ? "::1" : "127.0.0.1"), local.port());
  }

  /** @param failed runs, on any thread, if it is known that the message did not leave */
  void send(byte[] bytes, Flow flow, HostPort otherwise, Runnable failed) {
    if (flow.transport() == Transport.TCP) {
      tcp.send(bytes, flow, otherwise, failed);
      return;
    }
    try {
      UdpPort port = udp(flow.local());
      if (port == null) {
        port = udp(current(flow).local());
      }
      if (port == null) {
        throw new SocketException("no listening point for " + flow.remote());
      }
      port.send(bytes, flow.remote());
    } catch (IOException | RuntimeException e) {
      failed.run();
    }
  }

  synchronized void close() {
    closed = true;
    udp.forEach(UdpPort::close);
    tcp.close();
  }
}

package org.strowger.sip.internal;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
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
  private static final int MOST_ROUTES = 10_000;

  private final SipSettings settings;
  private final List<UdpPort> udp = new CopyOnWriteArrayList<>();
  private final List<HostPort> tcpPoints = new ArrayList<>();
  private final Time time;
  private final Admission admission;
  private final Consumer<Arrival> taker;
  private volatile TcpPorts tcp;
  private boolean closed;
  private String trouble = "";
  private final Map<String, String> localFor = new ConcurrentHashMap<>();

  /** @throws StrowgerException naming the address and port that could not be had; none is open then */
  static Ports open(SipSettings settings, Time time, Admission admission, Consumer<Arrival> taker) {
    Ports ports = new Ports(settings, time, admission, taker);
    ports.start();
    return ports;
  }

  private Ports(SipSettings settings, Time time, Admission admission, Consumer<Arrival> taker) {
    this.settings = settings;
    this.time = time;
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

  /** The listening point for a peer: same transport, same kind of address. */
  Optional<HostPort> localPoint(Transport transport, String remoteHost) {
    return switch (transport) {
      case UDP -> point(udp.stream().map(UdpPort::local).toList(), remoteHost);
      case TCP -> point(tcpPoints, remoteHost);
      default -> Optional.empty();
    };
  }

  /** One on every IPv6 address serves IPv4 too, if there is none of its own. */
  static Optional<HostPort> point(List<HostPort> points, String remoteHost) {
    boolean v6 = remoteHost.indexOf(':') >= 0;
    return points.stream().filter(local -> local.isV6() == v6).findFirst()
        .or(() -> points.stream().filter(local -> !v6 && local.isV6() && Addresses.isWildcard(local.host())).findFirst());
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
    return Addresses.isWildcard(local.host()) ? new HostPort(localAddress(flow.remote().host()), local.port()) : local;
  }

  /** Which address of ours the system would use towards a peer; asks the routing table, sends nothing. */
  private String localAddress(String remote) {
    String known = localFor.get(remote);
    if (known != null) {
      return known;
    }
    if (localFor.size() > MOST_ROUTES) {
      localFor.clear();
    }
    try (var probe = new DatagramSocket()) {
      probe.connect(InetAddress.getByName(remote), 9);
      String found = Addresses.text(probe.getLocalAddress());
      localFor.put(remote, found);
      return found;
    } catch (IOException | RuntimeException e) {
      return remote.indexOf(':') >= 0 ? "::1" : "127.0.0.1";
    }
  }

  /** @param failed runs, on any thread, if it is known that the message did not leave */
  void send(byte[] bytes, Flow flow, HostPort otherwise, Runnable failed) {
    if (flow.transport() == Transport.TCP) {
      tcp.send(bytes, flow, otherwise, failed);
      return;
    }
    try {
      for (UdpPort port : udp) {
        if (port.local().equals(flow.local())) {
          port.send(bytes, flow.remote());
          return;
        }
      }
      throw new SocketException("no such listening point");
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

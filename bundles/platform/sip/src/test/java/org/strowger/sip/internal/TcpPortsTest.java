package org.strowger.sip.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.strowger.kernel.HostPort;
import org.strowger.kernel.Time;
import org.strowger.sip.api.Flow;
import org.strowger.sip.api.Transport;

/** Connections that break, stay silent, or are too many. */
class TcpPortsTest {

  private static final byte[] PING = "OPTIONS sip:a SIP/2.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final AtomicLong ticks = new AtomicLong(1_000_000);
  private final List<Arrival> arrived = new CopyOnWriteArrayList<>();
  private final AtomicInteger failed = new AtomicInteger();
  private TcpPorts ports;
  private HostPort local;

  @BeforeEach
  void open() throws IOException {
    ports = new TcpPorts(8192, new Time() {
      @Override
      public Instant now() {
        return Instant.EPOCH;
      }

      @Override
      public long ticks() {
        return ticks.get();
      }
    }, arrived::add);
    local = ports.listen(new HostPort("127.0.0.1", 0));
    ports.start();
  }

  @AfterEach
  void close() {
    ports.close();
  }

  @Test
  void aConnectionThatBrokeIsMadeAfresh() throws IOException {
    try (var peer = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
      peer.setSoTimeout(10_000);
      var flow = new Flow(Transport.TCP, local, new HostPort("127.0.0.1", peer.getLocalPort()));
      ports.send(PING, flow, failed::incrementAndGet);
      try (Socket deaf = peer.accept()) {
        for (int i = 0; i < 1000 && failed.get() == 0; i++) {
          ports.send(new byte[200_000], flow, failed::incrementAndGet);
        }
        assertThat(failed).as("more than may be owed").hasPositiveValue();
        Rig.waitUntil("nobody finds it any more", () -> ports.connections() == 0);
        int before = failed.get();
        ports.send(PING, flow, failed::incrementAndGet);
        try (Socket afresh = peer.accept()) {
          afresh.setSoTimeout(10_000);
          assertThat(afresh.getInputStream().readNBytes(PING.length)).isEqualTo(PING);
        }
        assertThat(failed).hasValue(before);
      }
    }
  }

  private Socket connected() throws IOException {
    int before = ports.connections();
    var socket = new Socket(local.host(), local.port());
    Rig.waitUntil("accepted", () -> ports.connections() > before);
    socket.setSoTimeout(10_000);
    return socket;
  }

  @Test
  void whoSaysNothingIsCutAndWhoSpokeStays() throws IOException {
    try (Socket mute = connected(); Socket pinging = connected(); Socket speaking = connected()) {
      speaking.getOutputStream().write(PING);
      Rig.waitUntil("heard", () -> arrived.size() == 1);
      ticks.addAndGet(20_000_000_000L);
      pinging.getOutputStream().write("\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(pinging.getInputStream().readNBytes(2)).isEqualTo("\r\n".getBytes(StandardCharsets.US_ASCII));
      ticks.addAndGet(11_000_000_000L);
      assertThat(mute.getInputStream().read()).isEqualTo(-1);
      assertThat(pinging.getInputStream().read()).as("keep-alives are no message").isEqualTo(-1);
      ticks.addAndGet(600_000_000_000L);
      speaking.getOutputStream().write(PING);
      Rig.waitUntil("heard again", () -> arrived.size() == 2);
    }
  }

  @Test
  void oneAddressDoesNotTakeEveryPlace() throws IOException {
    var held = new ArrayList<Socket>();
    try {
      for (int i = 0; i < TcpPorts.MOST_OF_A_SOURCE; i++) {
        held.add(new Socket(local.host(), local.port()));
      }
      Rig.waitUntil("all are accepted", () -> ports.connections() == TcpPorts.MOST_OF_A_SOURCE);
      try (Socket another = new Socket(local.host(), local.port())) {
        another.setSoTimeout(10_000);
        assertThat(another.getInputStream().read()).isEqualTo(-1);
      }
      held.remove(0).close();
      Rig.waitUntil("one has left", () -> ports.connections() == TcpPorts.MOST_OF_A_SOURCE - 1);
      held.add(connected());
      try (Socket elsewhere = new Socket()) {
        elsewhere.bind(new java.net.InetSocketAddress("127.0.0.2", 0));
        elsewhere.connect(new java.net.InetSocketAddress(local.host(), local.port()));
        Rig.waitUntil("another address has its place", () -> ports.connections() == TcpPorts.MOST_OF_A_SOURCE + 1);
      }
    } finally {
      for (Socket socket : held) {
        socket.close();
      }
    }
  }
}

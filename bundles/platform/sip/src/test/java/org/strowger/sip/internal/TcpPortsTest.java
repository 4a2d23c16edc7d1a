package org.strowger.sip.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
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
}

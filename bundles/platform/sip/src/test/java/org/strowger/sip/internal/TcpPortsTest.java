package org.strowger.sip.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
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
import org.strowger.sip.internal.admission.Admission;
import org.strowger.sip.internal.admission.AdmissionSettings;

/** Connections that break, stay silent, or are too many. */
class TcpPortsTest {

  private static final byte[] PING = "OPTIONS sip:a SIP/2.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private static final int LIMIT = 60_000;
  /** {@link AdmissionSettings#connections()} of whom nobody has said anything else. */
  private static final int MOST_OF_A_SOURCE = 200;

  private final AtomicLong ticks = new AtomicLong(1_000_000);
  private final List<Arrival> arrived = new CopyOnWriteArrayList<>();
  private final AtomicInteger failed = new AtomicInteger();
  private volatile boolean echoing;
  private TcpPorts ports;
  private HostPort local;

  @BeforeEach
  void open() throws IOException {
    open(Rig.PATIENT);
  }

  private void open(AdmissionSettings settings) throws IOException {
    var time = new Time() {
      @Override
      public Instant now() {
        return Instant.EPOCH;
      }

      @Override
      public long ticks() {
        return ticks.get();
      }
    };
    ports = new TcpPorts(LIMIT, time, new Admission(settings, time, 1), arrival -> {
      arrived.add(arrival);
      if (echoing) {
        ports.send(arrival.bytes(), arrival.flow(), failed::incrementAndGet);
      }
    });
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
      for (int i = 0; i < MOST_OF_A_SOURCE; i++) {
        held.add(new Socket(local.host(), local.port()));
      }
      Rig.waitUntil("all are accepted", () -> ports.connections() == MOST_OF_A_SOURCE);
      try (Socket another = new Socket(local.host(), local.port())) {
        another.setSoTimeout(10_000);
        assertThat(another.getInputStream().read()).isEqualTo(-1);
      }
      held.remove(0).close();
      Rig.waitUntil("one has left", () -> ports.connections() == MOST_OF_A_SOURCE - 1);
      held.add(connected());
      try (Socket elsewhere = new Socket()) {
        elsewhere.bind(new InetSocketAddress("127.0.0.2", 0));
        elsewhere.connect(new InetSocketAddress(local.host(), local.port()));
        Rig.waitUntil("another address has its place", () -> ports.connections() == MOST_OF_A_SOURCE + 1);
      }
    } finally {
      for (Socket socket : held) {
        socket.close();
      }
    }
  }

  private static byte[] sized(int length) {
    String head = "OPTIONS sip:a SIP/2.0\r\nContent-Length: " + (length - 48) + "\r\n\r\n";
    return (head + "x".repeat(length - 48)).getBytes(StandardCharsets.US_ASCII);
  }

  /** A peer that writes what it can and reads when it is told to. */
  private final class Greedy implements AutoCloseable {
    private final SocketChannel channel = SocketChannel.open();
    private final byte[] message;
    private ByteBuffer rest = ByteBuffer.allocate(0);
    private long written;

    Greedy(byte[] message) throws IOException {
      this.message = message;
      channel.setOption(StandardSocketOptions.SO_RCVBUF, 8192);
      channel.connect(new InetSocketAddress(local.host(), local.port()));
      channel.configureBlocking(false);
    }

    void writeUntilNothingIsTaken() {
      long[] still = {System.nanoTime()};
      Rig.waitUntil("nothing is taken any more", () -> {
        try {
          if (write()) {
            still[0] = System.nanoTime();
          }
        } catch (IOException e) {
          throw new AssertionError("cut after " + written, e);
        }
        return System.nanoTime() - still[0] > 500_000_000L;
      });
    }

    private boolean write() throws IOException {
      boolean any = false;
      for (int i = 0; i < 100; i++) {
        if (!rest.hasRemaining()) {
          rest = ByteBuffer.wrap(message);
        }
        int now = channel.write(rest);
        if (now == 0) {
          break;
        }
        written += now;
        any = true;
      }
      return any;
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  @Test
  void whoDoesNotReadIsNotRead() throws IOException {
    echoing = true;
    try (var greedy = new Greedy(sized(6000))) {
      greedy.writeUntilNothingIsTaken();
      assertThat(ports.owed()).isPositive().isLessThanOrEqualTo(64 << 10);
      assertThat(failed).as("it may owe that much").hasValue(0);
      var back = ByteBuffer.allocate(64 << 10);
      long[] got = {0};
      Rig.waitUntil("once it reads it has all of it", () -> {
        try {
          got[0] += greedy.channel.read(back.clear());
          greedy.written += greedy.channel.write(greedy.rest);
        } catch (IOException e) {
          throw new AssertionError(e);
        }
        return !greedy.rest.hasRemaining() && got[0] == greedy.written;
      });
      Rig.waitUntil("nothing is owed", () -> ports.owed() == 0);
      ticks.addAndGet(40_000_000_000L);
      greedy.channel.write(ByteBuffer.wrap(PING));
      greedy.channel.configureBlocking(true);
      assertThat(greedy.channel.read(back.clear())).as("it is read again").isEqualTo(PING.length);
    }
  }

  @Test
  void whoNeverReadsIsCutBeforeLong() throws IOException {
    echoing = true;
    try (var greedy = new Greedy(sized(6000))) {
      greedy.writeUntilNothingIsTaken();
      assertThat(ports.owed()).isPositive();
      ticks.addAndGet(20_000_000_000L);
      assertThat(ports.connections()).isEqualTo(1);
      Rig.waitUntil("cut", () -> ticks.addAndGet(1_100_000_000L) > 0 && ports.connections() == 0);
      assertThat(failed).hasPositiveValue();
      assertThat(ports.owed()).isZero();
    }
  }

  @Test
  void aSourceMayKeepSoMuchOfUsBusyByAllItsConnections() throws IOException {
    byte[] half = sized(40_000);
    var held = new ArrayList<Socket>();
    try {
      for (int i = 0; i < 100; i++) {
        Socket socket = connected();
        socket.getOutputStream().write(half, 0, half.length - 1);
        held.add(socket);
        if (i == 49) {
          Rig.waitUntil("fifty are half there", () -> ports.owed() == 50 * (half.length - 1));
        }
      }
      Rig.waitUntil("the last ones were cut", () -> ticks.addAndGet(10_000_000L) > 0 && ports.connections() == TcpPorts.MOST_OWED_BY_A_SOURCE / (half.length - 1));
      assertThat(ports.owed()).isLessThanOrEqualTo(TcpPorts.MOST_OWED_BY_A_SOURCE);
      try (Socket elsewhere = new Socket()) {
        elsewhere.bind(new InetSocketAddress("127.0.0.2", 0));
        elsewhere.connect(new InetSocketAddress(local.host(), local.port()));
        elsewhere.getOutputStream().write(half);
        Rig.waitUntil("another source is heard", () -> arrived.size() == 1);
      }
      held.get(0).getOutputStream().write(half, half.length - 1, 1);
      Rig.waitUntil("who was half there may end it", () -> arrived.size() == 2);
      Rig.waitUntil("nobody may take for ever", () -> ticks.addAndGet(1_100_000_000L) > 0 && ports.connections() <= 2 && ports.owed() == 0);
    } finally {
      for (Socket socket : held) {
        socket.close();
      }
    }
  }

  @Test
  void theBoundForAllHoldsWhoeverTheyAre() {
    var owed = new Owed(TcpPorts.MOST_OWED, TcpPorts.MOST_OWED_BY_A_SOURCE);
    int sources = (int) (TcpPorts.MOST_OWED / TcpPorts.MOST_OWED_BY_A_SOURCE);
    for (int i = 0; i < sources; i++) {
      assertThat(owed.fits("198.51.100." + i, TcpPorts.MOST_OWED_BY_A_SOURCE, false)).isTrue();
      assertThat(owed.add("198.51.100." + i, TcpPorts.MOST_OWED_BY_A_SOURCE, false)).isTrue();
      assertThat(owed.fits("198.51.100." + i, 1, false)).isFalse();
      assertThat(owed.add("198.51.100." + i, 1, false)).isFalse();
    }
    assertThat(owed.add("192.0.2.1", 1, false)).isFalse();
    assertThat(owed.add("192.0.2.1", 1, true)).as("not even who is exempt").isFalse();
    assertThat(owed.bytes()).isEqualTo(TcpPorts.MOST_OWED);
    owed.remove("198.51.100.0", TcpPorts.MOST_OWED_BY_A_SOURCE);
    assertThat(owed.add("198.51.100.1", 1, true)).as("the bound of a source does not concern who is exempt").isTrue();
    assertThat(owed.add("192.0.2.1", 1, false)).isTrue();
  }

  @Test
  void theBoundsOfASourceDoNotConcernWhoIsExempt() throws IOException {
    ports.close();
    open(Rig.PATIENT.exempting("127.0.0.1"));
    byte[] half = sized(40_000);
    int most = (int) (TcpPorts.MOST_OWED_BY_A_SOURCE / half.length) + 10;
    var held = new ArrayList<Socket>();
    try {
      for (int i = 0; i < most; i++) {
        Socket socket = connected();
        socket.getOutputStream().write(half, 0, half.length - 1);
        held.add(socket);
      }
      Rig.waitUntil("all are half there", () -> ports.owed() == (long) most * (half.length - 1));
    } finally {
      for (Socket socket : held) {
        socket.close();
      }
    }
    Rig.waitUntil("they are gone", () -> ports.owed() == 0);
    echoing = true;
    try (var slow = new Greedy(sized(6000))) {
      slow.writeUntilNothingIsTaken();
      Flow flow = arrived.get(0).flow();
      for (int i = 0; i < 100; i++) {
        ports.send(sized(6000), flow, failed::incrementAndGet);
      }
      assertThat(failed).hasValue(0);
      assertThat(ports.owed()).isGreaterThan(500_000);
      for (int i = 0; i < 100; i++) {
        ports.send(sized(6000), flow, failed::incrementAndGet);
      }
      assertThat(failed).as("no more than who we connected to").hasPositiveValue();
    }
  }
}

package org.strowger.sip.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.strowger.kernel.HostPort;
import org.strowger.kernel.Time;
import org.strowger.sip.api.SipAnswer;
import org.strowger.sip.api.Transport;
import org.strowger.sip.internal.admission.Admission;

/** Ports that go deaf, threads that end: the switch notices and mends itself. */
class WatchTest {

  private static final Admission ADMISSION = new Admission(Rig.PATIENT, Time.SYSTEM, 1);
  private static final byte[] SOME = "OPTIONS sip:a SIP/2.0\r\n\r\n".getBytes();

  /** Not even its text can be had. */
  private static final class Unspeakable extends Error {
    @Override
    public String toString() {
      throw new Unspeakable();
    }
  }

  private static SipSettings settings(String listen) {
    SipSettings some = Rig.settings(1, Duration.ofSeconds(60));
    var points = List.of(listen.split(" ")).stream().map(one -> new SipSettings.Listen(Transport.valueOf(one.substring(0, 3).toUpperCase()), HostPort.parse(one.substring(4), 0))).toList();
    return new SipSettings(points, "", "strowger", some.algorithms(), some.firstAlgorithmOnly(), some.nonceLifetime(), some.t1(), 8192, "Strowger", 1);
  }

  private static int port(Ports ports, Transport transport) {
    return ports.points().stream().filter(flow -> flow.transport() == transport).findFirst().orElseThrow().local().port();
  }

  private static Thread thread(String name) {
    return Thread.getAllStackTraces().keySet().stream().filter(one -> one.getName().equals(name) && one.isAlive()).findFirst().orElseThrow();
  }

  /** As the clock would, each time after what was sent has had its time to arrive. */
  private static int look(Ports ports, int times, Runnable between) {
    int reopened = 0;
    for (int i = 0; i < times; i++) {
      reopened += ports.look();
      between.run();
    }
    return reopened;
  }

  private static Runnable pause() {
    return () -> {
      long end = System.nanoTime() + 60_000_000;
      Rig.waitUntil("a little later", () -> System.nanoTime() > end);
    };
  }

  @Test
  void aPortThatHearsIsLeftAloneHoweverQuietItIs() {
    for (String listen : List.of("udp:127.0.0.1 tcp:127.0.0.1", "udp:0.0.0.0")) {
      var arrived = new CopyOnWriteArrayList<Arrival>();
      Ports ports = Ports.open(settings(listen), Time.SYSTEM, ADMISSION, arrived::add);
      try {
        int port = port(ports, Transport.UDP);
        assertThat(look(ports, 12, pause())).isZero();
        assertThat(ports.alive()).isTrue();
        assertThat(port(ports, Transport.UDP)).isEqualTo(port);
        assertThat(arrived).as("what it sends itself is nobody's business").isEmpty();
      } finally {
        ports.close();
      }
    }
  }

  @Test
  void aReaderThatIsKilledComesBackOnTheSamePort() {
    var arrived = new CopyOnWriteArrayList<Arrival>();
    Ports ports = Ports.open(settings("udp:127.0.0.1"), Time.SYSTEM, ADMISSION, arrived::add);
    try (Peer peer = Peer.udp(port(ports, Transport.UDP))) {
      int port = port(ports, Transport.UDP);
      Thread reader = thread("sip-udp-127.0.0.1:" + port);
      // an interrupt closes a channel under whoever reads it
      reader.interrupt();
      Rig.waitUntil("dead", () -> !reader.isAlive());
      assertThat(ports.alive()).isFalse();
      assertThat(ports.look()).isEqualTo(1);
      assertThat(ports.alive()).isTrue();
      assertThat(port(ports, Transport.UDP)).isEqualTo(port);
      peer.send(SOME);
      Rig.waitUntil("heard", () -> arrived.size() == 1);
    } finally {
      ports.close();
    }
  }

  @Test
  void aReaderThatIsStuckIsLeftBehind() {
    var arrived = new CopyOnWriteArrayList<Arrival>();
    var stuck = new CountDownLatch(1);
    Consumer<Arrival> taker = arrival -> {
      arrived.add(arrival);
      if (arrived.size() == 1) {
        try {
          stuck.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    };
    Ports ports = Ports.open(settings("udp:127.0.0.1"), Time.SYSTEM, ADMISSION, taker);
    try (Peer peer = Peer.udp(port(ports, Transport.UDP))) {
      look(ports, 2, pause());
      peer.send(SOME);
      Rig.waitUntil("stuck", () -> arrived.size() == 1);
      assertThat(look(ports, 3, pause())).as("not at the first silence").isZero();
      assertThat(look(ports, 3, pause())).isEqualTo(1);
      peer.send(SOME);
      Rig.waitUntil("heard", () -> arrived.size() == 2);
      assertThat(ports.alive()).isTrue();
    } finally {
      stuck.countDown();
      ports.close();
    }
  }

  @Test
  void aPortThatCannotBeHadAgainIsTriedUntilItCan() throws Exception {
    Ports ports = Ports.open(settings("udp:127.0.0.9"), Time.SYSTEM, ADMISSION, arrival -> { });
    try {
      int port = port(ports, Transport.UDP);
      Thread reader = thread("sip-udp-127.0.0.9:" + port);
      reader.interrupt();
      Rig.waitUntil("dead", () -> !reader.isAlive());
      try (var thief = new DatagramSocket(new java.net.InetSocketAddress("127.0.0.9", port))) {
        assertThat(ports.look()).isZero();
        assertThat(ports.alive()).isFalse();
      }
      assertThat(ports.look()).isEqualTo(1);
      assertThat(ports.alive()).isTrue();
    } finally {
      ports.close();
    }
  }

  @Test
  void aTcpLoopThatIsStuckIsLeftBehind() {
    var stuck = new CountDownLatch(1);
    var arrived = new CopyOnWriteArrayList<Arrival>();
    Ports ports = Ports.open(settings("tcp:127.0.0.1"), Time.SYSTEM, ADMISSION, arrival -> {
      arrived.add(arrival);
      if (arrived.size() == 1) {
        try {
          stuck.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    });
    try (Peer peer = Peer.tcp(port(ports, Transport.TCP))) {
      peer.send(SOME);
      Rig.waitUntil("stuck", () -> arrived.size() == 1);
      pause().run();
      assertThat(look(ports, 8, pause())).isEqualTo(1);
      try (Peer again = Peer.tcp(port(ports, Transport.TCP))) {
        again.send(SOME);
        Rig.waitUntil("heard", () -> arrived.size() == 2);
      }
    } finally {
      stuck.countDown();
      ports.close();
    }
  }

  @Test
  void whateverIsThrownWhereMessagesAreReadIsSurvived() {
    var arrived = new CopyOnWriteArrayList<Arrival>();
    Ports ports = Ports.open(settings("udp:127.0.0.1 tcp:127.0.0.1"), Time.SYSTEM, ADMISSION, arrival -> {
      arrived.add(arrival);
      switch (arrived.size() % 3) {
        case 0 -> throw new Unspeakable();
        case 1 -> throw new StackOverflowError();
        default -> throw new IllegalStateException();
      }
    });
    try (Peer peer = Peer.udp(port(ports, Transport.UDP)); Peer stream = Peer.tcp(port(ports, Transport.TCP))) {
      for (int i = 1; i <= 9; i++) {
        int sofar = i;
        (i % 2 == 0 ? peer : stream).send(SOME);
        Rig.waitUntil("heard " + i, () -> arrived.size() == sofar);
      }
      assertThat(ports.alive()).isTrue();
    } finally {
      ports.close();
    }
  }

  @Test
  void whateverAHandlerThrowsItsWorkerGoesOn() {
    try (Rig rig = new Rig(Rig.settings(1, Duration.ofSeconds(60)), Time.SYSTEM); Peer peer = rig.udp()) {
      int sent = 0;
      for (Error error : List.of(new StackOverflowError(), new Unspeakable())) {
        rig.onRequest = request -> {
          throw error;
        };
        String name = "e" + sent++;
        int sofar = sent;
        peer.send(peer.request("REGISTER", "sip:127.0.0.1", name, 1, name, "x", "", "", ""));
        Rig.waitUntil("heard", () -> rig.events().size() == sofar);
      }
      rig.onRequest = request -> rig.engine.respond(request.transaction(), SipAnswer.of(200));
      peer.send(peer.request("REGISTER", "sip:127.0.0.1", "after", 1, "after", "x", "", "", ""));
      assertThat(Peer.header(peer.expect("SIP/2.0 200"), "Call-ID")).isEqualTo("after");
      assertThat(rig.meter("worker.faults")).isEqualTo(2);
    }
  }

  /** Nobody looks after it by hand here: the engine does. */
  @Test
  void theEngineLooksByItself() {
    try (Rig rig = new Rig(); Peer peer = rig.udp()) {
      int port = rig.port(Transport.UDP);
      thread("sip-udp-127.0.0.1:" + port).interrupt();
      Rig.waitUntil("open again", () -> rig.meter("listener.reopened") == 1);
      peer.send(peer.request("OPTIONS", "sip:127.0.0.1", "o", 1, "o", "x", "", "", ""));
      peer.expect("SIP/2.0 200");
    }
  }

  @Test
  void anInterruptedSenderHarmsNobody() {
    try (Rig rig = new Rig(); Peer peer = rig.udp()) {
      Thread.currentThread().interrupt();
      rig.engine.send(SOME, new org.strowger.sip.api.Flow(Transport.UDP, new HostPort("127.0.0.1", rig.port(Transport.UDP)), new HostPort("127.0.0.1", peer.port())), () -> { });
      assertThat(Thread.interrupted()).as("is told so still").isTrue();
      assertThat(peer.receive(3000)).startsWith("OPTIONS");
      assertThat(rig.engine.ports.alive()).isTrue();
    }
  }

  @Test
  void aThreadThatEndedIsReplaced() throws InterruptedException {
    var handled = new CopyOnWriteArrayList<Arrival>();
    var workers = new Workers(1, Time.SYSTEM, new org.strowger.kernel.Meter("t"), handled::add);
    // never started: as dead as one that has ended
    workers.take(0, new Arrival(SOME, null, 0));
    assertThat(workers.revive()).isEqualTo(1);
    Rig.waitUntil("worked off", () -> handled.size() == 1);
    assertThat(workers.revive()).isZero();
    workers.stop();
    assertThat(workers.revive()).as("stopped for good").isZero();
  }

  @Test
  void aSystemThatGivesAPortLittleRoomIsNamedWithTheRemedy() {
    var at = HostPort.parse("192.0.2.1:5060", 0);
    assertThat(UdpPort.shortage(at, 212_992)).contains("192.0.2.1:5060").contains("208 KB of the 4096 KB").contains("net.core.rmem_max=4194304");
    assertThat(UdpPort.shortage(at, 4 << 20)).isEmpty();
  }
}

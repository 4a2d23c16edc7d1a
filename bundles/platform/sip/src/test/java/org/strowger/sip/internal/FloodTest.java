package org.strowger.sip.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.strowger.sip.api.SipAnswer;
import org.strowger.sip.api.Transport;
import org.strowger.sip.internal.admission.Admission;
import org.strowger.sip.internal.admission.AdmissionSettings;

/** More than can be served: who is refused, by whom, and that it ends by itself. */
class FloodTest {

  private static final String URI = "sip:bob@127.0.0.1";

  private final RegisterTest.MovedTime time = new RegisterTest.MovedTime();
  private final CountDownLatch blocked = new CountDownLatch(1);
  private Rig rig;
  private Peer peer;

  @BeforeEach
  void open() {
    rig = new Rig(Rig.settings(1, Duration.ofSeconds(60)), time, new Admission(Rig.PATIENT, time, 1));
    rig.onRequest = request -> rig.engine.respond(request.transaction(), SipAnswer.of(request.method().equals("INVITE") ? 180 : 200));
    peer = rig.udp();
  }

  @AfterEach
  void close() {
    blocked.countDown();
    peer.close();
    rig.close();
  }

  private void send(String method, String name, String toTag) {
    peer.send(peer.request(method, URI, name, 1, name, "x", toTag, "", ""));
  }

  /** Its only worker blocks in a REGISTER. */
  private void hold() {
    var before = rig.onRequest;
    rig.onRequest = request -> {
      try {
        blocked.await(10, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      before.accept(request);
    };
    send("REGISTER", "block", "");
    Rig.waitUntil("blocked", () -> rig.events().contains("REGISTER"));
  }

  /** And one more has been waiting for too long. */
  private void block() {
    hold();
    send("REGISTER", "waits", "");
    Rig.waitUntil("queued", () -> rig.meter("worker.queued") == 1);
    time.move(Duration.ofSeconds(31));
  }

  @Test
  void whileTheEldestWaitsTooLongOnlyWhatIsNewIsRefusedByTheThreadThatReads() {
    send("INVITE", "ringing", "");
    String tag = Peer.tag(peer.expect("SIP/2.0 180"), "To");
    block();
    send("INVITE", "new", "");
    String refused = peer.expect("SIP/2.0 503");
    assertThat(Peer.header(refused, "Call-ID")).isEqualTo("new");
    assertThat(Integer.parseInt(Peer.header(refused, "Retry-After"))).isBetween(1, 10);
    assertThat(Peer.header(refused, "Via")).contains("rport=" + peer.port()).contains("received=127.0.0.1");
    send("REGISTER", "register", "");
    assertThat(Peer.header(peer.expect("SIP/2.0 503"), "Call-ID")).isEqualTo("register");
    send("OPTIONS", "ping", "");
    assertThat(peer.expect("SIP/2.0 200")).contains("Call-ID: ping").contains("Allow: INVITE");
    send("BYE", "nobody", "unknown");
    assertThat(Peer.header(peer.expect("SIP/2.0 481"), "Call-ID")).isEqualTo("nobody");
    assertThat(rig.events()).as("all of it while the worker is blocked").containsExactly("INVITE", "REGISTER");

    peer.send(peer.request("ACK", URI, "new", 1, "new", "x", Peer.tag(refused, "To"), "", ""));
    Rig.waitUntil("the ACK is absorbed", () -> rig.meter("ack.absorbed") == 1);
    send("INVITE", "ringing", "");
    peer.send(peer.request("BYE", URI, "ringing", 2, "ringingbye", "x", tag, "", ""));
    peer.send(peer.request("CANCEL", URI, "ringing", 1, "ringing", "x", "", "", ""));
    assertThat(rig.meter("shed")).isEqualTo(3);

    blocked.countDown();
    assertThat(Peer.header(peer.expect("SIP/2.0 503"), "Call-ID")).as("waited too long, and is refused without being read").isEqualTo("waits");
    peer.expect("SIP/2.0 180");
    Rig.waitUntil("what belongs to a call is taken", () -> rig.events().containsAll(java.util.List.of("BYE", "cancelled")));
    Rig.waitUntil("empty", () -> rig.meter("worker.queued") == 0);
    send("INVITE", "after", "");
    assertThat(Peer.header(peer.expect("SIP/2.0 180"), "Call-ID")).as("over as soon as the queue is").isEqualTo("after");
  }

  /** Neither before the worker nor by it: what is before him there is not his. */
  @Test
  void whoAsksLittleIsServedThoughAnotherSourceFillsTheQueue() {
    var standing = new RegisterTest.StandingTime();
    try (Rig slow = new Rig(Rig.settings(1, Duration.ofSeconds(60)), standing, new Admission(new AdmissionSettings(Duration.ofMillis(200), 10), standing, 1));
        Peer flood = slow.udp(); Peer caller = Peer.udp("127.0.0.5", "127.0.0.1", slow.port(Transport.UDP))) {
      slow.onRequest = request -> await();
      flood.send(flood.request("REGISTER", URI, "block", 1, "block", "x", "", "", ""));
      Rig.waitUntil("blocked", () -> slow.events().contains("REGISTER"));
      slow.onRequest = request -> slow.engine.respond(request.transaction(), SipAnswer.of(180));
      for (int i = 0; i < 20; i++) {
        flood.send(flood.request("INVITE", URI, "queued" + i, 1, "queued" + i, "x", "", "", ""));
      }
      caller.send(caller.request("INVITE", URI, "early", 1, "early", "x", "", "", ""));
      Rig.waitUntil("all of them wait", () -> slow.meter("worker.queued") == 21);
      standing.move(Duration.ofMillis(250));
      flood.send(flood.request("INVITE", URI, "late", 1, "late", "x", "", "", ""));
      assertThat(Peer.header(flood.expect("SIP/2.0 503"), "Call-ID")).isEqualTo("late");
      caller.send(caller.request("INVITE", URI, "later", 1, "later", "x", "", "", ""));
      Rig.waitUntil("it waits too", () -> slow.meter("worker.queued") == 22);
      blocked.countDown();
      assertThat(Peer.header(caller.expect("SIP/2.0 180"), "Call-ID")).isEqualTo("early");
      assertThat(Peer.header(caller.expect("SIP/2.0 180"), "Call-ID")).isEqualTo("later");
      assertThat(slow.meter("shed")).isEqualTo(21);
      assertThat(slow.events()).containsExactly("REGISTER", "INVITE", "INVITE");
    }
  }

  @Test
  void aRepeatedByeIsTakenWhileBusyThoughItsCallIsOver() {
    send("INVITE", "over", "");
    String tag = Peer.tag(peer.expect("SIP/2.0 180"), "To");
    String bye = peer.request("BYE", URI, "over", 2, "overbye", "x", tag, "", "");
    peer.send(bye);
    peer.expect("SIP/2.0 200");
    block();
    peer.send(bye);
    send("BYE", "nobody", "unknown");
    assertThat(Peer.header(peer.expect("SIP/2.0 481"), "Call-ID")).isEqualTo("nobody");
    assertThat(rig.meter("shed")).isEqualTo(1);
    blocked.countDown();
    Rig.waitUntil("answered again", () -> Peer.header(peer.expect("SIP/2.0 200"), "CSeq").equals("2 BYE"));
  }

  @Test
  void whileBusyWhatBelongsToNothingCostsNoWorker() {
    hold();
    send("INVITE", "quick", "");
    Rig.waitUntil("queued", () -> rig.meter("worker.queued") == 1);
    time.move(Duration.ofSeconds(31));
    for (int i = 0; i < 50; i++) {
      send("CANCEL", "c" + i, "");
      send("ACK", "a" + i, "invented");
      peer.send(peer.answer(peer.request("OPTIONS", URI, "r" + i, 1, "r" + i, "x", "", "", ""), 200, "t", "", ""));
    }
    Rig.waitUntil("all of them are dropped", () -> rig.meter("shed") == 150);
    send("CANCEL", "quick", "");
    send("BYE", "nobody", "unknown");
    assertThat(Peer.header(peer.expect("SIP/2.0 481"), "Call-ID")).as("nothing came back to the others").isEqualTo("nobody");
    assertThat(rig.meter("shed")).as("the INVITE of the last CANCEL waits for the worker").isEqualTo(151);
    blocked.countDown();
    assertThat(Peer.header(peer.expect("SIP/2.0 503"), "Call-ID")).isEqualTo("quick");
  }

  /** Over UDP its sender would repeat it. */
  @Test
  void aMessageOfACallOverTcpIsNotLostWhenThereIsNoRoom() {
    try (Peer tcp = rig.tcp()) {
      tcp.send(tcp.request("INVITE", URI, "up", 1, "up", "x", "", "", ""));
      String tag = Peer.tag(tcp.expect("SIP/2.0 180"), "To");
      hold();
      while (rig.engine.workers.run("x", () -> { })) {
        assertThat(rig.meter("worker.queued")).isLessThanOrEqualTo(4096);
      }
      tcp.send(tcp.request("BYE", URI, "up", 2, "upbye", "x", tag, "", ""));
      tcp.send(tcp.request("OPTIONS", URI, "ping", 1, "ping", "x", "", "", ""));
      assertThat(Peer.header(tcp.expect("SIP/2.0 200"), "Call-ID")).as("both are judged").isEqualTo("ping");
      blocked.countDown();
      assertThat(Peer.header(tcp.expect("SIP/2.0 200"), "CSeq")).isEqualTo("2 BYE");
      assertThat(rig.meter("shed")).isZero();
    }
  }

  /** Its TCP connection delivers in order, and so must we: a BYE before what it ends is answered 481, and the call goes on. */
  @Test
  void whatFollowsAMessageThatIsPutOffDoesNotOvertakeIt() {
    var standing = new RegisterTest.StandingTime();
    try (Rig slow = new Rig(Rig.settings(1, Duration.ofSeconds(60)), standing, new Admission(Rig.PATIENT, standing, 1)); Peer tcp = slow.tcp()) {
      String tag = full(slow, tcp);
      tcp.send(tcp.request("INFO", URI, "up", 2, "upinfo", "x", tag, "", ""));
      Rig.waitUntil("put off", () -> slow.engine.intake.putOff.bytes() > 0);
      blocked.countDown();
      Rig.waitUntil("there is room again", () -> slow.meter("worker.queued") == 0);
      tcp.send(tcp.request("INFO", URI, "up", 3, "upinfo2", "x", tag, "", ""));
      tcp.send(tcp.request("BYE", URI, "up", 4, "upbye", "x", tag, "", ""));
      Rig.waitUntil("both came", () -> slow.meter("received") == 5);
      assertThat(slow.events()).containsExactly("INVITE", "REGISTER");
      Rig.waitUntil("all of it was handled", () -> {
        standing.move(Duration.ofMillis(10));
        return slow.events().size() == 5;
      });
      assertThat(slow.events()).containsExactly("INVITE", "REGISTER", "INFO", "INFO", "BYE");
      tcp.send(tcp.request("INVITE", URI, "up", 5, "after", "y", "", "", ""));
      Rig.waitUntil("nothing waits any more", () -> slow.events().size() == 6);
    }
  }

  /** It was counted when it came: once more and its source is refused what it may ask. */
  @Test
  void whatOpensSomethingBehindWhatIsPutOffIsCountedOnce() {
    var standing = new RegisterTest.StandingTime();
    try (Rig slow = new Rig(Rig.settings(1, Duration.ofSeconds(60)), standing, new Admission(Rig.PATIENT.limiting(1, 3), standing, 1)); Peer tcp = slow.tcp()) {
      String tag = full(slow, tcp);
      tcp.send(tcp.request("INFO", URI, "up", 2, "upinfo", "x", tag, "", ""));
      Rig.waitUntil("put off", () -> slow.engine.intake.putOff.bytes() > 0);
      long one = slow.engine.intake.putOff.bytes();
      tcp.send(tcp.request("INVITE", URI, "up", 3, "third", "y", "", "", ""));
      Rig.waitUntil("behind it", () -> slow.engine.intake.putOff.bytes() > one);
      blocked.countDown();
      Rig.waitUntil("both were judged", () -> {
        standing.move(Duration.ofMillis(10));
        return slow.events().size() == 4 || slow.meter("limited") > 0;
      });
      assertThat(slow.events()).containsExactly("INVITE", "REGISTER", "INFO", "INVITE");
    }
  }

  @Test
  void whatIsPutOffIsBoundedForASource() {
    var standing = new RegisterTest.StandingTime();
    try (Rig slow = new Rig(Rig.settings(1, Duration.ofSeconds(60)), standing, new Admission(Rig.PATIENT, standing, 1)); Peer tcp = slow.tcp()) {
      slow.engine.intake.putOff = new Owed(1 << 20, 20_000);
      String tag = full(slow, tcp);
      for (int i = 0; i < 10; i++) {
        tcp.send(tcp.request("INFO", URI, "up", 2 + i, "upinfo" + i, "x", tag, "X: " + "x".repeat(4000) + "\r\n", ""));
      }
      Rig.waitUntil("what is more is lost", () -> slow.meter("shed") == 6);
      blocked.countDown();
      Rig.waitUntil("what was put off is handled", () -> {
        standing.move(Duration.ofMillis(10));
        return slow.events().size() == 6;
      });
      assertThat(slow.engine.intake.putOff.bytes()).isZero();
    }
  }

  /** However fast a peer sends what is put off behind each other. */
  @Test
  void whatIsPutOffOfOneCallDoesNotKeepItsWorkerFromTheOthers() {
    var standing = new RegisterTest.StandingTime();
    try (Rig slow = new Rig(Rig.settings(1, Duration.ofSeconds(60)), standing, new Admission(Rig.PATIENT, standing, 1)); Peer tcp = slow.tcp()) {
      String tag = full(slow, tcp);
      int infos = 4 * Intake.TURN;
      for (int i = 0; i < infos; i++) {
        tcp.send(tcp.request("INFO", URI, "up", 2 + i, "upinfo" + i, "x", tag, "", ""));
      }
      List<String> handled = new CopyOnWriteArrayList<>();
      var goOn = new CountDownLatch(1);
      slow.onRequest = request -> {
        handled.add(request.method());
        slow.engine.respond(request.transaction(), SipAnswer.of(200));
        await(goOn);
      };
      Rig.waitUntil("all came", () -> slow.meter("received") == 2 + infos);
      blocked.countDown();
      Rig.waitUntil("the first is being handled", () -> {
        standing.move(Duration.ofMillis(10));
        return !handled.isEmpty();
      });
      assertThat(slow.engine.workers.run("x", () -> handled.add("another call"))).isTrue();
      goOn.countDown();
      Rig.waitUntil("all are handled", () -> handled.size() == infos + 1);
      assertThat(handled.indexOf("another call")).isEqualTo(Intake.TURN);
    }
  }

  /** A call rings, its worker is blocked, and its queue is full. */
  private String full(Rig slow, Peer tcp) {
    slow.onRequest = request -> slow.engine.respond(request.transaction(), SipAnswer.of(180));
    tcp.send(tcp.request("INVITE", URI, "up", 1, "up", "x", "", "", ""));
    String tag = Peer.tag(tcp.expect("SIP/2.0 180"), "To");
    slow.onRequest = request -> {
      if (request.method().equals("REGISTER")) {
        await();
      }
      slow.engine.respond(request.transaction(), SipAnswer.of(200));
    };
    tcp.send(tcp.request("REGISTER", URI, "block", 1, "block", "x", "", "", ""));
    Rig.waitUntil("blocked", () -> slow.events().contains("REGISTER"));
    while (slow.engine.workers.run("x", () -> { })) {
      assertThat(slow.meter("worker.queued")).isLessThanOrEqualTo(4096);
    }
    return tag;
  }

  private void await() {
    await(blocked);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Nobody gets past the 503s by claiming a request that is there. */
  @Test
  void aHeadThatIsReadInTwoWaysIsNewAndRefused() {
    peer.send(peer.request("INVITE", URI, "ringing", 1, "ringing", "x", "", "", "").replace(":" + peer.port() + ";branch", ";branch"));
    peer.expect("SIP/2.0 180");
    rig.backlog = Long.MAX_VALUE;
    peer.send(peer.request("INVITE", URI, "new", 1, "x", "x", "", "", "").replace(":" + peer.port() + ";branch=z9hG4bKx", " : 9;branch=z9hG4bKringing"));
    assertThat(Peer.header(peer.expect("SIP/2.0 503"), "Call-ID")).isEqualTo("new");
    assertThat(rig.events()).containsExactly("INVITE");
  }

  @Test
  void whoTakesTheRequestsMaySayThatTooMuchWaits() {
    rig.backlog = Long.MAX_VALUE;
    send("INVITE", "full", "");
    peer.expect("SIP/2.0 503");
    send("OPTIONS", "fullping", "");
    peer.expect("SIP/2.0 200");
    rig.backlog = Duration.ofSeconds(29).toNanos();
    send("INVITE", "free", "");
    peer.expect("SIP/2.0 180");
    rig.backlog = Duration.ofSeconds(31).toNanos();
    send("INVITE", "free", "");
    assertThat(Peer.header(peer.expect("SIP/2.0 180"), "Call-ID")).as("repeated, not new").isEqualTo("free");
    send("INVITE", "late", "");
    peer.expect("SIP/2.0 503");
    assertThat(rig.events()).containsExactly("INVITE");
  }

  @Test
  void theTimesToComeBackAreSpreadAndTheSameForTheSameSeed() {
    var one = new Admission(Rig.PATIENT, time, 7);
    var same = new Admission(Rig.PATIENT, time, 7);
    int[] times = new int[11];
    for (int i = 0; i < 10_000; i++) {
      String line = one.retryAfter();
      assertThat(line).isEqualTo(same.retryAfter());
      times[Integer.parseInt(line.substring("Retry-After: ".length()).trim())]++;
    }
    assertThat(IntStream.rangeClosed(1, 10).mapToObj(i -> times[i]).toList()).allSatisfy(count -> assertThat(count).isBetween(800, 1200));
    var tags = new HashSet<String>();
    for (int i = 0; i < 3; i++) {
      rig.backlog = Long.MAX_VALUE;
      send("INVITE", "again", "");
      tags.add(Peer.tag(peer.expect("SIP/2.0 503"), "To"));
    }
    assertThat(tags).as("a repeated request gets the same answer").hasSize(1);
  }

  @Test
  void theClockOfAnOrdinaryMomentRefusesNobody() {
    IntStream.range(0, 200).forEach(i -> {
      send("INVITE", "easy" + i, "");
      peer.expect("SIP/2.0 180");
    });
    assertThat(rig.meter("shed")).isZero();
    assertThat(rig.meter("worker.age.ms")).isLessThan(30_000);
  }

  @Test
  void whatWaitsIsBoundedInBytesToo() {
    var workers = new Workers(8, time, new org.strowger.kernel.Meter("test"), arrival -> { });
    byte[] longest = new byte[65_535];
    int taken = 0;
    while (taken < 8 * 4096 && workers.take(taken, new Arrival(longest, null, 0))) {
      taken++;
    }
    assertThat(taken).isEqualTo((int) (Workers.MOST_BYTES / longest.length));
    workers.start();
    Rig.waitUntil("there is room again", () -> workers.take(0, new Arrival(longest, null, 0)));
    workers.stop();
  }
}

package org.strowger.sip.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.strowger.sip.api.SipAnswer;
import org.strowger.sip.api.SipRequest;
import org.strowger.sip.api.TransactionId;

/** What four workers do with the order of messages, and what they do when they are late. */
class OrderTest {

  private static final String URI = "sip:200@127.0.0.1";

  @Test
  void messagesOfOneCallStayInOrderUnderFourWorkers() {
    Map<String, List<Long>> seen = new ConcurrentHashMap<>();
    try (Rig rig = new Rig(); Peer udp = rig.udp(); Peer tcp = rig.tcp()) {
      rig.onRequest = request -> {
        seen.computeIfAbsent(request.callId(), id -> new CopyOnWriteArrayList<>()).add(request.cseq());
        rig.engine.respond(request.transaction(), SipAnswer.of(200));
      };
      // registrations of one client share a Call-ID and count up: 40 clients, 25 each, interleaved
      for (int cseq = 1; cseq <= 25; cseq++) {
        for (int client = 0; client < 40; client++) {
          Peer peer = client % 2 == 0 ? udp : tcp;
          peer.send(peer.request("REGISTER", "sip:127.0.0.1", "o" + client, cseq, "o" + client + "x" + cseq, "x", "", "", ""));
        }
        int sofar = cseq * 40;
        Rig.waitUntil("round " + cseq, () -> seen.values().stream().mapToInt(List::size).sum() > sofar - 200);
      }
      Rig.waitUntil("all", () -> seen.values().stream().mapToInt(List::size).sum() == 1000);
    }
    assertThat(seen).hasSize(40);
    assertThat(seen.values()).allSatisfy(order -> assertThat(order).isEqualTo(IntStream.rangeClosed(1, 25).mapToObj(Long::valueOf).toList()));
  }

  @Test
  void aCancelRightBehindItsInviteIsNeverFirst() {
    try (Rig rig = new Rig(); Peer peer = rig.udp()) {
      for (int i = 0; i < 300; i++) {
        peer.send(peer.request("INVITE", URI, "ci" + i, 1, "ci" + i, "x", "", "", "v=0\r\n"));
        peer.send(peer.request("CANCEL", URI, "ci" + i, 1, "ci" + i, "x", "", "", ""));
        int sofar = i;
        Rig.waitUntil("cancelled " + i, () -> rig.events.size() > 2 * (sofar - 20));
      }
      Rig.waitUntil("all cancelled", () -> rig.events.size() == 600);
      assertThat(rig.events.stream().filter("cancelled"::equals)).hasSize(300);
    }
  }

  @Test
  void whatWaitedTooLongIsShedWithoutStateButCallsGoOn() throws InterruptedException {
    var settings = Rig.settings(1, Duration.ofSeconds(60));
    settings = new SipSettings(
        settings.listen(), "", "strowger", settings.algorithms(), settings.firstAlgorithmOnly(), settings.nonceLifetime(), settings.t1(), 8192, "Strowger", 1);
    var blocked = new java.util.concurrent.CountDownLatch(1);
    var time = new RegisterTest.MovedTime();
    try (Rig rig = new Rig(settings, time); Peer peer = rig.udp()) {
      rig.onRequest = request -> rig.engine.respond(request.transaction(), SipAnswer.of(200));
      peer.send(peer.request("INVITE", URI, "up", 1, "up", "x", "", "", "v=0\r\n"));
      String tag = Peer.tag(peer.expect("SIP/2.0 200"), "To");
      peer.send(peer.request("ACK", URI, "up", 1, "upack", "x", tag, "", ""));
      Rig.waitUntil("up", () -> rig.events().contains("acknowledged"));
      // a user that breaks the rule and blocks the only worker
      rig.onRequest = request -> {
        await(blocked);
        rig.engine.respond(request.transaction(), SipAnswer.of(200));
      };
      peer.send(peer.request("REGISTER", "sip:127.0.0.1", "block", 1, "block", "x", "", "", ""));
      Rig.waitUntil("blocked", () -> rig.events().contains("REGISTER"));
      peer.send(peer.request("INVITE", URI, "late", 1, "late", "x", "", "", "v=0\r\n"));
      peer.send(peer.request("BYE", URI, "up", 2, "upbye", "x", tag, "", ""));
      Rig.waitUntil("queued", () -> rig.meter("worker.queued") >= 2);
      time.move(Duration.ofSeconds(31));
      blocked.countDown();
      String shed = peer.expect("SIP/2.0 503");
      assertThat(Peer.header(shed, "Retry-After")).isNotEmpty();
      assertThat(Peer.header(shed, "Call-ID")).isEqualTo("late");
      assertThat(Peer.tag(shed, "To")).isNotEmpty();
      assertThat(Peer.header(peer.expect("SIP/2.0 200"), "CSeq")).isEqualTo("2 BYE");
      assertThat(rig.events().stream().filter("INVITE"::equals)).hasSize(1);
    }
  }

  private static void await(java.util.concurrent.CountDownLatch latch) {
    try {
      latch.await(10, java.util.concurrent.TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void mergedRequestsUnknownDialogsAndUnknownMethodsAreRefused() {
    try (Rig rig = new Rig(); Peer peer = rig.udp()) {
      peer.send(peer.request("INVITE", URI, "m1", 1, "one", "x", "", "", "v=0\r\n"));
      SipRequest invite = rig.request();
      peer.send(peer.request("INVITE", URI, "m1", 1, "two", "x", "", "", "v=0\r\n"));
      peer.expect("SIP/2.0 482");
      rig.engine.respond(invite.transaction(), SipAnswer.of(404));
      peer.expect("SIP/2.0 404");
      for (String method : List.of("INVITE", "BYE", "INFO", "UPDATE")) {
        peer.send(peer.request(method, URI, "m2" + method, 1, "m2" + method, "x", "nobody", "", ""));
        peer.expect("SIP/2.0 481");
      }
      peer.send(peer.request("MESSAGE", URI, "m3", 1, "m3", "x", "", "", ""));
      assertThat(Peer.header(peer.expect("SIP/2.0 405"), "Allow")).as("what is always refused is not offered").contains("INVITE").doesNotContain("REFER").doesNotContain("NOTIFY");
      peer.send(peer.request("FROBNICATE", URI, "m4", 1, "m4", "x", "", "", ""));
      peer.expect("SIP/2.0 501");
      peer.send(peer.request("INVITE", URI, "m5", 1, "m5", "x", "", "Require: teleport, timer\r\n", ""));
      assertThat(Peer.header(peer.expect("SIP/2.0 420"), "Unsupported")).isEqualTo("teleport");
      peer.send(peer.request("INVITE", URI, "m6", 1, "m6", "x", "", "", "").replace("Max-Forwards: 70", "Max-Forwards: 0"));
      peer.expect("SIP/2.0 483");
      for (String unmet : List.of("outbound", "histinfo", "privacy", "early-session", "norefersub", "timer")) {
        peer.send(peer.request("REGISTER", "sip:127.0.0.1", "m8" + unmet, 1, "m8" + unmet, "x", "", "Require: path, " + unmet + "\r\n", ""));
        assertThat(Peer.header(peer.expect("SIP/2.0 420"), "Unsupported")).isEqualTo(unmet);
      }
      peer.send(peer.request("INVITE", URI, "m9", 1, "m9", "x", "", "Require: 100rel, path, outbound\r\n", ""));
      assertThat(Peer.header(peer.expect("SIP/2.0 420"), "Unsupported")).isEqualTo("path, outbound");
      peer.send(peer.request("REGISTER", "sip:127.0.0.1", "m10", 1, "m10", "x", "", "Require: path\r\n", "").replace("Max-Forwards: 70", "Max-Forwards: 0"));
      assertThat(rig.request().maxForwards()).as("nobody sends a REGISTER on").isZero();
      peer.send(peer.request("REGISTER", "sip:127.0.0.1", "m7", 1, "m7", "x", "", "Path: <sip:edge.example.org;lr>\r\n", "").replace("Max-Forwards: 70\r\n", ""));
      SipRequest register = rig.request();
      assertThat(register.maxForwards()).isEqualTo(70);
      assertThat(register.path()).hasToString("[sip:edge.example.org;lr]");
      rig.engine.respond(new TransactionId("nobody"), SipAnswer.of(200));
    }
  }

  @Test
  void withoutTakersTheSwitchIsNotReady() {
    try (Rig rig = new Rig(); Peer peer = rig.udp()) {
      peer.send(peer.request("OPTIONS", "sip:127.0.0.1", "p1", 1, "p1", "x", "", "", ""));
      peer.expect("SIP/2.0 200");
      rig.users.unbind(rig);
      peer.send(peer.request("OPTIONS", "sip:127.0.0.1", "p2", 1, "p2", "x", "", "", ""));
      assertThat(Peer.header(peer.expect("SIP/2.0 503"), "Retry-After")).isNotEmpty();
      peer.send(peer.request("INVITE", URI, "p3", 1, "p3", "x", "", "", ""));
      peer.expect("SIP/2.0 503");
      rig.users.bind(rig);
      peer.send(peer.request("OPTIONS", "sip:127.0.0.1", "p4", 1, "p4", "x", "", "", ""));
      peer.expect("SIP/2.0 200");
    }
  }
}

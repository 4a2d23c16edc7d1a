package org.strowger.sip.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.strowger.kernel.Time;
import org.strowger.sip.api.SipAnswer;
import org.strowger.sip.api.SipHeaders;
import org.strowger.sip.api.SipBody;
import org.strowger.sip.api.Transport;
import org.strowger.sip.internal.admission.Admission;
import org.strowger.sip.internal.admission.AdmissionSettings;

/** No more transactions than may be, and what goes on all the same; wrong digests by the thousand. */
class FullTest {

  private static final String URI = "sip:bob@127.0.0.1";
  private static final String REALM = "sip:127.0.0.1";
  private static final String LONG = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK" + "y".repeat(6000) + "\r\n";

  private Rig rig;

  @AfterEach
  void close() {
    rig.close();
  }

  private void open(int ofASource, Time time) {
    open(Rig.PATIENT.holding(ofASource), time);
  }

  private void open(AdmissionSettings settings, Time time) {
    rig = new Rig(Rig.settings(2, Duration.ofSeconds(60)), time, new Admission(settings, time, 1));
  }

  private String invite(Peer peer, String name) {
    peer.send(peer.request("INVITE", URI, name, 1, name, "x", "", "", ""));
    return peer.expect("SIP/2.0 ").startsWith("SIP/2.0 100") ? peer.expect("SIP/2.0 180") : "";
  }

  /** A 200 to this; those to others may be repeated meanwhile. */
  private static void expect(Peer peer, String cseq) {
    for (String answer = peer.expect("SIP/2.0 "); !answer.startsWith("SIP/2.0 200") || !Peer.header(answer, "CSeq").equals(cseq); answer = peer.expect("SIP/2.0 ")) {
      assertThat(answer).doesNotStartWith("SIP/2.0 5");
    }
  }

  @Test
  void whenThereIsNoRoomForNewOnesCallsThatAreUpGoOnAndEnd() {
    open(1000, Time.SYSTEM);
    rig.onRequest = request -> rig.engine.respond(request.transaction(), SipAnswer.of(request.method().equals("INVITE") && request.dialog().isEmpty() ? 180 : 200));
    try (Peer peer = rig.udp()) {
      String tag = Peer.tag(invite(peer, "up"), "To");
      String toEnd = Peer.tag(invite(peer, "other"), "To");
      rig.engine.servers.most = 1;
      peer.send(peer.request("INVITE", URI, "new", 1, "new", "x", "", "", ""));
      assertThat(peer.expect("SIP/2.0 503")).contains("Retry-After");
      peer.send(peer.request("INVITE", URI, "up", 2, "again", "x", tag, "", ""));
      expect(peer, "2 INVITE");
      peer.send(peer.request("ACK", URI, "up", 2, "againack", "x", tag, "", ""));
      peer.send(peer.request("BYE", URI, "up", 3, "bye", "x", tag, "", ""));
      expect(peer, "3 BYE");
      peer.send(peer.request("CANCEL", URI, "other", 1, "other", "x", "", "", ""));
      expect(peer, "1 CANCEL");
      Rig.waitUntil("told", () -> rig.events().contains("cancelled"));
      rig.engine.servers.most = 0;
      rig.engine.send(new org.strowger.sip.api.DialogId("other", toEnd, "x"), "BYE", SipHeaders.NONE, SipBody.NONE, rig);
      peer.expect("BYE ");
    }
    assertThat(rig.events()).containsExactly("INVITE", "INVITE", "INVITE", "acknowledged", "BYE", "cancelled");
  }

  @Test
  void oneSourceDoesNotTakeTheRoomOfOthers() {
    open(3, Time.SYSTEM);
    rig.onRequest = request -> rig.engine.respond(request.transaction(), SipAnswer.of(180));
    try (Peer peer = rig.udp(); Peer other = Peer.udp("127.0.0.5", "127.0.0.1", rig.port(Transport.UDP))) {
      for (int i = 0; i < 3; i++) {
        invite(peer, "i" + i);
      }
      peer.send(peer.request("INVITE", URI, "i3", 1, "i3", "x", "", "", ""));
      assertThat(peer.expect("SIP/2.0 503")).contains("Retry-After");
      assertThat(invite(other, "o")).startsWith("SIP/2.0 180");
      rig.engine.servers.byId.values().stream().filter(tx -> tx.callId.equals("i0")).forEach(tx -> rig.engine.respond(tx.id, SipAnswer.of(486)));
      peer.send(peer.request("ACK", URI, "i0", 1, "i0", "x", Peer.tag(peer.expect("SIP/2.0 486"), "To"), "", ""));
      Rig.waitUntil("it has ended", () -> rig.engine.servers.byId.size() == 3);
      assertThat(invite(peer, "i4")).as("there is room again").startsWith("SIP/2.0 180");
    }
  }

  /** Few of them, but long ones: it is the bytes that fill the heap. */
  @Test
  void whatTransactionsKeepIsBoundedInBytes() {
    open(1000, Time.SYSTEM);
    rig.engine.servers.kept = new Owed(1 << 20, 256 << 10);
    rig.onRequest = request -> rig.engine.respond(request.transaction(), SipAnswer.of(180));
    String echoed = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK" + "y".repeat(6000) + "\r\n";
    try (Peer peer = rig.udp(); Peer other = Peer.udp("127.0.0.5", "127.0.0.1", rig.port(Transport.UDP))) {
      int taken = 0;
      String answer = "SIP/2.0 180";
      while (answer.startsWith("SIP/2.0 1") && taken < 50) {
        peer.send(peer.request("INVITE", URI, "l" + taken, 1, "l" + taken, "x", "", echoed, ""));
        answer = peer.expect("SIP/2.0 ");
        taken += answer.startsWith("SIP/2.0 100") && peer.expect("SIP/2.0 180") != null ? 1 : 0;
      }
      assertThat(answer).startsWith("SIP/2.0 503").contains("Retry-After");
      assertThat(taken).isBetween(15, 21);
      assertThat(rig.engine.servers.kept.bytes()).isBetween(taken * 12_000L, 256L << 10);
      assertThat(invite(other, "o")).as("another source").startsWith("SIP/2.0 180");
      for (ServerTx tx : rig.engine.servers.byId.values()) {
        rig.engine.respond(tx.id, SipAnswer.of(486));
        assertThat(tx.head().viasAndFrom()).as("the answer has it").isEmpty();
      }
      Rig.waitUntil("all given back", () -> rig.meter("transactions.server") == 0 && rig.engine.servers.kept.bytes() == 0);
    }
  }

  /** What a call's peer sends is neither limited nor shed: this alone bounds what it makes us remember. */
  @Test
  void whatIsRememberedOfADialogIsBoundedAndItsByeIsTaken() {
    var time = new RegisterTest.StandingTime();
    open(1000, time);
    rig.onRequest = request -> rig.engine.respond(request.transaction(), SipAnswer.of(request.method().equals("INVITE") ? 180 : 200));
    try (Peer peer = rig.udp()) {
      String tag = Peer.tag(invite(peer, "up"), "To");
      String other = Peer.tag(invite(peer, "other"), "To");
      int taken = infos(peer, "up", tag, 2, "");
      assertThat(taken).as("ordinary ones").isBetween(60, 180);
      peer.send(peer.request("INFO", URI, "other", 2, "otherinfo", "x", other, "", ""));
      assertThat(Peer.header(peer.expect("SIP/2.0 200"), "Call-ID")).as("another call").isEqualTo("other");
      for (int i = 0; i < 40; i++) {
        time.move(Duration.ofMillis(100));
      }
      Rig.waitUntil("remembered no longer", () -> {
        time.move(Duration.ofMillis(10));
        return rig.engine.servers.keptWithin.bytes() == 0;
      });
      int long6 = infos(peer, "up", tag, 500, LONG);
      assertThat(long6).as("long ones").isBetween(8, 18);
      peer.send(peer.request("BYE", URI, "up", 1000, "bye", "x", tag, "", ""));
      expect(peer, "1000 BYE");
      assertThat(rig.meter("transactions.server")).isLessThan(25);
    }
  }

  /** Some calls' peers fill what may be kept of all of them: the others hold, confirm and refresh as ever, up to their own fair share. */
  @Test
  void callsThatFillTheRoomOfAllDoNotTakeItFromTheOthers() {
    open(1000, new RegisterTest.StandingTime());
    rig.engine.servers.keptWithin = new Owed(30_000, 30_000);
    rig.onRequest = request -> rig.engine.respond(request.transaction(), SipAnswer.of(request.method().equals("INVITE") ? 180 : 200));
    try (Peer peer = rig.udp()) {
      String other = Peer.tag(invite(peer, "other"), "To");
      for (String greedy : new String[] {"a", "b", "c"}) {
        String tag = Peer.tag(invite(peer, greedy), "To");
        assertThat(infos(peer, greedy, tag, 2, LONG)).as("its fair share, and what is more no longer").isEqualTo(2);
      }
      assertThat(rig.engine.servers.keptWithin.bytes()).isGreaterThan(30_000);
      int taken = 0;
      String answer = "SIP/2.0 200";
      while (answer.startsWith("SIP/2.0 200") && taken < 50) {
        peer.send(peer.request("UPDATE", URI, "other", 2 + taken, "u" + taken, "x", other, "", ""));
        answer = peer.expect("SIP/2.0 ");
        taken += answer.startsWith("SIP/2.0 200") ? 1 : 0;
      }
      assertThat(taken).as("of another call").isBetween(8, 16);
      assertThat(answer).startsWith("SIP/2.0 503").contains("Retry-After");
    }
  }

  private int infos(Peer peer, String call, String tag, int cseq, String extra) {
    for (int i = 0; i < 200; i++) {
      peer.send(peer.request("INFO", URI, call, cseq + i, call + "info" + cseq + i, "x", tag, extra, ""));
      String answer = peer.expect("SIP/2.0 ");
      if (!answer.startsWith("SIP/2.0 200")) {
        assertThat(answer).startsWith("SIP/2.0 503").contains("Retry-After");
        return i;
      }
    }
    return 200;
  }

  /** What is kept beside the head, and the answer that is kept instead of both. */
  @Test
  void allThatATransactionKeepsIsCounted() {
    var time = new RegisterTest.StandingTime();
    open(1000, time);
    try (Peer peer = rig.udp()) {
      rig.challenging = true;
      String given = wrong(peer, "REGISTER").replaceFirst(" cnonce=\"", " cnonce=\"" + "c".repeat(5000));
      peer.send(peer.request("REGISTER", REALM, "r", 1, "r", "x", "", given, ""));
      var request = rig.request();
      assertThat(rig.engine.servers.kept.bytes()).as("its credentials").isBetween(5000L, 6500L);
      rig.engine.respond(request.transaction(), new SipAnswer(200, "", java.util.List.of(), SipHeaders.of("Path", "<sip:" + "p".repeat(2000) + ">"), SipBody.NONE));
      peer.expect("SIP/2.0 200");
      assertThat(rig.engine.servers.kept.bytes()).as("the answer instead").isBetween(2000L, 3500L);
      Rig.waitUntil("given back", () -> {
        time.move(Duration.ofMillis(100));
        return rig.engine.servers.kept.bytes() == 0;
      });
    }
  }

  /** It is longer here than on the wire: one letter that is not Latin makes all of its text so. */
  @Test
  void whatFindsNoRoomAtTheLastMomentIsToldSo() {
    open(1000, Time.SYSTEM);
    rig.engine.servers.kept = new Owed(30 << 10, 30 << 10);
    try (Peer peer = rig.udp()) {
      String echoed = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK" + "y".repeat(7000) + "\r\n";
      peer.send(peer.request("INVITE", URI, "wide", 1, "wide", "x", "", echoed, "").replace("\"Alice\"", "\"Al\u0142ce\""));
      assertThat(peer.expect("SIP/2.0 ")).startsWith("SIP/2.0 503").contains("Retry-After");
      assertThat(rig.held()).isZero();
    }
  }

  @Test
  void whoIsExemptIsRefusedAsOftenAsHeErrs() {
    open(Rig.PATIENT.exempting("127.0.0.1"), new RegisterTest.StandingTime());
    refusing();
    try (Peer peer = rig.udp()) {
      String wrong = wrong(peer, "REGISTER");
      String echoed = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK" + "y".repeat(5000) + "\r\n";
      for (int i = 1; i <= 220; i++) {
        int came = i;
        peer.send(peer.request("REGISTER", REALM, "e" + i, 1, "e" + i, "x", "", echoed + wrong, ""));
        Rig.waitUntil("judged", () -> rig.meter("refusals") == came);
      }
      assertThat(rig.engine.refusals.bytes()).isGreaterThan(Refusals.MOST_OF_A_SOURCE);
    }
  }

  private void refusing() {
    rig.challenging = true;
    rig.onRequest = request -> rig.engine.challenge(request.transaction(), false);
  }

  private String wrong(Peer peer, String method) {
    peer.send(peer.request(method, REALM, "c", 1, "c", "x", "", "", ""));
    return RegisterTest.authorization(peer.expect("SIP/2.0 401"), method, REALM, "wrong", "MD5", "00000001");
  }

  @Test
  void aFloodOfWrongDigestsLeavesNoTransactionsAndKeepsWithinItsBound() {
    var time = new RegisterTest.StandingTime();
    open(1000, time);
    refusing();
    try (Peer peer = rig.udp()) {
      String wrong = wrong(peer, "REGISTER") + "X: " + "x".repeat(4000) + "\r\n";
      String echoed = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK" + "y".repeat(3000) + "\r\n";
      for (int i = 1; i <= 1000; i++) {
        peer.send(peer.request("REGISTER", REALM, "f" + i, 1, "f" + i, "x", "", echoed + wrong, ""));
        if (i % 20 == 0) {
          int came = i;
          Rig.waitUntil("judged", () -> rig.events().size() == came);
        }
      }
      Rig.waitUntil("no transaction is left", () -> rig.meter("transactions.server") == 0);
      assertThat(rig.engine.refusals.bytes()).isBetween(Refusals.MOST_OF_A_SOURCE / 2, Refusals.MOST_OF_A_SOURCE);
      assertThat(rig.meter("refusals")).isLessThan(400);
      time.move(Duration.ofMillis(310));
      peer.expect("SIP/2.0 401");
      for (int i = 0; i < 20; i++) {
        time.move(Duration.ofMillis(500));
      }
      Rig.waitUntil("nothing is remembered", () -> {
        time.move(Duration.ofMillis(100));
        return rig.meter("refusals") == 0 && rig.engine.refusals.bytes() == 0 && rig.meter("timers") == 0;
      });
    }
  }

  @Test
  void aRepeatedRequestGetsTheSameRefusalAndIsJudgedOnce() {
    open(1000, Time.SYSTEM);
    refusing();
    try (Peer peer = rig.udp()) {
      String register = peer.request("REGISTER", REALM, "r", 2, "r", "x", "", wrong(peer, "REGISTER"), "");
      peer.send(register);
      String first = peer.expect("SIP/2.0 401");
      peer.send(register);
      assertThat(peer.expect("SIP/2.0 401")).isEqualTo(first);
      assertThat(rig.events()).containsExactly("REGISTER");
    }
  }

  @Test
  void anInvitesRefusalIsRepeatedUntilItsAckComes() {
    var time = new RegisterTest.StandingTime();
    open(1000, time);
    refusing();
    try (Peer peer = rig.udp()) {
      peer.send(peer.request("INVITE", REALM, "i", 2, "i", "x", "", wrong(peer, "INVITE"), ""));
      peer.expect("SIP/2.0 100");
      Rig.waitUntil("judged", () -> rig.meter("refusals") == 1);
      time.move(Duration.ofMillis(320));
      String first = "";
      // Known a moment before its timer runs.
      for (int i = 0; i < 20 && first.isEmpty(); i++) {
        time.move(Duration.ofMillis(10));
        first = peer.receive(100);
      }
      assertThat(first).startsWith("SIP/2.0 401");
      String again = "";
      for (int i = 0; i < 20 && again.isEmpty(); i++) {
        time.move(Duration.ofMillis(20));
        again = peer.receive(100);
      }
      assertThat(again).isEqualTo(first);
      peer.send(peer.request("ACK", REALM, "i", 2, "i", "x", Peer.tag(first, "To"), "", ""));
      Rig.waitUntil("done with", () -> rig.meter("refusals") == 0);
      time.move(Duration.ofMillis(200));
      assertThat(peer.receive(100)).isEmpty();
    }
  }
}

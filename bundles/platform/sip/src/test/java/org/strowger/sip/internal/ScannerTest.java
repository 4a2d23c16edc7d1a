package org.strowger.sip.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.strowger.kernel.HostPort;
import org.strowger.kernel.Time;
import org.strowger.sip.api.NameAddr;
import org.strowger.sip.api.OutgoingRequest;
import org.strowger.sip.api.SipAnswer;
import org.strowger.sip.api.SipBody;
import org.strowger.sip.api.SipDigest.Ha1;
import org.strowger.sip.api.SipDigest.Outcome;
import org.strowger.sip.api.SipHeaders;
import org.strowger.sip.api.SipUri;
import org.strowger.sip.api.Transport;
import org.strowger.sip.internal.admission.Admission;
import org.strowger.sip.internal.admission.AdmissionSettings;
import org.strowger.sip.internal.admission.Ban;

/** Those who try names and passwords, over the wire. */
class ScannerTest {

  private Rig rig;

  private void open(AdmissionSettings settings) {
    open(settings, Duration.ofSeconds(60));
  }

  private void open(AdmissionSettings settings, Duration nonceLifetime) {
    rig = new Rig(Rig.settings(2, nonceLifetime), Time.SYSTEM, new Admission(settings, Time.SYSTEM, 1));
    rig.challenging = true;
    rig.onRequest = request -> {
      var given = request.credentials().orElseThrow();
      Ha1 secrets = given.username().startsWith("nobody") ? Ha1.NOBODY : Rig.ha1(given.username());
      Outcome outcome = rig.engine.digests.check(given, secrets);
      if (outcome == Outcome.OK) {
        rig.engine.respond(request.transaction(), SipAnswer.of(200));
      } else {
        rig.engine.challenge(request.transaction(), outcome == Outcome.REPLAY);
      }
    };
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private String ask(Peer peer, String user, int cseq, String extra) {
    String uri = "sip:127.0.0.1";
    peer.send(peer.request("REGISTER", uri, "s-" + user, cseq, user + cseq, "x", "", extra, "").replace("To: <" + uri + ">", "To: <sip:" + user + "@127.0.0.1>"));
    return peer.receive(1500);
  }

  private static String answer(String challenge, String user, String password) {
    return answer(challenge, user, password, "REGISTER");
  }

  private static String answer(String challenge, String user, String password, String method) {
    String nonce = Peer.challenge(challenge, "nonce");
    String response = Digests.response("MD5", Digests.hash("MD5", user + ":strowger:" + password), nonce, "00000001", "c", "auth", method, "sip:127.0.0.1");
    return "Authorization: Digest username=\"" + user + "\", realm=\"strowger\", nonce=\"" + nonce + "\", uri=\"sip:127.0.0.1\", response=\"" + response
        + "\", algorithm=MD5, qop=auth, nc=00000001, cnonce=\"c\"\r\n";
  }

  private String register(Peer peer, String user, int cseq, String password) {
    String challenge = ask(peer, user, cseq, "");
    return challenge.isEmpty() ? "" : ask(peer, user, cseq + 1, answer(challenge, user, password));
  }

  @Test
  void whoGuessesIsBannedAndTheAccountIsNot() {
    open(Rig.PATIENT.watching(0, 4));
    try (Peer peer = rig.udp(); Peer stream = rig.tcp(); Peer owner = Peer.udp("127.0.0.5", "127.0.0.1", rig.port(org.strowger.sip.api.Transport.UDP))) {
      for (int i = 0; i < 4; i++) {
        assertThat(register(peer, i % 2 == 0 ? "nobody" : "alice", 10 * i + 1, "guess" + i)).startsWith("SIP/2.0 401");
      }
      assertThat(ask(peer, "alice", 90, "")).as("nothing more is read of him").isEmpty();
      stream.send(stream.request("OPTIONS", "sip:x@127.0.0.1", "t", 1, "t", "x", "", "", ""));
      assertThat(stream.receive(300)).as("nor by TCP").isEmpty();
      assertThat(rig.engine.admission.list()).singleElement().satisfies(ban -> {
        assertThat(ban.source()).isEqualTo("127.0.0.1");
        assertThat(ban.reason()).isEqualTo("4 wrong passwords for 2 logins within 300 s");
        assertThat(ban.dropped()).isEqualTo(2);
      });
      assertThat(register(owner, "alice", 1, Rig.PASSWORD)).startsWith("SIP/2.0 200");
      rig.engine.admission.lift("127.0.0.1", "test");
      assertThat(register(peer, "alice", 100, Rig.PASSWORD)).startsWith("SIP/2.0 200");
    }
  }

  private void judgesRegistersAndAnswersTheRest(int status) {
    var judge = rig.onRequest;
    rig.onRequest = request -> {
      if (request.method().equals("REGISTER")) {
        judge.accept(request);
      } else {
        rig.engine.respond(request.transaction(), SipAnswer.of(status));
      }
    };
    rig.challenging = false;
  }

  /** An office behind one address, and one phone there with an old password: what the others talk is charged, so it must end when they hang up. */
  @Test
  void aBanLetsCallsThatAreUpGoOnAndEnd() {
    open(Rig.PATIENT.watching(0, 4));
    judgesRegistersAndAnswersTheRest(200);
    try (Peer peer = rig.udp(); Peer called = rig.udp(); Peer old = rig.udp()) {
      peer.send(peer.request("INVITE", "sip:b@127.0.0.1", "up", 1, "up", "x", "", "", ""));
      String tag = Peer.tag(peer.expect("SIP/2.0 200"), "To");
      rig.challenging = true;
      for (int i = 0; i < 3; i++) {
        assertThat(register(old, i % 2 == 0 ? "nobody" : "alice", 10 * i + 1, "guess" + i)).startsWith("SIP/2.0 401");
      }
      // what is asked is answered before its timer ends, which is soon here
      var uri = SipUri.of("x", new HostPort("127.0.0.1", called.port()));
      rig.engine.send(
          new OutgoingRequest("OPTIONS", uri, NameAddr.of(uri), NameAddr.of(uri), 70, List.of(), Optional.empty(), Optional.empty(), Transport.UDP, Optional.empty(), SipHeaders.NONE, SipBody.NONE),
          rig);
      String asked = called.expect("OPTIONS ");
      assertThat(register(old, "alice", 31, "guess3")).startsWith("SIP/2.0 401");
      assertThat(ask(old, "alice", 90, "")).as("banned").isEmpty();
      called.send(called.answer(asked, 200, "t", "", ""));
      rig.response(200);
      peer.send(peer.request("ACK", "sip:b@127.0.0.1", "up", 1, "upack", "x", tag, "", ""));
      Rig.waitUntil("the ACK is heard", () -> rig.events().contains("acknowledged"));
      peer.send(peer.request("BYE", "sip:b@127.0.0.1", "up", 2, "upbye", "x", tag, "", ""));
      Rig.waitUntil("it has hung up", () -> rig.events().contains("BYE"));
      Rig.waitUntil("answered", () -> Peer.header(peer.expect("SIP/2.0 200"), "CSeq").equals("2 BYE"));
      peer.send(peer.request("BYE", "sip:b@127.0.0.1", "up", 2, "upbye", "x", tag, "", ""));
      assertThat(Peer.header(peer.expect("SIP/2.0 200"), "CSeq")).as("repeated").isEqualTo("2 BYE");
      peer.send(peer.request("BYE", "sip:b@127.0.0.1", "up", 3, "stray", "x", "invented", "", ""));
      assertThat(peer.receive(300)).as("what belongs to nothing is not read").isEmpty();
    }
  }

  /** Its head claims the request or call that is there to whoever reads no further, and is a new one to the parser. */
  @Test
  void nobodyIsSparedABanByAHeadThatIsReadInTwoWays() {
    open(Rig.PATIENT.watching(0, 4));
    judgesRegistersAndAnswersTheRest(180);
    try (Peer peer = rig.udp(); Peer old = rig.udp()) {
      peer.send(peer.request("INVITE", "sip:b@127.0.0.1", "up", 1, "up", "x", "", "", "").replace(":" + peer.port() + ";branch", ";branch"));
      String tag = Peer.tag(peer.expect("SIP/2.0 180"), "To");
      rig.challenging = true;
      for (int i = 0; i < 4; i++) {
        assertThat(register(old, "nobody", 10 * i + 1, "guess" + i)).startsWith("SIP/2.0 401");
      }
      rig.challenging = false;
      String sentBy = "127.0.0.1:" + peer.port() + ";branch=z9hG4bK";
      for (String via : List.of("127.0.0.1;branch=z9hG4bKup;branch=z9hG4bK", "127.0.0.1;x=\";branch=z9hG4bKup;\";branch=z9hG4bK", "127.0.0.1 : 9;branch=z9hG4bKup;x=")) {
        peer.send(peer.request("INVITE", "sip:b@127.0.0.1", "new", 1, "new", "x", "", "", "").replace(sentBy, via));
        assertThat(peer.receive(300)).as(via).isEmpty();
      }
      peer.send(peer.request("INVITE", "sip:b@127.0.0.1", "up", 2, "to", "x", "", "", "").replace("To: <sip:b@127.0.0.1>", "To: <sip:b@127.0.0.1>;y=\";tag=" + tag + ";\""));
      assertThat(peer.receive(300)).isEmpty();
      assertThat(rig.events().stream().filter("INVITE"::equals)).hasSize(1);
      peer.send(peer.request("BYE", "sip:b@127.0.0.1", "up", 3, "bye", "x", tag, "", ""));
      Rig.waitUntil("what belongs to the call is taken", () -> rig.events().contains("BYE"));
    }
  }

  /** Whoever writes another's address on his packets never sees the challenge, and cannot answer it. */
  @Test
  void withoutAChallengeThatReachedItNoSourceIsBanned() {
    open(Rig.PATIENT.watching(0, 3));
    String foreign = rig.engine.digests.challenge("192.0.2.1", false, false);
    try (Peer peer = rig.udp()) {
      for (int i = 0; i < 20; i++) {
        assertThat(ask(peer, "alice", i + 1, answer(foreign, "alice", "x" + i))).startsWith("SIP/2.0 401");
      }
      assertThat(rig.engine.admission.list()).isEmpty();
      assertThat(register(peer, "alice", 50, Rig.PASSWORD)).startsWith("SIP/2.0 200");
    }
  }

  @Test
  void aReplayIsNoGuess() {
    open(Rig.PATIENT.watching(0, 2));
    try (Peer peer = rig.udp()) {
      String right = answer(ask(peer, "alice", 1, ""), "alice", Rig.PASSWORD);
      assertThat(ask(peer, "alice", 2, right)).startsWith("SIP/2.0 200");
      for (int i = 3; i < 8; i++) {
        assertThat(ask(peer, "alice", i, right)).startsWith("SIP/2.0 401").contains("stale=true");
      }
      assertThat(rig.engine.admission.list()).isEmpty();
    }
  }

  @Test
  void whoTriesNamesIsSlowedAndWhoIsKnownThereIsNot() {
    open(Rig.PATIENT.watching(10, 0));
    try (Peer peer = rig.udp(); Peer phone = rig.udp()) {
      assertThat(register(phone, "alice", 1, Rig.PASSWORD)).startsWith("SIP/2.0 200");
      scan(peer, 300, "");
      assertThat(rig.meter("challenge.sent")).as("10, and 50 a second").isBetween(60L, 250L);
      assertThat(rig.engine.admission.list()).extracting(Ban::effect).containsExactly("slowed");
      assertThat(register(phone, "alice", 11, Rig.PASSWORD)).startsWith("SIP/2.0 200");
      assertThat(rig.events()).as("nobody behind the stack heard of it").containsExactly("REGISTER", "REGISTER");
    }
  }

  /** None of these opens anything, but each would cost a parse and an answer. */
  @Test
  void whatBelongsToNothingIsCountedAndWhatBelongsToACallIsNot() {
    open(Rig.PATIENT.limiting(2, 5));
    rig.challenging = false;
    rig.onRequest = request -> rig.engine.respond(request.transaction(), SipAnswer.of(request.method().equals("INVITE") ? 180 : 200));
    try (Peer peer = rig.udp(); Peer phone = rig.udp()) {
      phone.send(phone.request("INVITE", "sip:b@127.0.0.1", "up", 1, "up", "x", "", "", ""));
      String tag = Peer.tag(phone.expect("SIP/2.0 180"), "To");
      for (int i = 0; i < 20; i++) {
        for (String method : List.of("CANCEL", "BYE", "ACK", "INFO")) {
          peer.send(peer.request(method, "sip:b@127.0.0.1", method + i, 1, method + i, "x", "invented" + i, "", ""));
        }
        peer.send(peer.answer(peer.request("OPTIONS", "sip:b@127.0.0.1", "r" + i, 1, "r" + i, "x", "", "", ""), 200, "t", "", ""));
      }
      Rig.waitUntil("all of them came", () -> rig.meter("received") == 101 && rig.meter("worker.queued") == 0);
      Rig.waitUntil("judged", () -> rig.meter("limited") >= 90);
      int answers = 0;
      for (String answer = peer.receive(300); !answer.isEmpty(); answer = peer.receive(300)) {
        assertThat(answer).startsWith("SIP/2.0 481");
        answers++;
      }
      assertThat(answers).isLessThan(15);
      phone.send(phone.request("BYE", "sip:b@127.0.0.1", "up", 2, "upbye", "x", tag, "", ""));
      phone.expect("SIP/2.0 200");
      phone.send(phone.request("CANCEL", "sip:b@127.0.0.1", "up", 1, "up", "x", "", "", ""));
      phone.expect("SIP/2.0 200");
    }
  }

  /** New INVITEs by names that nobody knows; a few at a time, so that none is lost. */
  private void scan(Peer peer, int names, String extra) {
    scan(peer, 0, names, extra);
  }

  private void scan(Peer peer, int from, int names, String extra) {
    long before = rig.meter("received");
    for (int i = from; i < from + names; i++) {
      long sent = before + i - from + 1;
      peer.send(peer.request("INVITE", "sip:" + (100 + i) + "@127.0.0.1", "e" + i, 1, "e" + i, "x", "", extra, "").replace("\"Alice\" <sip:alice@", "<sip:" + (100 + i) + "@"));
      if ((i - from) % 25 == 24) {
        Rig.waitUntil("they came", () -> rig.meter("received") >= sent && rig.meter("worker.queued") == 0);
      }
    }
  }

  /** One challenge of long ago, copied into every request, answers none. */
  @Test
  void aStaleAnswerIsNone() {
    open(Rig.PATIENT.watching(10, 0), Duration.ofNanos(1));
    try (Peer peer = rig.udp()) {
      String old = answer(ask(peer, "alice", 1, ""), "alice", "x");
      assertThat(ask(peer, "alice", 2, old)).startsWith("SIP/2.0 401").contains("stale=true");
      scan(peer, 100, old);
      assertThat(rig.engine.admission.list()).extracting(Ban::effect).containsExactly("slowed");
    }
  }

  /** Whoever has an account may write any name into From; only his own is remembered. */
  @Test
  void aNameThatNobodyLookedAtIsNotKnownThere() {
    open(Rig.PATIENT.watching(10, 0));
    try (Peer peer = rig.udp()) {
      String uri = "sip:127.0.0.1";
      String challenge = ask(peer, "alice", 1, "");
      String right = answer(challenge, "alice", Rig.PASSWORD, "INVITE");
      peer.send(peer.request("INVITE", uri, "f", 1, "f", "x", "", right, "").replace("<sip:alice@127.0.0.1>", "<sip:stranger@127.0.0.1>"));
      peer.expect("SIP/2.0 200");
      scan(peer, 300, "");
      assertThat(rig.engine.admission.list()).extracting(Ban::effect).containsExactly("slowed");
      int passed = 0;
      for (int i = 0; i < 200; i++) {
        passed += rig.engine.admission.challenges("127.0.0.1", "stranger", false) ? 1 : 0;
      }
      assertThat(passed).as("as of anybody").isLessThan(200);
      for (int i = 0; i < 200; i++) {
        assertThat(rig.engine.admission.challenges("127.0.0.1", "alice", false)).isTrue();
      }
    }
  }

  @Test
  void whoTriesNamesByTcpIsSlowedAndBannedAndByUdpOnlySlowed() {
    open(Rig.PATIENT.watching(10, 0).naming(100));
    try (Peer udp = rig.udp(); Peer phone = rig.udp(); Peer tcp = rig.tcp()) {
      assertThat(register(phone, "alice", 1, Rig.PASSWORD)).startsWith("SIP/2.0 200");
      scan(udp, 200, "");
      assertThat(rig.engine.admission.list()).extracting(Ban::effect).containsExactly("slowed");
      scan(tcp, 90, "");
      assertThat(rig.engine.admission.list()).extracting(Ban::effect).containsExactly("slowed");
      var tried = new AtomicInteger(90);
      Rig.waitUntil("who is challenged 50 times a second has tried 100 names", () -> {
        scan(tcp, tried.getAndAdd(25), 25, "");
        return rig.engine.admission.banned() == 1;
      });
      assertThat(rig.engine.admission.list()).extracting(Ban::effect).containsExactly("banned");
      assertThat(rig.engine.admission.list()).extracting(Ban::reason).containsExactly("100 names within 300 s and no answer to a challenge");
      assertThat(ask(phone, "alice", 11, "")).as("nothing more is read of that address").isEmpty();
    }
  }

  /** What is known to be wrong counts at once, whatever it is answered then: here as if it were cancelled meanwhile. */
  @Test
  void aGuessCountsWithoutItsRefusalAndOnceWithIt() {
    open(Rig.PATIENT.watching(0, 30));
    rig.onRequest = request -> {
      rig.engine.guessed(request.transaction());
      rig.engine.guessed(request.transaction());
      if (request.cseq() % 3 == 0) {
        rig.engine.respond(request.transaction(), SipAnswer.of(487));
      } else if (request.cseq() % 3 == 1) {
        rig.engine.respond(request.transaction(), SipAnswer.of(503));
      } else {
        rig.engine.challenge(request.transaction(), false);
      }
    };
    try (Peer peer = rig.udp()) {
      String guess = answer(ask(peer, "alice", 1, ""), "alice", "x");
      for (int i = 2; i <= 31; i++) {
        int guesses = i - 1;
        assertThat(rig.engine.admission.banned()).as("guess " + guesses).isZero();
        peer.send(peer.request("REGISTER", "sip:127.0.0.1", "s-alice", i, "alice" + i, "x", "", guess, "").replace("To: <sip:127.0.0.1>", "To: <sip:alice@127.0.0.1>"));
        Rig.waitUntil("guess " + guesses + " is heard", () -> rig.events().size() == guesses);
      }
      Rig.waitUntil("banned", () -> rig.engine.admission.banned() == 1);
      assertThat(rig.engine.admission.list()).singleElement().satisfies(ban -> assertThat(ban.reason()).isEqualTo("30 wrong passwords for 1 logins within 300 s"));
    }
  }

  /** The others behind its address go on; and whether anybody has that login makes no difference. */
  @Test
  void whoRepeatsAWrongPasswordIsRefusedLate() {
    open(Rig.PATIENT.watching(0, 30));
    try (Peer peer = rig.udp(); Peer neighbour = rig.udp()) {
      for (String login : List.of("alice", "nobody")) {
        for (int i = 0; i < 7; i++) {
          String challenge = ask(peer, login, 10 * i + 1, "");
          long sent = System.nanoTime();
          String refused = ask(peer, login, 10 * i + 2, answer(challenge, login, "old"));
          long took = System.nanoTime() - sent;
          assertThat(refused.isEmpty() || took >= Engine.LATE_REFUSAL_NANOS).as("%s late the %d. time, after %d ms", login, i + 1, took / 1_000_000).isEqualTo(i >= 5);
          if (refused.isEmpty()) {
            peer.expect("SIP/2.0 401");
          }
        }
      }
      assertThat(register(neighbour, "bob", 1, Rig.PASSWORD)).startsWith("SIP/2.0 200");
      assertThat(register(neighbour, "alice", 81, Rig.PASSWORD)).as("no login is locked").startsWith("SIP/2.0 200");
      assertThat(rig.engine.admission.list()).extracting(Ban::reason).containsExactly("7 wrong passwords for nobody within 300 s");
    }
  }

  @Test
  void aCancelWhileTheRefusalWaitsIsAnswered() {
    open(Rig.PATIENT);
    try (Peer peer = rig.udp()) {
      String uri = "sip:127.0.0.1";
      peer.send(peer.request("INVITE", uri, "c", 1, "c1", "x", "", "", ""));
      String challenge = peer.expect("SIP/2.0 401");
      String guess = answer(challenge, "alice", "wrong");
      peer.send(peer.request("INVITE", uri, "c", 2, "c2", "x", "", guess, ""));
      Rig.waitUntil("its refusal waits", () -> rig.meter("refusals") == 1);
      peer.send(peer.request("CANCEL", uri, "c", 2, "c2", "x", "", "", ""));
      String cancelled = peer.expect("SIP/2.0 200");
      assertThat(Peer.header(cancelled, "CSeq")).isEqualTo("2 CANCEL");
      assertThat(Peer.tag(cancelled, "To")).isEqualTo(Peer.tag(peer.expect("SIP/2.0 401"), "To"));
      peer.send(peer.request("CANCEL", uri, "c", 2, "other", "x", "", "", ""));
      peer.expect("SIP/2.0 481");
    }
  }

  @Test
  void aSourceThatOpensTooMuchIsToldAndThenIgnoredWhileOthersGoOn() {
    open(Rig.PATIENT.limiting(2, 5));
    rig.challenging = false;
    rig.onRequest = request -> rig.engine.respond(request.transaction(), SipAnswer.of(180));
    try (Peer peer = rig.udp(); Peer other = Peer.udp("127.0.0.5", "127.0.0.1", rig.port(org.strowger.sip.api.Transport.UDP))) {
      for (int i = 0; i < 30; i++) {
        peer.send(peer.request("INVITE", "sip:b@127.0.0.1", "m" + i, 1, "m" + i, "x", "", "", ""));
      }
      Rig.waitUntil("all of them came", () -> rig.meter("received") == 30 && rig.meter("worker.queued") == 0);
      int rung = 0;
      int refused = 0;
      for (String answer = peer.receive(300); !answer.isEmpty(); answer = peer.receive(300)) {
        rung += answer.startsWith("SIP/2.0 180") ? 1 : 0;
        refused += answer.startsWith("SIP/2.0 503") && answer.contains("Retry-After") ? 1 : 0;
      }
      assertThat(rung).isBetween(5, 7);
      assertThat(refused).isBetween(5, 7);
      assertThat(rig.meter("limited")).isEqualTo(30 - rung);
      other.send(other.request("INVITE", "sip:b@127.0.0.1", "o", 1, "o", "x", "", "", ""));
      other.expect("SIP/2.0 180");
      peer.send(peer.request("INVITE", "sip:b@127.0.0.1", "m0", 1, "m0", "x", "", "", ""));
      assertThat(Peer.header(peer.expect("SIP/2.0 180"), "Call-ID")).as("repeated, not new").isEqualTo("m0");
    }
  }
}

package org.strowger.sip.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.strowger.kernel.Time;
import org.strowger.sip.api.ContactAddr;
import org.strowger.sip.api.SipAnswer;
import org.strowger.sip.api.SipDigest.Outcome;
import org.strowger.sip.api.SipHeaders;
import org.strowger.sip.api.SipBody;
import org.strowger.sip.api.SipRequest;
import org.strowger.sip.internal.admission.Admission;

/** Challenges, digest, replay and retransmission over the wire. */
class RegisterTest {

  private static final String URI = "sip:127.0.0.1";
  private Rig rig;

  @BeforeEach
  void open() {
    rig = new Rig();
    rig.challenging = true;
    rig.onRequest = this::judge;
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private void judge(SipRequest request) {
    Outcome outcome = rig.engine.digests.check(request.credentials().orElseThrow(), Rig.ha1("alice"));
    rig.events.add(outcome.name());
    if (outcome == Outcome.OK) {
      rig.engine.respond(request.transaction(), new SipAnswer(200, "", request.contacts(), SipHeaders.of("Date", "now"), SipBody.NONE));
    } else {
      rig.engine.challenge(request.transaction(), outcome == Outcome.REPLAY);
    }
  }

  static String authorization(String challenged, String method, String uri, String password, String algorithm, String nc) {
    String nonce = Peer.challenge(challenged, "nonce");
    String ha1 = Digests.hash(algorithm, "alice:strowger:" + password);
    String qop = nc.isEmpty() ? "" : "auth";
    String response = Digests.response(algorithm, ha1, nonce, nc, "cafe", qop, method, uri);
    return "Authorization: Digest username=\"alice\", realm=\"strowger\", nonce=\"" + nonce + "\", uri=\"" + uri + "\", response=\"" + response + "\", algorithm=" + algorithm
        + (nc.isEmpty() ? "" : ", qop=auth, nc=" + nc + ", cnonce=\"cafe\"") + "\r\n";
  }

  @Test
  void aPhoneThatGivesUpAtASecondAlgorithmIsOfferedTheFirstAlone() {
    try (Peer phone = rig.udp()) {
      phone.send(phone.request("REGISTER", URI, "r0", 1, "a", "x", "", "User-Agent: baresip v1.0.0 (x86_64/linux)\r\n", ""));
      String challenged = phone.expect("SIP/2.0 401");
      assertThat(challenged.lines().filter(line -> line.startsWith("WWW-Authenticate"))).singleElement().asString().contains("algorithm=MD5");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"MD5", "SHA-256"})
  void registersAfterAChallenge(String algorithm) {
    try (Peer phone = rig.udp()) {
      phone.send(phone.request("REGISTER", URI, "r1", 1, "a", "x", "", "", ""));
      String challenged = phone.expect("SIP/2.0 401");
      List<String> offered = challenged.lines().filter(line -> line.startsWith("WWW-Authenticate")).toList();
      assertThat(offered).hasSize(2);
      assertThat(offered.get(0)).contains("algorithm=MD5").doesNotContain("stale");
      assertThat(offered.get(1)).contains("algorithm=SHA-256");
      assertThat(rig.meter("transactions.server")).as("a challenge leaves no state").isZero();
      assertThat(rig.events()).isEmpty();

      phone.send(phone.request("REGISTER", URI, "r1", 2, "b", "x", "", authorization(challenged, "REGISTER", URI, Rig.PASSWORD, algorithm, "00000001"), ""));
      String ok = phone.expect("SIP/2.0 200");
      assertThat(Peer.header(ok, "Contact")).contains("alice@127.0.0.1:" + phone.port());
      assertThat(Peer.header(ok, "Via")).contains("rport=" + phone.port()).contains("received=127.0.0.1");
      assertThat(Peer.tag(ok, "To")).isNotEmpty();
    }
    SipRequest request = rig.request();
    assertThat(request.credentials().orElseThrow().algorithm()).isEqualTo(algorithm);
    assertThat(request.from().displayName()).isEqualTo("Alice");
    assertThat(request.contacts()).extracting(ContactAddr::uri).extracting(Object::toString).first().asString().startsWith("sip:alice@127.0.0.1:");
  }

  @Test
  void aWrongPasswordIsChallengedAgainAndAReplayIsStale() {
    try (Peer phone = rig.udp()) {
      phone.send(phone.request("REGISTER", URI, "r2", 1, "a", "x", "", "", ""));
      String challenged = phone.expect("SIP/2.0 401");
      phone.send(phone.request("REGISTER", URI, "r2", 2, "b", "x", "", authorization(challenged, "REGISTER", URI, "wrong", "MD5", "00000001"), ""));
      String again = phone.expect("SIP/2.0 401");
      assertThat(again).doesNotContain("stale");
      String good = authorization(again, "REGISTER", URI, Rig.PASSWORD, "MD5", "00000001");
      phone.send(phone.request("REGISTER", URI, "r2", 3, "c", "x", "", good, ""));
      phone.expect("SIP/2.0 200");
      phone.send(phone.request("REGISTER", URI, "r2b", 4, "d", "x", "", good, ""));
      assertThat(phone.expect("SIP/2.0 401")).contains("stale=true");
      phone.send(phone.request("REGISTER", URI, "r2", 5, "e", "x", "", authorization(again, "REGISTER", URI, Rig.PASSWORD, "MD5", "00000002"), ""));
      phone.expect("SIP/2.0 200");
    }
    assertThat(rig.events()).containsExactly("REGISTER", "WRONG", "REGISTER", "OK", "REGISTER", "REPLAY", "REGISTER", "OK");
  }

  @Test
  void aRefusedDigestIsAnsweredAtAFixedTimeAfterItCame() {
    rig.close();
    var time = new StandingTime();
    rig = new Rig(Rig.settings(2, Duration.ofSeconds(60)), time);
    rig.challenging = true;
    try (Peer phone = rig.udp()) {
      for (Duration lookup : List.of(Duration.ZERO, Duration.ofMillis(40), Duration.ofMillis(290))) {
        rig.onRequest = request -> {
          time.move(lookup);
          judge(request);
        };
        String id = "w" + lookup.toMillis();
        phone.send(phone.request("REGISTER", URI, id, 1, id + "a", "x", "", "", ""));
        String challenged = phone.expect("SIP/2.0 401");
        phone.send(phone.request("REGISTER", URI, id, 2, id + "b", "x", "", authorization(challenged, "REGISTER", URI, "wrong", "MD5", "00000001"), ""));
        Rig.waitUntil("judged", () -> rig.events().contains("WRONG"));
        time.move(Duration.ofMillis(299).minus(lookup));
        assertThat(phone.receive(100)).as("before its time, after a lookup of " + lookup).isEmpty();
        time.move(Duration.ofMillis(1 + Wheel.TICK_MILLIS));
        phone.expect("SIP/2.0 401");
        rig.events.clear();
      }
    }
  }

  @Test
  void aRetransmissionIsAnsweredAgainAndIsNoReplay() {
    try (Peer phone = rig.udp()) {
      phone.send(phone.request("REGISTER", URI, "r3", 1, "a", "x", "", "", ""));
      String challenged = phone.expect("SIP/2.0 401");
      String register = phone.request("REGISTER", URI, "r3", 2, "b", "x", "", authorization(challenged, "REGISTER", URI, Rig.PASSWORD, "MD5", "00000001"), "");
      phone.send(register);
      String first = phone.expect("SIP/2.0 200");
      phone.send(register);
      assertThat(phone.expect("SIP/2.0")).isEqualTo(first);
    }
    assertThat(rig.events()).containsExactly("REGISTER", "OK");
  }

  @Test
  void clientsWithoutQopMayUseANonceOnce() {
    try (Peer phone = rig.udp()) {
      phone.send(phone.request("REGISTER", URI, "r4", 1, "a", "x", "", "", ""));
      String challenged = phone.expect("SIP/2.0 401");
      String good = authorization(challenged, "REGISTER", URI, Rig.PASSWORD, "MD5", "");
      phone.send(phone.request("REGISTER", URI, "r4", 2, "b", "x", "", good, ""));
      phone.expect("SIP/2.0 200");
      phone.send(phone.request("REGISTER", URI, "r4", 3, "c", "x", "", good, ""));
      assertThat(phone.expect("SIP/2.0 401")).contains("stale=true");
    }
  }

  @Test
  void credentialsOfAnotherSwitchAreNoCredentials() {
    try (Peer phone = rig.udp()) {
      phone.send(phone.request("REGISTER", URI, "r5", 1, "a", "x", "", "", ""));
      String challenged = phone.expect("SIP/2.0 401");
      String forged = authorization(challenged.replace("nonce=\"A", "nonce=\"B"), "REGISTER", URI, Rig.PASSWORD, "MD5", "00000001");
      phone.send(phone.request("REGISTER", URI, "r5", 2, "b", "x", "", forged, ""));
      assertThat(phone.expect("SIP/2.0 401")).doesNotContain("stale");
      String without = authorization(challenged, "REGISTER", "", Rig.PASSWORD, "MD5", "00000001");
      phone.send(phone.request("REGISTER", URI, "r5", 3, "c", "x", "", without, ""));
      phone.expect("SIP/2.0 401");
    }
    assertThat(rig.events()).isEmpty();
  }

  /** RFC 3261 22.4: a proxy in front of us has put our address into the Request-URI. */
  @ParameterizedTest
  @CsvSource({"sip:10.9.9.9, sip:127.0.0.1", "sip:office.example.com, sip:127.0.0.1:5070", "sip:900@office.example.com;transport=tcp, sip:900@127.0.0.1", "sips:900@example.com:5061, sip:900@127.0.0.1",
      "tel:900, sip:900@127.0.0.1", "sip:example.com, sip:900@127.0.0.1", "sip:::1:5060, sip:900@127.0.0.1"})
  void credentialsMayNameAnotherHost(String signed, String sent) {
    try (Peer phone = rig.udp()) {
      phone.send(phone.request("INVITE", sent, "h1", 1, "a", "x", "", "", ""));
      String challenged = phone.expect("SIP/2.0 401");
      phone.send(phone.request("INVITE", sent, "h1", 2, "b", "x", "", authorization(challenged, "INVITE", signed, Rig.PASSWORD, "MD5", "00000001"), ""));
      phone.expect("SIP/2.0 200");
    }
    assertThat(rig.meter("digest.elsewhere")).isZero();
  }

  /** Whoever caught and held back a call to 100 is not to call 900 with what it proves; a proxy that the operator knows may rewrite numbers. */
  @Test
  void credentialsForAnotherUserAreTakenFromExemptProxiesOnly() {
    for (boolean exempt : List.of(false, true)) {
      rig.close();
      rig = new Rig(Rig.settings(2, Duration.ofSeconds(60)), Time.SYSTEM, new Admission(exempt ? Rig.PATIENT.exempting("127.0.0.1") : Rig.PATIENT, Time.SYSTEM, 1));
      rig.challenging = true;
      rig.onRequest = this::judge;
      String id = "u" + exempt;
      try (Peer phone = rig.udp()) {
        phone.send(phone.request("INVITE", "sip:900@127.0.0.1", id, 1, id + "a", "x", "", "", ""));
        String caught = authorization(phone.expect("SIP/2.0 401"), "INVITE", "sip:100@127.0.0.1", Rig.PASSWORD, "MD5", "00000001");
        phone.send(phone.request("INVITE", "sip:900@127.0.0.1", id, 2, id + "b", "x", "", caught, ""));
        assertThat(Peer.header(phone.expect(exempt ? "SIP/2.0 200" : "SIP/2.0 401"), "CSeq")).isEqualTo("2 INVITE");
        assertThat(rig.meter("digest.elsewhere")).isEqualTo(exempt ? 0 : 1);
      }
      try (Peer phone = rig.udp()) {
        phone.send(phone.request("INVITE", "sip:900@127.0.0.1", id + "2", 1, id + "c", "x", "", "", ""));
        String challenged = phone.expect("SIP/2.0 401");
        String other = authorization(challenged, "INVITE", "sip:100@127.0.0.1", Rig.PASSWORD, "MD5", "00000001");
        String right = authorization(challenged, "INVITE", "sip:900@127.0.0.1", Rig.PASSWORD, "MD5", "00000001");
        phone.send(phone.request("INVITE", "sip:900@127.0.0.1", id + "2", 2, id + "d", "x", "", other + right, ""));
        phone.expect("SIP/2.0 200");
      }
    }
  }

  @Test
  void anOldNonceIsStale() {
    rig.close();
    var time = new MovedTime();
    rig = new Rig(Rig.settings(2, Duration.ofSeconds(60)), time);
    rig.challenging = true;
    rig.onRequest = this::judge;
    try (Peer phone = rig.udp()) {
      phone.send(phone.request("REGISTER", URI, "r6", 1, "a", "x", "", "", ""));
      String challenged = phone.expect("SIP/2.0 401");
      time.move(Duration.ofSeconds(61));
      phone.send(phone.request("REGISTER", URI, "r6", 2, "b", "x", "", authorization(challenged, "REGISTER", URI, Rig.PASSWORD, "MD5", "00000001"), ""));
      String stale = phone.expect("SIP/2.0 401");
      assertThat(stale).contains("stale=true");
      phone.send(phone.request("REGISTER", URI, "r6", 3, "c", "x", "", authorization(stale, "REGISTER", URI, Rig.PASSWORD, "MD5", "00000001"), ""));
      phone.expect("SIP/2.0 200");
    }
  }

  @Test
  void registersOverTcpWithTwoMessagesInOneSegment() {
    rig.challenging = false;
    rig.onRequest = request -> rig.engine.respond(request.transaction(), SipAnswer.of(200));
    try (Peer phone = rig.tcp()) {
      String one = phone.request("REGISTER", URI, "t1", 1, "ta", "x", "", "", "");
      String two = phone.request("REGISTER", URI, "t1", 2, "tb", "x", "", "", "");
      phone.send(one + two.substring(0, 40));
      assertThat(Peer.header(phone.expect("SIP/2.0 200"), "CSeq")).isEqualTo("1 REGISTER");
      phone.send(two.substring(40));
      assertThat(Peer.header(phone.expect("SIP/2.0 200"), "CSeq")).isEqualTo("2 REGISTER");
      phone.send("\r\n\r\n");
      assertThat(phone.receive(2000)).isEqualTo("\r\n");
    }
    assertThat(rig.meter("transactions.server")).as("TCP needs no linger").isZero();
  }

  /** Real time with an offset that tests move. */
  static final class MovedTime implements Time {
    private volatile long moved;

    void move(Duration by) {
      moved += by.toNanos();
    }

    @Override
    public java.time.Instant now() {
      return java.time.Instant.now().plusNanos(moved);
    }

    @Override
    public long ticks() {
      return System.nanoTime() + moved;
    }
  }

  /** Goes on only when it is moved. */
  static final class StandingTime implements Time {
    private final java.util.concurrent.atomic.AtomicLong ticks = new java.util.concurrent.atomic.AtomicLong(1_000_000_000L);

    void move(Duration by) {
      ticks.addAndGet(by.toNanos());
    }

    @Override
    public java.time.Instant now() {
      return java.time.Instant.ofEpochSecond(1_800_000_000L).plusNanos(ticks.get());
    }

    @Override
    public long ticks() {
      return ticks.get();
    }
  }
}

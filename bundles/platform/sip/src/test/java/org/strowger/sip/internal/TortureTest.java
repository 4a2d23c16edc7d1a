package org.strowger.sip.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.strowger.sip.api.SipAnswer;

/** The messages of RFC 4475, each with the verdict of its section, over the wire. */
class TortureTest {

  private Rig rig;

  @BeforeEach
  void open() {
    rig = new Rig();
    rig.onRequest = request -> rig.engine.respond(request.transaction(), SipAnswer.of(request.method().equals("REGISTER") ? 200 : 486));
  }

  @AfterEach
  void close() {
    rig.close();
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    // 3.1.1 valid; wsinv has a To tag, of a dialog that is not there
    "wsinv, 481", "intmeth, 501", "esc01, 486", "escnull, 200", "esc02, 501", "lwsdisp, 200", "longreq, 486", "dblreq, 200", "semiuri, 200", "transports, 200", "mpart01, 405",
    // 3.1.2 invalid
    "badinv01, 400", "clerr, 400", "ncl, 400", "scalar02, 400", "quotbal, 400", "ltgtruri, 400", "lwsruri, 400", "lwsstart, 400", "trws, 400", "escruri, 400", "badaspec, 400",
    "badvers, 505", "mismatch01, 400", "mismatch02, 400",
    // 3.1.2 where the element may be lenient about a header it does not use
    "baddate, 486", "baddn, 200", "regbadct, 400",
    // 3.2 and 3.3
    "badbranch, 200", "insuf, 400", "unkscm, 416", "novelsc, 416", "unksm2, 400", "bext01, 420", "multi01, 400", "mcl01, 400", "zeromf, 200",
    "cparam01, 200", "cparam02, 200", "regescrt, 200", "regaut01, 200",
    // the user's verdicts: what a body means is not the stack's business
    "invut, 486", "sdp01, 486",
    // 3.4
    "inv2543, 486"
  })
  void request(String name, int status) throws IOException {
    try (Peer peer = rig.udp()) {
      String text = load(name);
      peer.send(withRport(text));
      String answer = peer.receive(3000);
      if (answer.startsWith("SIP/2.0 100")) {
        answer = peer.receive(3000);
      }
      assertThat(answer).startsWith("SIP/2.0 " + status + " ");
      assertAlive(peer);
    }
  }

  @ParameterizedTest
  @CsvSource({"unreason", "noreason", "scalarlg", "bigcode", "bcast"})
  void responseNobodyWaitsFor(String name) throws IOException {
    try (Peer peer = rig.udp()) {
      peer.send(load(name));
      assertAlive(peer);
    }
    assertThat(rig.events()).isEmpty();
  }

  @Test
  void a400NeverEchoesWhatTheSenderWroteInItsBrokenPart() {
    try (Peer peer = rig.udp()) {
      peer.send(peer.request("OPTIONS", "sip:x@127.0.0.1", "e1", 1, "a", "x", "", "", "").replace("Max-Forwards: 70", "Max-Forwards: <script>"));
      String answer = peer.expect("SIP/2.0 400");
      assertThat(answer).doesNotContain("script").startsWith("SIP/2.0 400 Bad Max-Forwards\r\n");
      assertThat(Peer.header(answer, "Content-Length")).isEqualTo("0");
    }
  }

  /** Nothing can be answered there. */
  @Test
  void aViaWithAPortThatIsNoneIsRefused() {
    try (Peer peer = rig.udp()) {
      for (String port : new String[] {"65536", "99999", "2147483647"}) {
        for (String rport : new String[] {"", ";rport"}) {
          peer.send(peer.request("OPTIONS", "sip:x@127.0.0.1", "via" + port + rport.length(), 1, "a", "x", "", "", "").replaceFirst("(Via: SIP/2.0/UDP [^:]+):\\d+[^\r]*",
              "$1:" + port + ";branch=z9hG4bKvia" + port + rport.length() + rport));
        }
        // The one without rport is to be answered at a port that there is not.
        peer.expect("SIP/2.0 400 Bad Via");
      }
      assertAlive(peer);
    }
    assertThat(rig.meter("worker.faults")).isZero();
    assertThat(rig.events()).isEmpty();
  }

  @Test
  void aNulIsRefusedBeforeAnybodyCouldKeepIt() {
    try (Peer peer = rig.udp()) {
      for (String message : new String[] {
        peer.request("REGISTER", "sip:127.0.0.1", "nu\\\0l", 1, "nul1", "x", "", "", ""),
        peer.request("INVITE", "sip:12%00@127.0.0.1", "nul2", 1, "nul2", "x", "", "", ""),
        peer.request("INVITE", "sip:12@127.0.0.1", "nul3", 1, "nul3", "x", "", "", "").replace("sip:alice@127.0.0.1>;tag", "sip:al%00ice@127.0.0.1>;tag")}) {
        peer.send(message);
        peer.expect("SIP/2.0 400");
      }
      assertAlive(peer);
    }
    assertThat(rig.events()).isEmpty();
  }

  @Test
  void aMessageThatIsTooLongIsRefused() {
    try (Peer peer = rig.udp()) {
      peer.send(peer.request("INVITE", "sip:x@127.0.0.1", "e2", 1, "a", "x", "", "", "x".repeat(9000)));
      peer.expect("SIP/2.0 513");
      assertAlive(peer);
    }
    assertThat(rig.events()).isEmpty();
  }

  @Test
  void aBrokenStreamIsAnsweredAndClosed() {
    try (Peer peer = rig.tcp(); Peer other = rig.tcp()) {
      peer.send(peer.request("OPTIONS", "sip:x@127.0.0.1", "e3", 1, "a", "x", "", "", "").replace("Content-Length: 0", "Content-Length: -1"));
      peer.expect("SIP/2.0 400");
      Rig.waitUntil("closed", () -> rig.engine.ports.connections() == 1);
      assertAlive(other);
    }
  }

  @Test
  void noiseHarmsNobody() {
    long seed = System.nanoTime();
    var random = new java.util.Random(seed);
    try (Peer peer = rig.udp()) {
      for (int i = 0; i < 2000; i++) {
        byte[] bytes = peer.request("INVITE", "sip:x@127.0.0.1", "n" + i, 1, "n" + i, "x", "", "Authorization: Digest nonce=\"x\"\r\n", "v=0").getBytes(StandardCharsets.UTF_8);
        for (int k = random.nextInt(8); k >= 0; k--) {
          bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        peer.send(bytes);
      }
      Rig.waitUntil("quiet, seed " + seed, () -> rig.meter("worker.queued") == 0);
    }
    try (Peer peer = rig.udp()) {
      assertAlive(peer);
    }
    assertThat(rig.meter("worker.faults")).as("seed " + seed).isZero();
  }

  private static void assertAlive(Peer peer) {
    peer.send(peer.request("OPTIONS", "sip:x@127.0.0.1", "alive", 1, "alive" + System.nanoTime(), "x", "", "", ""));
    String answer = peer.expect("SIP/2.0 200");
    while (!Peer.header(answer, "Call-ID").equals("alive")) {
      answer = peer.expect("SIP/2.0 200");
    }
  }

  /** So that the answer comes to our socket whatever the message's Via says. */
  private static String withRport(String text) {
    return text.replaceFirst("(?is)((?:^|\r?\n)(?:v|via)\\s*:(?:[^,\r\n]|\r?\n[ \t])*)", "$1;rport");
  }

  private static String load(String name) throws IOException {
    try (InputStream in = TortureTest.class.getResourceAsStream("/torture/" + name + ".dat")) {
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }
}

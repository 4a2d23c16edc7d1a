package org.strowger.sip.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.strowger.sip.api.SipAnswer;

/** What we refuse is never told in the sender's words: only the headers that every response repeats carry them (RFC 3261 8.2.6.2). */
class EchoTest {

  private static final String WORD = "eVil<script>";
  private static final List<String> REPEATED = List.of("Via:", "From:", "To:", "Call-ID:", "CSeq:");

  private static void assertOurs(String answer, String what) {
    String status = answer.lines().findFirst().orElse("");
    assertThat(status).as(what).matches("SIP/2\\.0 [1-6][0-9][0-9] [A-Z][A-Za-z /-]*");
    answer.lines().skip(1).filter(line -> REPEATED.stream().noneMatch(line::startsWith)).forEach(line -> assertThat(line.toLowerCase()).as("%s in%n%s", what, answer).doesNotContain("evil"));
  }

  @Test
  void wordsPutAnywhereIntoAMessageComeBackNowhereElse() {
    long seed = System.nanoTime();
    var random = new Random(seed);
    try (Rig rig = new Rig(); Peer peer = rig.udp()) {
      rig.onRequest = request -> rig.engine.respond(request.transaction(), SipAnswer.of(486));
      int refused = 0;
      for (int i = 0; i < 600; i++) {
        String good = peer.request(i % 2 == 0 ? "INVITE" : "REGISTER", "sip:x@127.0.0.1", "w" + i, 1, "w" + i, "x", "",
            "Expires: 60\r\nSupported: timer\r\nAuthorization: Digest realm=\"strowger\", nonce=\"x\"\r\n", i % 3 == 0 ? "v=0\r\n" : "");
        int via = good.indexOf("Via:");
        int at = random.nextInt(good.length());
        at = at >= via && at < good.indexOf("\r\n", via) ? 0 : at;
        peer.send(good.substring(0, at) + WORD + good.substring(at));
        for (String answer = peer.receive(i == 599 ? 1000 : 20); !answer.isEmpty(); answer = peer.receive(1)) {
          assertOurs(answer, "seed " + seed + ", message " + i);
          refused += answer.startsWith("SIP/2.0 400 ") ? 1 : 0;
        }
      }
      assertThat(refused).as("seed %s", seed).isGreaterThan(100);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Max-Forwards: 70|Max-Forwards: WORD", "CSeq: 1 OPTIONS|CSeq: WORD", "CSeq: 1 OPTIONS|CSeq: 1 WORD", "Content-Length: 0|Content-Length: WORD", "To: <|To: WORD<<", "From: |From: \"WORD",
      "OPTIONS sip:|OPTIONS WORD sip:", "SIP/2.0\r\nVia|SIP/2.0WORD\r\nVia", "OPTIONS sip:|OPT{WORD}IONS sip:", "Max-Forwards|WORD\r\nMax-Forwards", "OPTIONS sip:x@|OPTIONS WORD:x@"})
  void eachRefusalHasAPhraseOfOurs(String change) {
    String[] parts = change.split("\\|");
    try (Rig rig = new Rig(); Peer peer = rig.udp(); Peer stream = rig.tcp()) {
      for (Peer one : List.of(peer, stream)) {
        String text = one.request("OPTIONS", "sip:x@127.0.0.1", "c", 1, "c", "x", "", "", "").replace(parts[0], parts[1].replace("WORD", WORD));
        one.send(text);
        String answer = one.receive(3000);
        assertThat(answer).as(text).matches("(?s)SIP/2\\.0 (400|505|416) .*");
        assertOurs(answer, change);
      }
    }
  }
}

package org.strowger.sip.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RedactionTest {

  private static String shown(String message) {
    return Redaction.of(message.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void ofDigestTheNamesStay() {
    String text = shown("REGISTER sip:x SIP/2.0\r\nAuthorization: Digest username=\"alice\", realm=\"strowger\", nonce=\"abc\", uri=\"sip:x\", response=\"0123456789abcdef\", "
        + "cnonce=\"cafe\", nc=00000001, algorithm=MD5\r\nContent-Length: 0\r\n\r\n");

    assertThat(text).isEqualTo("    REGISTER sip:x SIP/2.0\n    Authorization: Digest username=\"alice\", realm=\"strowger\", nonce=\"abc\", uri=\"sip:x\", response=***, cnonce=***, "
        + "nc=00000001, algorithm=MD5\n    Content-Length: 0\n");
  }

  @Test
  void sdpStaysButForItsKeysAndNoOtherBodyDoes() {
    String head = "INVITE sip:x SIP/2.0\r\nc: application/sdp\r\n\r\n";
    assertThat(shown(head + "v=0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:c2VjcmV0\r\nk=clear:secret\r\na=ice-pwd:secret\r\na=rtpmap:0 PCMU/8000\r\n"))
        .contains("    v=0\n", "    a=rtpmap:0 PCMU/8000\n").doesNotContain("c2VjcmV0", "secret");
    assertThat(shown("INFO sip:x SIP/2.0\r\nContent-Type: application/dtmf-relay\r\n\r\nSignal=4711\r\n")).contains("13 characters of application/dtmf-relay are not shown").doesNotContain("4711");
    assertThat(shown("MESSAGE sip:x SIP/2.0\r\n\r\nmy secret")).contains("of no type are not shown").doesNotContain("secret");
    assertThat(shown("INVITE sip:x SIP/2.0\r\nContent-Type: multipart/mixed;boundary=application/sdp\r\n\r\nsecret")).doesNotContain("secret");
  }

  @Test
  void nobodyWritesALineThatLooksLikeOurs() {
    assertThat(shown("OPTIONS sip:x SIP/2.0\n2026-11-22T00:00:00Z UDP received by us\u001b[2J\u0000\rSubject: a\u0085b\n\n").lines()).allMatch(line -> line.startsWith("    "))
        .noneMatch(line -> line.chars().anyMatch(Character::isISOControl));
  }

  /** Whatever way a phone writes it, folded, with odd blanks, other letters, bare line feeds, in whatever order. */
  @Test
  void noSecretIsEverShown() {
    long seed = Long.getLong("seed", System.nanoTime());
    var random = new Random(seed);
    for (int i = 0; i < 5000; i++) {
      String message = message(random);
      assertThat(shown(message)).as("seed %d, message %d:%n%s", seed, i, message).doesNotContain("SECRET");
    }
  }

  private static String message(Random random) {
    String end = random.nextInt(4) == 0 ? "\n" : "\r\n";
    String fold = random.nextInt(3) == 0 ? end + (random.nextBoolean() ? "\t" : "  ") : " ";
    var parameters = new ArrayList<>(List.of("username=\"alice\"", "realm=\"a \\\"quoted\\\" realm\"", "nonce=abc", "uri=\"sip:x;y=z\"", letters(random, "response") + blank(random) + "="
        + blank(random) + quoted(random, "SECRET0123"), letters(random, "cnonce") + "=" + quoted(random, "SECRETcnonce"), "rspauth=SECRET", "auth-param=\"SECRET, with comma\"", "unheard-of=SECRET"));
    java.util.Collections.shuffle(parameters, random);
    String header = letters(random, random.nextBoolean() ? "Authorization" : "Proxy-Authorization") + blank(random) + ":" + fold;
    String credentials = switch (random.nextInt(4)) {
      case 0 -> letters(random, "Basic") + fold + "SECRETbase64==";
      case 1 -> "Bearer SECRET";
      default -> letters(random, "Digest") + " " + String.join("," + fold, parameters);
    };
    String uri = (random.nextBoolean() ? "sip" : "SIPS") + ":bob;x=y:SECRET@192.0.2.1:5060";
    return "REGISTER " + uri + " SIP/2.0" + end + "To: <" + uri + ">" + end + "f: " + uri + ";tag=1" + end + header + credentials + end + "Authentication-Info: rspauth=\"SECRET\",nextnonce=x" + end
        + (random.nextInt(3) == 0 ? "" : end + "SECRET body");
  }

  private static String letters(Random random, String word) {
    return random.nextBoolean() ? word : random.nextBoolean() ? word.toUpperCase() : word.toLowerCase();
  }

  private static String blank(Random random) {
    return random.nextInt(3) == 0 ? " " : "";
  }

  private static String quoted(Random random, String secret) {
    return switch (random.nextInt(4)) {
      case 0 -> secret;
      case 1 -> "\"" + secret;
      default -> "\"" + secret + "\"";
    };
  }
}

package org.strowger.sip.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.strowger.kernel.Time;
import org.strowger.sip.api.OutgoingRequest.Login;

/** Digest arithmetic against the RFCs' own examples, and the life of a nonce. */
class DigestTest {

  @Test
  void exampleOfRfc2617() {
    String ha1 = Digests.hash("MD5", "Mufasa:testrealm@host.com:Circle Of Life");
    assertThat(Digests.response("MD5", ha1, "dcd98b7102dd2f0e8b11d0f600bfb0c093", "00000001", "0a4f113b", "auth", "GET", "/dir/index.html"))
        .isEqualTo("6629fae49393a05397450978507c4ef1");
    assertThat(Digests.response("MD5", ha1, "dcd98b7102dd2f0e8b11d0f600bfb0c093", "", "", "", "GET", "/dir/index.html"))
        .as("without qop (RFC 2069)").isEqualTo("670fd8c2df070c60b045671b8b24ff02");
  }

  @Test
  void examplesOfRfc7616() {
    String user = "Mufasa:http-auth@example.org:Circle of Life";
    String nonce = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v";
    String cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";
    assertThat(Digests.response("MD5", Digests.hash("MD5", user), nonce, "00000001", cnonce, "auth", "GET", "/dir/index.html"))
        .isEqualTo("8ca523f5e9506fed4657c9700eebdbec");
    assertThat(Digests.response("SHA-256", Digests.hash("SHA-256", user), nonce, "00000001", cnonce, "auth", "GET", "/dir/index.html"))
        .isEqualTo("753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1");
  }

  @Test
  void aNonceIsBoundToItsSourceAndDies() {
    var time = new RegisterTest.MovedTime();
    var nonces = new Nonces(time, "realm", Duration.ofSeconds(60));
    String nonce = nonces.make("10.0.0.1");
    assertThat(nonces.make("10.0.0.1")).isNotEqualTo(nonce);
    assertThat(nonces.age(nonce, "10.0.0.1")).isEqualTo(Nonces.Age.FRESH);
    assertThat(nonces.age(nonce, "10.0.0.2")).isEqualTo(Nonces.Age.FOREIGN);
    assertThat(nonces.age("B" + nonce.substring(1), "10.0.0.1")).isEqualTo(Nonces.Age.FOREIGN);
    assertThat(nonces.age("no nonce", "10.0.0.1")).isEqualTo(Nonces.Age.FOREIGN);
    assertThat(new Nonces(time, "realm", Duration.ofSeconds(60)).age(nonce, "10.0.0.1")).as("of an earlier boot").isEqualTo(Nonces.Age.FOREIGN);
    time.move(Duration.ofSeconds(61));
    assertThat(nonces.age(nonce, "10.0.0.1")).isEqualTo(Nonces.Age.STALE);
  }

  @Test
  void acceptedPairsAreRememberedUntilTheNonceIsDeadAndNoLonger() {
    var time = new RegisterTest.MovedTime();
    var nonces = new Nonces(time, "realm", Duration.ofSeconds(60));
    assertThat(nonces.use("n", 1)).isTrue();
    assertThat(nonces.use("n", 1)).isFalse();
    assertThat(nonces.use("n", 2)).isTrue();
    time.move(Duration.ofSeconds(59));
    assertThat(nonces.use("n", 1)).isFalse();
    time.move(Duration.ofSeconds(2));
    assertThat(nonces.use("late", 1)).isTrue();
    assertThat(nonces.use("n", 2)).as("turned once, still remembered").isFalse();
    time.move(Duration.ofSeconds(121));
    assertThat(nonces.use("other", 1)).isTrue();
    assertThat(nonces.remembered()).isEqualTo(1);
  }

  private static ClientDigest client() {
    return new ClientDigest(new Login("u", "p"), "INVITE", "sip:x@y");
  }

  /** The headers of an attempt, with the nonce each answers and its count. */
  private static List<String> attempt(ClientDigest client, String... challenges) {
    return client.answer(List.of(challenges)).stream().flatMap(String::lines)
        .map(line -> line.replaceAll("^([A-Za-z-]+): .*nonce=\"(n[0-9])\".*?(, nc=0000000([0-9]).*)?$", "$1 $2 $4").trim()).toList();
  }

  @Test
  void theFirstChallengeThatCanBeAnsweredIs() {
    assertThat(client().answer(List.of("WBasic realm=\"x\"", "WDigest realm=\"x\", nonce=\"a\", algorithm=SHA-512-256", "WDigest realm=\"x\", nonce=\"b\"", "WDigest realm=\"x\", nonce=\"c\""))
            .orElseThrow())
        .startsWith("Authorization: Digest username=\"u\", realm=\"x\", nonce=\"b\"").doesNotContain("qop").doesNotContain("algorithm").endsWith("\r\n").hasLineCount(1);
    assertThat(client().answer(List.of("PDigest realm=\"x\", nonce=\"a\", qop=\"auth-int\""))).isEmpty();
    assertThat(new Login("u", "p")).hasToString("login u");
  }

  /** RFC 3261 22.3: the proxy wants its answer again when the gateway behind it asks for one, even for the same realm. */
  @Test
  void whatAProxyAskedForIsSentAgainWithTheAnswerToTheGateway() {
    for (String realm : List.of("carrier", "gateway")) {
      ClientDigest client = client();
      assertThat(attempt(client, "PDigest realm=\"carrier\", nonce=\"n1\", qop=\"auth\"")).containsExactly("Proxy-Authorization n1 1");
      String gateway = "WDigest realm=\"" + realm + "\", nonce=\"n2\"";
      assertThat(attempt(client, gateway)).containsExactly("Proxy-Authorization n1 2", "Authorization n2");
      assertThat(attempt(client, gateway.replace("n2", "n3"))).as("the gateway does not like it").isEmpty();
    }
    assertThat(attempt(client(), "PDigest realm=\"a\", nonce=\"n1\"", "PDigest realm=\"b\", nonce=\"n2\"", "WDigest realm=\"a\", nonce=\"n3\"")).as("of several branches of a fork")
        .containsExactly("Proxy-Authorization n1", "Proxy-Authorization n2", "Authorization n3");
  }

  @Test
  void aNonceThatIsTooOldIsReplacedOnceAndNoMore() {
    for (String stale : List.of("stale=true", "stale=\"TRUE\"")) {
      ClientDigest client = client();
      assertThat(attempt(client, "WDigest realm=\"a\", nonce=\"n1\"")).containsExactly("Authorization n1");
      assertThat(attempt(client, "WDigest realm=\"a\", nonce=\"n1\", " + stale)).as("the same").isEmpty();
      assertThat(attempt(client, "WDigest realm=\"a\", nonce=\"n2\", " + stale)).containsExactly("Authorization n2");
      assertThat(attempt(client, "WDigest realm=\"a\", nonce=\"n3\", " + stale)).isEmpty();
    }
    ClientDigest client = client();
    for (int i = 1; i <= 4; i++) {
      assertThat(attempt(client, "WDigest realm=\"r" + i + "\", nonce=\"n" + i + "\"")).hasSize(i);
    }
    assertThat(attempt(client, "WDigest realm=\"r5\", nonce=\"n5\"")).as("ever another realm").isEmpty();
  }

  @Test
  void nobodysPasswordIsNobodys() {
    var digests = new Digests("strowger", List.of("MD5"), List.of(), new Nonces(Time.SYSTEM, "strowger", Duration.ofSeconds(60)));
    var given = new org.strowger.sip.api.DigestCredentials("u", "strowger", "n", "sip:x", "0".repeat(32), "MD5", "auth", 1, "00000001", "c", "REGISTER");
    assertThat(digests.check(given, org.strowger.sip.api.SipDigest.Ha1.NOBODY)).isEqualTo(org.strowger.sip.api.SipDigest.Outcome.WRONG);
    String zero = Digests.response("MD5", "0".repeat(32), "n", "00000001", "c", "auth", "REGISTER", "sip:x");
    var guessed = new org.strowger.sip.api.DigestCredentials("u", "strowger", "n", "sip:x", zero, "MD5", "auth", 1, "00000001", "c", "REGISTER");
    for (int i = 0; i < 2; i++) {
      assertThat(digests.check(guessed, org.strowger.sip.api.SipDigest.Ha1.NOBODY)).as("nor one that anybody can compute").isEqualTo(org.strowger.sip.api.SipDigest.Outcome.WRONG);
    }
  }
}

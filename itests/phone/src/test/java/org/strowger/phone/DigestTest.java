package org.strowger.phone;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DigestTest {

  @Test
  void theExampleOfRfc2617() {
    assertThat(Digest.response(Digest.Algorithm.MD5, "Mufasa", "testrealm@host.com", "Circle Of Life", "GET", "/dir/index.html",
        "dcd98b7102dd2f0e8b11d0f600bfb0c093", "00000001", "0a4f113b")).isEqualTo("6629fae49393a05397450978507c4ef1");
  }

  @ParameterizedTest
  @CsvSource({"MD5,8ca523f5e9506fed4657c9700eebdbec",
      "SHA_256,753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"})
  void theExamplesOfRfc7616(Digest.Algorithm algorithm, String expected) {
    assertThat(Digest.response(algorithm, "Mufasa", "http-auth@example.org", "Circle of Life", "GET", "/dir/index.html",
        "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", "00000001", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ")).isEqualTo(expected);
  }

  @Test
  void theFormWithoutQopOfRfc2069() {
    assertThat(Digest.response(Digest.Algorithm.MD5, "Mufasa", "testrealm@host.com", "CircleOfLife", "GET", "/dir/index.html",
        "dcd98b7102dd2f0e8b11d0f600bfb0c093", null, null)).isEqualTo("1949323746fe6a43ef61f9606e7febea");
  }

  @Test
  void readsChallengesAndWritesAnswers() {
    SipMessage response = SipMessage.response(407, "Proxy Authentication Required")
        .with("Proxy-Authenticate", "Digest realm=\"a, b\", nonce=\"n\", algorithm=SHA-512-256, qop=\"auth\"")
        .with("Proxy-Authenticate", "Digest realm=\"a, b\",nonce=\"n2\",qop=\"auth-int,auth\",stale=TRUE,opaque=\"o\"");
    var challenges = Digest.Challenge.of(response);
    assertThat(challenges.get(0).algorithm()).isNull();
    assertThat(challenges.get(1)).isEqualTo(new Digest.Challenge("Proxy-Authorization", "a, b", "n2", Digest.Algorithm.MD5, true, "o", true));
    String answer = Digest.authorization(challenges.get(1), "al\"ice", "pw", "INVITE", "sip:b@c", 17, "c");
    assertThat(Digest.params(answer)).containsEntry("username", "al\"ice").containsEntry("realm", "a, b").containsEntry("nc", "00000011")
        .containsEntry("qop", "auth").containsEntry("opaque", "o").containsEntry("uri", "sip:b@c");
  }
}

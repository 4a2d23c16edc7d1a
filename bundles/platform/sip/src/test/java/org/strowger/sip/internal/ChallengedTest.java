package org.strowger.sip.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.strowger.kernel.HostPort;
import org.strowger.sip.api.NameAddr;
import org.strowger.sip.api.OutgoingRequest;
import org.strowger.sip.api.SipBody;
import org.strowger.sip.api.SipHeaders;
import org.strowger.sip.api.SipResponse;
import org.strowger.sip.api.SipUri;
import org.strowger.sip.api.Transport;

/** Requests of ours that are challenged. */
class ChallengedTest {

  private static final String SDP = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\n";
  private Rig rig;

  @BeforeEach
  void open() {
    rig = new Rig();
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private void call(Peer to) {
    var uri = SipUri.of("bob", new HostPort("127.0.0.1", to.port()));
    rig.engine.send(
        new OutgoingRequest("INVITE", uri, NameAddr.of(SipUri.parse("sip:100@strowger")), NameAddr.of(uri), 69, List.of(), Optional.empty(), Optional.empty(), Transport.UDP,
            Optional.of(new OutgoingRequest.Login("us", "pw")), SipHeaders.NONE, SipBody.sdp(SDP)),
        rig);
  }

  @Test
  void aCarriersChallengeIsAnsweredOncePerNonce() {
    try (Peer bob = rig.udp()) {
      call(bob);
      String invite = bob.expect("INVITE ");
      String challenge = "Proxy-Authenticate: Digest realm=\"carrier\", nonce=\"n1\", algorithm=SHA-256, qop=\"auth,auth-int\"\r\n";
      bob.send(bob.answer(invite, 407, "c", challenge, ""));
      bob.expect("ACK ");
      String second = bob.expect("INVITE ");
      while (Peer.header(second, "Proxy-Authorization").isEmpty()) {
        second = bob.expect("INVITE ");
      }
      String given = Peer.header(second, "Proxy-Authorization");
      String cnonce = given.replaceAll(".*cnonce=\"([^\"]+)\".*", "$1");
      String expected = Digests.response(
          "SHA-256", Digests.hash("SHA-256", "us:carrier:pw"), "n1", "00000001", cnonce, "auth", "INVITE", "sip:bob@127.0.0.1:" + bob.port());
      assertThat(given).contains("response=\"" + expected + "\"");
      assertThat(Peer.header(second, "CSeq")).isEqualTo("2 INVITE");
      assertThat(Peer.header(second, "Call-ID")).isEqualTo(Peer.header(invite, "Call-ID"));
      assertThat(rig.events()).isEmpty();
      bob.send(bob.answer(second, 407, "c", challenge, ""));
      rig.response(407);
      Rig.waitUntil("all forgotten", () -> rig.held() == 0);
    }
  }

  /** The next attempt of ours that is not one repeated. */
  private static String attempt(Peer peer, int cseq) {
    String invite = peer.expect("INVITE ");
    while (!Peer.header(invite, "CSeq").equals(cseq + " INVITE")) {
      invite = peer.expect("INVITE ");
    }
    return invite;
  }

  @Test
  void aProxysChallengeAndThenTheGatewaysAreAnsweredInOneRequest() {
    try (Peer bob = rig.udp()) {
      call(bob);
      bob.send(bob.answer(attempt(bob, 1), 407, "p", "Proxy-Authenticate: Digest realm=\"carrier\", nonce=\"n1\", qop=\"auth\"\r\n", ""));
      bob.send(bob.answer(attempt(bob, 2), 401, "g", "WWW-Authenticate: Digest realm=\"carrier\", nonce=\"n2\", qop=\"auth\"\r\n", ""));
      String third = attempt(bob, 3);
      assertThat(Peer.header(third, "Proxy-Authorization")).contains("nonce=\"n1\"").contains("nc=00000002");
      assertThat(Peer.header(third, "Authorization")).contains("nonce=\"n2\"").contains("nc=00000001");
      bob.send(bob.answer(third, 200, "g", "", SDP));
      SipResponse ok = rig.response(200);
      rig.engine.ack(ok.dialog().orElseThrow(), ok.cseq(), SipBody.NONE);
      String ack = bob.expect("ACK ");
      while (!Peer.header(ack, "CSeq").equals("3 ACK")) {
        ack = bob.expect("ACK ");
      }
      assertThat(Peer.header(ack, "Proxy-Authorization")).as("RFC 3261 13.2.2.4").isEqualTo(Peer.header(third, "Proxy-Authorization"));
      assertThat(Peer.header(ack, "Authorization")).isEqualTo(Peer.header(third, "Authorization"));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aPeerThatFindsEveryNonceTooOldIsGivenUp(boolean within) {
    try (Peer bob = rig.udp()) {
      call(bob);
      String method = "INVITE ";
      if (within) {
        bob.send(bob.answer(bob.expect(method), 200, "b", "", SDP));
        SipResponse ok = rig.response(200);
        rig.engine.ack(ok.dialog().orElseThrow(), ok.cseq(), SipBody.NONE);
        bob.expect("ACK ");
        rig.engine.send(ok.dialog().orElseThrow(), "BYE", SipHeaders.NONE, SipBody.NONE, rig);
        method = "BYE ";
      }
      String last = "";
      for (int i = 1; i <= 3; i++) {
        String request = bob.expect(method);
        while (Peer.header(request, "CSeq").equals(last)) {
          request = bob.expect(method);
        }
        last = Peer.header(request, "CSeq");
        bob.send(bob.answer(request, 401, "b", "WWW-Authenticate: Digest realm=\"carrier\", nonce=\"n" + i + "\", stale=true\r\n", ""));
      }
      rig.response(401);
      Rig.waitUntil("all forgotten", () -> rig.held() == 0);
    }
  }
}

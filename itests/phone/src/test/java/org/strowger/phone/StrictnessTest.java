package org.strowger.phone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A bad peer, written with a bare socket: each of its faults must be seen. */
class StrictnessTest {

  private static final Duration SOON = Duration.ofSeconds(10);
  private static final int SOCKET_MILLIS = 10_000;

  private static final class Peer implements AutoCloseable {
    final DatagramSocket socket;
    private DatagramPacket last;

    Peer() throws IOException {
      socket = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"));
      socket.setSoTimeout(SOCKET_MILLIS);
    }

    SipMessage receive(String method) throws IOException, SipSyntaxException {
      while (true) {
        last = new DatagramPacket(new byte[65535], 65535);
        socket.receive(last);
        SipMessage message = SipParser.parse(Arrays.copyOf(last.getData(), last.getLength()), false);
        if (message.isRequest() ? message.method().equals(method) : method.isEmpty()) {
          return message;
        }
      }
    }

    void send(SipMessage message) throws IOException {
      byte[] bytes = message.bytes();
      socket.send(new DatagramPacket(bytes, bytes.length, last.getSocketAddress()));
    }

    String uri() {
      return "sip:peer@127.0.0.1:" + socket.getLocalPort();
    }

    SipMessage ok(SipMessage request, String tag) {
      SipMessage ok = SipMessage.response(200, "OK").with("Via", request.header("Via").orElseThrow())
          .with("From", request.header("From").orElseThrow()).with("To", "<" + request.to().uri() + ">;tag=" + tag)
          .with("Call-ID", request.callId()).with("CSeq", request.cseq().toString()).with("Contact", "<" + uri() + ">");
      return request.method().equals("INVITE")
          ? ok.withSdp(Sdp.audio("127.0.0.1", 5000, 1, 1, Sdp.Flow.SENDRECV, java.util.List.of(0))) : ok;
    }

    @Override
    public void close() {
      socket.close();
    }
  }

  private static Arguments fault(String rule, UnaryOperator<SipMessage> damage) {
    return Arguments.of(rule, damage);
  }

  static Stream<Arguments> damagedAnswers() {
    return Stream.of(
        fault("repeats CSeq", m -> m.withOnly("CSeq", "77 INVITE")),
        fault("repeats Call-ID", m -> m.withOnly("Call-ID", "other")),
        fault("repeats From", m -> m.withOnly("From", "<sip:phone@127.0.0.1>;tag=other")),
        fault("repeats To", m -> m.withOnly("To", "<sip:somebody@127.0.0.1>;tag=x")),
        fault("has a To tag", m -> m.withOnly("To", "<" + m.to().uri() + ">")),
        fault("our Via only", m -> m.with("Via", "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKy")),
        fault("matches a request of ours", m -> m.withOnly("Via", m.via().toString().replace("z9hG4bK", "z9hG4bKx"))),
        fault("has one Contact", m -> m.without("Contact")),
        fault("has a description", m -> m.withBody("text/plain", "no description")),
        fault("keeps RFC 4566", m -> m.withSdp("v=0\r\ns=-\r\n")),
        fault("says seconds and refresher", m -> m.with("Session-Expires", "1800")),
        fault("has its grammar", m -> m.withOnly("Contact", "<sip:peer@127.0.0.1:99999>")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("damagedAnswers")
  void seesADamagedAnswer(String rule, UnaryOperator<SipMessage> damage) throws Exception {
    try (var peer = new Peer(); var phone = Phone.builder().build()) {
      phone.call(peer.uri());
      peer.send(damage.apply(peer.ok(peer.receive("INVITE"), "t")));
      Waiting.until(rule, () -> phone.violations().stream().anyMatch(v -> v.rule().contains(rule)), SOON);
    }
  }

  @Test
  void aGoodAnswerIsNoViolation() throws Exception {
    try (var peer = new Peer(); var phone = Phone.builder().build()) {
      OutgoingCall call = phone.call(peer.uri());
      peer.send(peer.ok(peer.receive("INVITE"), "t"));
      call.awaitAnswered(SOON);
      assertThat(peer.receive("ACK").to().tag()).isEqualTo("t");
      phone.assertClean();
    }
  }

  static Stream<Arguments> damagedRequests() {
    return Stream.of(
        fault("CSeq numbers rise", m -> m.withOnly("CSeq", "0 INFO")),
        fault("has Max-Forwards", m -> m.withOnly("Max-Forwards", "300")),
        fault("goes to our Contact", m -> m.withUri("sip:phone@192.0.2.7")),
        fault("takes its Route away", m -> m.with("Route", "<sip:192.0.2.1;lr>")),
        fault("has the tags of its dialog", m -> m.withOnly("From", "<sip:peer@127.0.0.1>;tag=other")),
        fault("belongs to one of ours", m -> m.withOnly("To", "<sip:phone@127.0.0.1>;tag=other")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("damagedRequests")
  void seesADamagedRequestInsideTheDialog(String rule, UnaryOperator<SipMessage> damage) throws Exception {
    try (var peer = new Peer(); var phone = Phone.builder().build()) {
      OutgoingCall call = phone.call(peer.uri());
      SipMessage invite = peer.receive("INVITE");
      peer.send(peer.ok(invite, "t"));
      peer.receive("ACK");
      call.awaitAnswered(SOON);
      peer.send(info(peer, invite, 1));
      assertThat(peer.receive("").status()).isEqualTo(200);
      phone.assertClean();
      peer.send(damage.apply(info(peer, invite, 2)));
      Waiting.until(rule, () -> phone.violations().stream().anyMatch(v -> v.rule().contains(rule)), SOON);
    }
  }

  private static SipMessage info(Peer peer, SipMessage invite, long number) {
    return SipMessage.request("INFO", invite.contact().orElseThrow().uri())
        .with("Via", "SIP/2.0/UDP 127.0.0.1:" + peer.socket.getLocalPort() + ";branch=z9hG4bK" + number)
        .with("From", "<" + peer.uri() + ">;tag=t").with("To", invite.header("From").orElseThrow()).with("Call-ID", invite.callId())
        .with("CSeq", number + " INFO").with("Max-Forwards", "70");
  }

  @Test
  void acknowledgesAForkedAnswerAndHangsItUp() {
    try (var alice = Phone.builder().user("alice").build(); var bob = Phone.builder().user("bob").build()) {
      OutgoingCall out = alice.call(bob.uri());
      IncomingCall first = bob.awaitIncoming(SOON);
      IncomingCall second = first.fork();
      first.ring();
      second.ring();
      second.answer();
      first.answer();
      out.awaitAnswered(SOON);
      second.awaitAck(SOON);
      first.awaitAck(SOON);
      first.awaitHangup(SOON);
      assertThat(out.answeredTags()).hasSize(2);
      assertThat(second.state()).isEqualTo(Call.State.ANSWERED);
      out.hangup();
      second.awaitHangup(SOON);
      alice.assertClean();
      bob.assertClean();
    }
  }

  @Test
  void hangsUpASessionThatIsNotRefreshed() {
    try (var alice = Phone.builder().user("alice").build(); var bob = Phone.builder().user("bob").build()) {
      bob.onCall(Behaviour.answer());
      alice.faults().loseSent(1000, m -> m.isRequest() && m.method().equals("UPDATE"));
      OutgoingCall out = alice.call(bob.uri(), CallOptions.standard().withSessionExpires(Duration.ofSeconds(1)));
      out.awaitHangup(SOON);
      assertThat(bob.violations()).anySatisfy(v -> assertThat(v.rule()).contains("RFC 4028"));
    }
  }

  @Test
  void refreshesAsTheCalleeWhenAskedTo() {
    try (var alice = Phone.builder().user("alice").build(); var bob = Phone.builder().user("bob").build()) {
      bob.onCall(Behaviour.answer());
      OutgoingCall out = alice.call(bob.uri(), CallOptions.standard().withHeader("Session-Expires", "1;refresher=uas"));
      out.awaitRequest("UPDATE", 2, SOON);
      assertThat(bob.awaitIncoming(SOON).refreshes()).isGreaterThanOrEqualTo(2);
      alice.assertClean();
      bob.assertClean();
    }
  }
}

package org.strowger.phone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class LossTest {

  private static final Duration SOON = Duration.ofSeconds(10);
  private static final Duration T1 = Duration.ofMillis(40);

  private static Phone.Builder phone(String user) {
    return Phone.builder().user(user).t1(T1);
  }

  private static Predicate<SipMessage> request(String method) {
    return m -> m.isRequest() && m.method().equals(method);
  }

  @Test
  void repeatsALostInviteWithDoublingIntervals() {
    try (var alice = phone("alice").build(); var bob = phone("bob").build()) {
      bob.onCall(Behaviour.answer());
      bob.faults().loseReceived(3, request("INVITE"));
      OutgoingCall out = alice.call(bob.uri());
      out.awaitAnswered(SOON);
      var sent = out.trace().stream().filter(e -> e.sent() && e.is("INVITE")).toList();
      assertThat(sent).hasSizeGreaterThanOrEqualTo(4);
      assertThat(sent.get(0).retransmission()).isFalse();
      for (int i = 1; i < 4; i++) {
        assertThat(sent.get(i).retransmission()).isTrue();
        assertThat(sent.get(i).nanos() - sent.get(i - 1).nanos()).isGreaterThanOrEqualTo(T1.toNanos() << (i - 1));
      }
      assertThat(bob.incoming()).hasSize(1);
    }
  }

  @Test
  void repeatsThe200UntilTheAckAndTheAckWithIt() {
    try (var alice = phone("alice").build(); var bob = phone("bob").build()) {
      bob.onCall(Behaviour.answer());
      alice.faults().loseSent(2, request("ACK"));
      OutgoingCall out = alice.call(bob.uri());
      out.awaitAnswered(SOON);
      bob.awaitIncoming(SOON).awaitAck(SOON);
      assertThat(alice.receivedAgain()).isGreaterThanOrEqualTo(2);
      assertThat(out.trace().stream().filter(e -> e.sent() && e.is("ACK") && e.retransmission()).count()).isGreaterThanOrEqualTo(2);
    }
  }

  @Test
  void repeatsTheFailureUntilItsAck() {
    try (var alice = phone("alice").build(); var bob = phone("bob").build()) {
      bob.onCall(Behaviour.busy());
      alice.faults().loseSent(1, request("ACK"));
      assertThat(alice.call(bob.uri()).awaitFailed(SOON).status()).isEqualTo(486);
      bob.awaitIncoming(SOON).awaitAck(SOON);
      assertThat(bob.sentAgain()).isGreaterThanOrEqualTo(1);
      bob.assertClean();
    }
  }

  @Test
  void anAckThatNeverComesIsAViolationAndEndsTheCall() {
    try (var alice = phone("alice").build(); var bob = phone("bob").t1(Duration.ofMillis(5)).build()) {
      bob.onCall(Behaviour.answer());
      alice.faults().loseSent(1000, request("ACK"));
      OutgoingCall out = alice.call(bob.uri());
      out.awaitHangup(SOON);
      assertThat(bob.violations()).anySatisfy(v -> assertThat(v.detail()).contains("no ACK"));
    }
  }

  @Test
  void silenceFailsTheCallHereAfter64T1() {
    try (var alice = phone("alice").t1(Duration.ofMillis(10)).build(); var bob = phone("bob").build()) {
      bob.onCall(Behaviour.silence());
      SipMessage failure = alice.call(bob.uri()).awaitFailed(SOON);
      assertThat(failure.status()).isEqualTo(408);
      assertThat(failure.reason()).contains("on this side");
      assertThat(bob.receivedAgain()).isGreaterThanOrEqualTo(5);
    }
  }

  @Test
  void withoutRetransmissionALostRequestStaysLost() {
    try (var alice = phone("alice").t1(Duration.ofMillis(5)).retransmit(false).build(); var bob = phone("bob").build()) {
      bob.faults().loseReceived(1, request("OPTIONS"));
      Exchange options = alice.request("OPTIONS", bob.uri(), m -> m);
      assertThat(options.awaitNoAnswer(SOON)).contains("no answer");
      assertThat(alice.sentAgain()).isZero();
    }
  }

  @Test
  void everyCallSucceedsThoughOneMessageInSixIsLost() {
    long seed = System.nanoTime();
    System.out.println("LossTest seed " + seed);
    var random = new java.util.Random(seed);
    var t1 = Duration.ofMillis(30);
    var t2 = Duration.ofMillis(60);
    try (var alice = phone("alice").t1(t1).t2(t2).build(); var bob = phone("bob").t1(t1).t2(t2).build()) {
      bob.onCall(Behaviour.answer());
      alice.faults().loseSent(Integer.MAX_VALUE, m -> random.nextInt(6) == 0);
      alice.faults().loseReceived(Integer.MAX_VALUE, m -> random.nextInt(6) == 0);
      var calls = java.util.stream.IntStream.range(0, 50).mapToObj(i -> alice.call(bob.uri())).toList();
      calls.forEach(call -> call.awaitAnswered(SOON));
      bob.incoming().forEach(call -> call.awaitAck(SOON));
      calls.forEach(OutgoingCall::hangup);
      bob.incoming().forEach(call -> call.awaitHangup(SOON));
      assertThat(bob.received()).isEqualTo(50);
      bob.assertClean();
      alice.assertClean();
    }
  }

  @Test
  void anAnswerThatCrossesTheCancelIsAcknowledgedAndHungUp() {
    try (var alice = phone("alice").build(); var bob = phone("bob").build()) {
      OutgoingCall out = alice.call(bob.uri());
      IncomingCall in = bob.awaitIncoming(SOON);
      in.ring();
      out.awaitRinging(SOON);
      bob.faults().loseReceived(1, request("CANCEL"));
      out.cancel();
      Waiting.until("the CANCEL", () -> in.first(e -> e.is("CANCEL")).isPresent(), SOON);
      in.answer();
      in.awaitHangup(SOON);
      in.awaitAck(SOON);
      assertThat(out.endedByRemote()).isFalse();
      bob.assertClean();
    }
  }

  @Test
  void aRefusedConnectionFailsTheCallAtOnce() throws java.io.IOException {
    String gone;
    try (var server = new java.net.ServerSocket(0, 1, java.net.InetAddress.getByName("127.0.0.1"))) {
      gone = "sip:x@127.0.0.1:" + server.getLocalPort() + ";transport=tcp";
    }
    try (var alice = Phone.builder().transport(TransportKind.TCP).build()) {
      assertThat(alice.call(gone).awaitFailed(SOON).reason()).contains("on this side").contains("127.0.0.1");
    }
  }

  @Test
  void silenceIsSilentForACancelToo() {
    try (var alice = phone("alice").t1(Duration.ofMillis(10)).build(); var bob = phone("bob").build()) {
      bob.onCall(Behaviour.silence());
      OutgoingCall out = alice.call(bob.uri());
      bob.awaitIncoming(SOON);
      out.cancel();
      assertThat(out.awaitFailed(SOON).status()).isEqualTo(408);
      assertThat(bob.trace()).noneMatch(TraceEntry::sent);
      assertThat(out.trace()).noneMatch(e -> e.is("CANCEL"));
    }
  }

  @Test
  void garbageIsAViolationAndNothingStops() {
    try (var alice = phone("alice").build(); var bob = phone("bob").build()) {
      alice.sendRaw("INVITE sip:bob SIP/2.0\r\nVia broken\r\n\r\n".getBytes(StandardCharsets.US_ASCII), bob.local());
      Waiting.until("seen", () -> bob.violations().size() == 1, SOON);
      assertThat(bob.violations().get(0).detail()).contains("Name: value");
      assertThat(alice.request("OPTIONS", bob.uri(), m -> m).await(SOON).status()).isEqualTo(200);
    }
  }
}

package org.strowger.phone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CallTest {

  private static final Duration SOON = Duration.ofSeconds(10);

  private static Phone.Builder phone(String user) {
    return Phone.builder().user(user);
  }

  /** A call of alice's that bob has answered, and both its ends. */
  private record Pair(Phone alice, Phone bob, OutgoingCall out, IncomingCall in) implements AutoCloseable {

    static Pair talking() {
      Phone alice = phone("alice").build();
      Phone bob = phone("bob").build().onCall(Behaviour.answer());
      OutgoingCall out = alice.call(bob.uri());
      out.awaitAnswered(SOON);
      IncomingCall in = bob.awaitIncoming(SOON);
      in.awaitAck(SOON);
      return new Pair(alice, bob, out, in);
    }

    @Override
    public void close() {
      bob.close();
      alice.close();
    }
  }

  @ParameterizedTest
  @EnumSource(TransportKind.class)
  void callsAnswersAndHangsUp(TransportKind transport) {
    try (var alice = phone("alice").transport(transport).build(); var bob = phone("bob").transport(transport).build()) {
      OutgoingCall out = alice.call(bob.uri());
      IncomingCall in = bob.awaitIncoming(SOON);
      assertThat(in.cli()).isEqualTo("alice");
      in.ring();
      assertThat(out.awaitRinging(SOON).status()).isEqualTo(100 + 80);
      in.answer();
      out.awaitAnswered(SOON);
      in.awaitAck(SOON);
      assertThat(out.remoteSdp()).isPresent();
      out.hangup();
      in.awaitHangup(SOON);
      assertThat(out.endedByRemote()).isFalse();
      assertThat(in.endedNanos()).isGreaterThan(in.answeredNanos());
      Waiting.until("the 200 to BYE", () -> out.trace().stream().anyMatch(e -> e.is(200) && e.message().method().equals("BYE")), SOON);
      alice.assertClean();
      bob.assertClean();
    }
  }

  @Test
  void talksOverIpv6() {
    Phone alice;
    try {
      alice = phone("alice").local("[::1]:0").build();
    } catch (java.io.UncheckedIOException e) {
      Assumptions.abort("no IPv6 here: " + e.getMessage());
      return;
    }
    try (alice; var bob = phone("bob").local("[::1]:0").build()) {
      bob.onCall(Behaviour.answer());
      OutgoingCall out = alice.call(bob.uri());
      out.awaitAnswered(SOON);
      assertThat(out.remoteSdp().orElseThrow()).contains("IN IP6");
      bob.awaitIncoming(SOON).awaitAck(SOON);
      alice.assertClean();
      bob.assertClean();
    }
  }

  @Test
  void triesAgainWhenToldWhen() {
    try (var alice = phone("alice").obeyRetryAfter(true).build(); var bob = phone("bob").build()) {
      bob.onCall(call -> bob.received() == 1 ? Behaviour.reject(503).withHeader("Retry-After", "0") : Behaviour.answer());
      alice.call(bob.uri()).awaitAnswered(SOON);
      bob.onCall(Behaviour.reject(503));
      assertThat(alice.call(bob.uri()).awaitFailed(SOON).status()).isEqualTo(503);
      assertThat(bob.received()).isEqualTo(3);
      alice.assertClean();
    }
  }

  /** A refused offer never was: the version of the next description is the one it had. */
  @Test
  void describesAgainAfterARefusal() {
    try (var pair = Pair.talking()) {
      OutgoingCall out = pair.out();
      IncomingCall in = pair.in();
      in.refuse("INVITE", 488);
      assertThat(out.hold().await(SOON).status()).isEqualTo(488);
      in.refuse("INVITE", 0);
      assertThat(out.hold().await(SOON).status()).isEqualTo(200);
      pair.bob().assertClean();
    }
  }

  @Test
  void answersAsTheTestSaysAndNeglectsItsSession() {
    try (var alice = phone("alice").build(); var bob = phone("bob").build()) {
      OutgoingCall out = alice.call(bob.uri(), CallOptions.standard().withSessionExpires(Duration.ofSeconds(2)));
      IncomingCall in = bob.awaitIncoming(SOON);
      in.answerEdited(ok -> ok.withOnly("Session-Expires", "2;refresher=uas").with("X-Edited", "yes"));
      assertThat(out.awaitAnswered(SOON).header("X-Edited")).contains("yes");
      in.neglectSession();
      in.awaitHangup(SOON);
      assertThat(in.refreshes()).isZero();
      assertThat(alice.violations()).anyMatch(v -> v.rule().contains("refreshes before"));
    }
  }

  @Test
  void offersInTheAckWhenTheInviteHasNone() {
    try (var alice = phone("alice").build(); var bob = phone("bob").build()) {
      bob.onCall(Behaviour.answer());
      alice.call(bob.uri(), CallOptions.standard().withoutOffer()).awaitAnswered(SOON);
      IncomingCall in = bob.awaitIncoming(SOON);
      in.awaitAck(SOON);
      assertThat(in.invite().hasSdp()).isFalse();
      assertThat(in.remoteSdp()).isPresent();
      bob.assertClean();
    }
  }

  @Test
  void cancelsAndGets487() {
    try (var alice = phone("alice").build(); var bob = phone("bob").build()) {
      bob.onCall(Behaviour.ringForEver());
      OutgoingCall out = alice.call(bob.uri());
      out.awaitRinging(SOON);
      out.cancel();
      assertThat(out.awaitFailed(SOON).status()).isEqualTo(487);
      IncomingCall in = bob.awaitIncoming(SOON);
      in.awaitCancelled(SOON);
      in.awaitAck(SOON);
      alice.assertClean();
      bob.assertClean();
    }
  }

  @Test
  void isRefusedAndRedirected() {
    try (var alice = phone("alice").build(); var bob = phone("bob").build()) {
      bob.onCall(call -> bob.incoming().size() == 1 ? Behaviour.busy().withReason("Gone Fishing") : Behaviour.redirect("sip:carol@192.0.2.1"));
      SipMessage refused = alice.call(bob.uri()).awaitFailed(SOON);
      assertThat(refused.status()).isEqualTo(486);
      assertThat(refused.reason()).isEqualTo("Gone Fishing");
      SipMessage redirected = alice.call(bob.uri()).awaitFailed(SOON);
      assertThat(redirected.status()).isEqualTo(302);
      assertThat(redirected.contact().orElseThrow().uri()).isEqualTo("sip:carol@192.0.2.1");
      assertThatThrownBy(() -> alice.call(bob.uri()).awaitAnswered(SOON)).isInstanceOf(AssertionError.class).hasMessageContaining("302");
      alice.assertClean();
      bob.assertClean();
    }
  }

  @Test
  void holdsResumesUpdatesInformsAndRefers() {
    try (var pair = Pair.talking()) {
      OutgoingCall out = pair.out();
      IncomingCall in = pair.in();
      assertThat(out.hold().await(SOON).status()).isEqualTo(200);
      assertThat(Sdp.flow(in.remoteSdp().orElseThrow())).isEqualTo(Sdp.Flow.SENDONLY);
      assertThat(Sdp.flow(out.remoteSdp().orElseThrow())).isEqualTo(Sdp.Flow.RECVONLY);
      in.awaitAck(SOON);
      assertThat(out.resume().await(SOON).status()).isEqualTo(200);
      in.awaitAck(SOON);
      assertThat(in.reinvite(null).await(SOON).status()).isEqualTo(200);
      assertThat(in.update(in.nextSdp(Sdp.Flow.SENDRECV)).await(SOON).status()).isEqualTo(200);
      assertThat(out.info("application/dtmf-relay", "Signal=1\r\n").await(SOON).status()).isEqualTo(200);
      assertThat(out.refer("sip:carol@192.0.2.1").await(SOON).status()).isEqualTo(202);
      in.refuse("INVITE", 488);
      assertThat(out.hold().await(SOON).status()).isEqualTo(488);
      in.hangup();
      out.awaitHangup(SOON);
      pair.alice().assertClean();
      pair.bob().assertClean();
    }
  }

  @Test
  void crossingReinvitesGet491() {
    try (var pair = Pair.talking()) {
      OutgoingCall out = pair.out();
      IncomingCall in = pair.in();
      pair.bob().faults().loseReceived(1, m -> m.isRequest() && m.method().equals("INVITE"));
      Exchange fromAlice = out.hold();
      Exchange fromBob = in.hold();
      assertThat(fromBob.await(SOON).status()).isEqualTo(491);
      assertThat(fromAlice.await(SOON).status()).isEqualTo(200);
    }
  }

  @Test
  void acknowledgesReliableProvisionals() {
    try (var alice = phone("alice").build(); var bob = phone("bob").build()) {
      bob.onCall(Behaviour.ringForEver().withEarlyMedia().withReliable());
      OutgoingCall out = alice.call(bob.uri(), CallOptions.standard().withReliable());
      assertThat(out.awaitProvisional(183, SOON).header("RSeq")).isPresent();
      IncomingCall in = bob.awaitIncoming(SOON);
      Waiting.until("PRACK", in::pracked, SOON);
      in.answer();
      out.awaitAnswered(SOON);
      in.awaitAck(SOON);
      alice.assertClean();
      bob.assertClean();
    }
  }

  @Test
  void answersTheChallengeOfAnInviteAndAcknowledgesWithCredentials() {
    var challenger = new Challenger(407, "carrier", List.of(Digest.Algorithm.SHA_256)).user("trunk", "pw");
    try (var alice = phone("alice").authUser("trunk").password("pw").build(); var carrier = new Carrier(phone("c").challenger(challenger).build())) {
      carrier.on("1", Behaviour.busy()).on("1416", Behaviour.answer().withHangupAfter(Duration.ofMillis(50)));
      OutgoingCall out = alice.call("sip:14165550100@" + carrier.address());
      out.awaitAnswered(SOON);
      out.awaitHangup(SOON);
      IncomingCall in = carrier.awaitCall("14165550100", 1, SOON);
      assertThat(in.header("Proxy-Authorization").orElseThrow()).contains("SHA-256");
      assertThat(alice.call("sip:1905@" + carrier.address()).awaitFailed(SOON).status()).isEqualTo(486);
      assertThat(alice.call("sip:44@" + carrier.address()).awaitFailed(SOON).status()).isEqualTo(404);
      assertThat(carrier.calls()).hasSize(3);
      carrier.phone().assertClean();
      alice.assertClean();
    }
  }

  @Test
  void refusesToWaitInACallbackAndFailsAWaitThatRunsOut() {
    try (var alice = phone("alice").build(); var bob = phone("bob").build()) {
      var thrown = new java.util.concurrent.CompletableFuture<Throwable>();
      bob.onCall(call -> {
        thrown.complete(org.assertj.core.api.Assertions.catchThrowable(() -> call.awaitHangup(SOON)));
        return Behaviour.busy();
      });
      alice.call(bob.uri()).awaitFailed(SOON);
      assertThat(thrown).isCompletedWithValueMatching(IllegalStateException.class::isInstance);
      assertThatThrownBy(() -> bob.awaitIncoming(SOON).awaitHangup(Duration.ofMillis(20))).isInstanceOf(PhoneTimeout.class)
          .hasMessageContaining("not within PT0.02S");
      assertThatThrownBy(() -> Waiting.until("never", () -> false, Duration.ofMillis(20))).isInstanceOf(PhoneTimeout.class);
    }
  }

  @Test
  void refreshesTheSession() {
    try (var alice = phone("alice").build(); var bob = phone("bob").build()) {
      bob.onCall(Behaviour.answer());
      OutgoingCall out = alice.call(bob.uri(), CallOptions.standard().withSessionExpires(Duration.ofSeconds(1)));
      out.awaitAnswered(SOON);
      IncomingCall in = bob.awaitIncoming(SOON);
      assertThat(in.awaitRequest("UPDATE", 2, SOON).header("Session-Expires").orElseThrow()).isEqualTo("1;refresher=uac");
      out.hangup();
      in.awaitHangup(SOON);
      alice.assertClean();
    }
  }

  @ParameterizedTest
  @EnumSource(TransportKind.class)
  void manyCallsAtOnceNeedTwoThreadsAPhone(TransportKind transport) {
    try (var alice = phone("alice").transport(transport).build(); var carrier = new Carrier(phone("carrier").transport(transport).build())) {
      carrier.otherwise(Behaviour.answer());
      int before = Thread.activeCount();
      List<OutgoingCall> calls = java.util.stream.IntStream.range(0, 300).mapToObj(i -> alice.call("sip:" + i + "@" + carrier.address() + (transport == TransportKind.TCP ? ";transport=tcp" : ""))).toList();
      calls.forEach(call -> call.awaitAnswered(SOON));
      assertThat(Thread.activeCount()).isLessThanOrEqualTo(before + 2);
      Waiting.until("all up", () -> carrier.up() == 300, SOON);
      calls.forEach(OutgoingCall::hangup);
      Waiting.until("all down", () -> carrier.up() == 0, SOON);
      assertThat(carrier.phone().received()).isEqualTo(300);
      alice.assertClean();
      carrier.phone().assertClean();
    }
  }
}

package org.strowger.calls.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.strowger.billing.api.CallEnd.ReleaseSource;
import org.strowger.calls.api.Change;
import org.strowger.calls.api.Phase;
import org.strowger.calls.api.SipStatus;
import org.strowger.calls.api.Verdict;
import org.strowger.sip.api.DialogId;
import org.strowger.sip.api.SipBody;
import org.strowger.sip.api.SipHeaders;
import org.strowger.sip.api.SipRequest;

/** The simplest things a call can do, one after the other. */
class TwoPartyCallTest {

  private static final SipBody ANSWER = SipBody.sdp("v=0 answer");

  private final World world = new World();
  private final FakeStack stack = world.stack;

  @Test
  void connectsTwoAccountsAndChargesOnce() {
    SipRequest invite = stack.invite("alice", "bob");
    world.settle();
    FakeStack.Sent out = stack.last("INVITE");
    assertThat(out.outside.uri()).hasToString("sip:bob@198.51.100.8:5064");
    assertThat(out.outside.maxForwards()).isEqualTo(69);
    assertThat(out.body.text()).isEqualTo("v=0 offer");

    out.reply(180);
    world.pass(Duration.ofSeconds(2));
    assertThat(stack.status(invite)).isEqualTo(180);
    out.reply(200, ANSWER);
    world.settle();
    assertThat(stack.status(invite)).isEqualTo(200);
    assertThat(stack.answer(invite).body()).isEqualTo(ANSWER);
    assertThat(stack.acked).containsKey(out.dialog("t"));

    world.pass(Duration.ofSeconds(7));
    var bye = stack.request(stack.dialogOf(invite.transaction()), "BYE", SipHeaders.NONE, SipBody.NONE);
    world.settle();
    assertThat(stack.status(bye)).isEqualTo(200);
    assertThat(stack.last("BYE").inside).isEqualTo(out.dialog("t"));
    FakeLedger.Settled settled = world.ledger.only();
    assertThat(settled.end().duration()).isEqualTo(Duration.ofSeconds(7));
    assertThat(settled.end().releaseSource()).isEqualTo(ReleaseSource.CALLER);
    assertThat(settled.end().ringing()).isEqualTo(Duration.ZERO);
    assertThat(world.ledger.asked.values()).containsExactly(1);
    assertThat(settled.facts().cli()).isEqualTo("alice");
    assertThat(settled.facts().callee()).isEqualTo(world.accounts.get("bob").id());
    world.assertEmpty();
  }

  /** A BYE that waited for a worker is as old as when it came. */
  @Test
  void chargesUpToTheByeNotUntilItIsWorkedOff() {
    SipRequest invite = stack.invite("alice", "bob");
    world.settle();
    stack.last("INVITE").reply(200, ANSWER);
    world.settle();
    world.pass(Duration.ofSeconds(3));
    stack.request(stack.dialogOf(invite.transaction()), "BYE", SipHeaders.NONE, SipBody.NONE);
    world.clock.move(Duration.ofSeconds(4));
    world.settle();
    assertThat(world.ledger.only().end().duration()).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void ringsNoLongerThanTheCallersInviteLasts() {
    SipRequest invite = stack.invite("alice", "bob", SipHeaders.of("Expires", "20"), SipBody.sdp("v=0 offer"));
    world.settle();
    stack.last("INVITE").reply(180);
    world.pass(Duration.ofSeconds(19));
    assertThat(stack.status(invite)).isEqualTo(180);
    world.pass(Duration.ofSeconds(1));
    assertThat(stack.status(invite)).isEqualTo(487);
    assertThat(stack.last("INVITE").cancelled).isTrue();
    assertThat(world.ledger.only().end().result()).isEqualTo(487);
    world.assertEmpty();
  }

  @Test
  void cancelsBothWays() {
    SipRequest invite = stack.invite("alice", "bob");
    world.settle();
    stack.last("INVITE").reply(180);
    world.settle();
    stack.cancel(invite);
    world.settle();
    assertThat(stack.status(invite)).isEqualTo(487);
    assertThat(stack.last("INVITE").cancelled).isTrue();
    assertThat(world.ledger.only().end().result()).isEqualTo(487);
    assertThat(world.ledger.only().end().connectTime()).isNull();
    world.assertEmpty();
  }

  @Test
  void hangsUpACalleeWhose200CrossesTheCancel() {
    SipRequest invite = stack.invite("alice", "bob");
    world.settle();
    FakeStack.Sent out = stack.last("INVITE");
    stack.cancel(invite);
    out.reply(200, ANSWER);
    world.settle();
    assertThat(stack.status(invite)).isEqualTo(487);
    assertThat(stack.acked).containsKey(out.dialog("t"));
    assertThat(stack.last("BYE").inside).isEqualTo(out.dialog("t"));
    assertThat(world.ledger.only().end().answered()).isFalse();
    world.assertEmpty();
  }

  @Test
  void aCalleeHeapsUpNoProvisionalsAndItsAnswerIsTaken() {
    SipRequest invite = stack.invite("alice", "bob");
    world.settle();
    // Its worker has not come to it: what else comes waits.
    stack.request(stack.dialogOf(invite.transaction()), "OPTIONS", SipHeaders.NONE, SipBody.NONE);
    for (int i = 0; i < 10_000; i++) {
      stack.last("INVITE").reply(180);
    }
    stack.last("INVITE").reply(200, ANSWER);
    world.settle();
    assertThat(stack.status(invite)).isEqualTo(200);
    assertThat(stack.answers.get(invite.transaction())).hasSizeLessThanOrEqualTo(Mailbox.MOST_FROM_PEERS + 1);
    stack.user.acknowledged(stack.dialogOf(invite.transaction()), SipBody.NONE);
    stack.request(stack.dialogOf(invite.transaction()), "BYE", SipHeaders.NONE, SipBody.NONE);
    world.settle();
    world.assertEmpty();
  }

  @Test
  void passesARefusalOn() {
    SipRequest invite = stack.invite("alice", "bob");
    world.settle();
    stack.last("INVITE").reply(486);
    world.settle();
    assertThat(stack.status(invite)).isEqualTo(486);
    assertThat(world.ledger.only().end().reason()).isEqualTo("486 Busy Here");
    assertThat(world.ledger.only().end().releaseSource()).isEqualTo(ReleaseSource.CALLEE);
    world.assertEmpty();
  }

  @Test
  void challengesAgainWhoIsUnknownOrWrongAndKeepsNothingOfIt() {
    stack.invite("alice", "bob", SipHeaders.NONE, SipBody.NONE, "alice", "wrong", 70);
    stack.invite("alice", "bob", SipHeaders.NONE, SipBody.NONE, "nobody", "right", 70);
    stack.invite("alice", "bob", SipHeaders.NONE, SipBody.NONE, "alice", "again", 70);
    world.settle();
    assertThat(stack.challenged).hasSize(3);
    assertThat(world.ledger.settled).isEmpty();
    assertThat(world.kept).isEmpty();
    world.assertEmpty();
  }

  @Test
  void refusesANumberNobodyHas() {
    SipRequest invite = stack.invite("alice", "12345");
    world.settle();
    assertThat(stack.status(invite)).isEqualTo(404);
    assertThat(world.ledger.only().end().reason()).isEqualTo("no routes found for the call");
    world.assertEmpty();
  }

  @Test
  void refusesWhenAPolicySaysSo() {
    world.policy("dncl", Phase.SCREEN, (phase, call) -> Verdict.reject(SipStatus.CONSENT_NEEDED, "dialled number is on list ca"));
    SipRequest invite = stack.invite("alice", "bob");
    world.settle();
    assertThat(stack.status(invite)).isEqualTo(470);
    assertThat(world.traceOf(world.ledger.only().facts().call())).contains("SCREEN dncl 1.0 refuses with 470 Consent Needed: dialled number is on list ca");
    world.assertEmpty();
  }

  @Test
  void takesAndFreesASlot() {
    world.policy("sessions", Phase.SCREEN, (phase, call) -> Verdict.proceed(new Change.Hold("account:1", 1, SipStatus.BUSY_HERE)));
    SipRequest first = stack.invite("alice", "bob");
    SipRequest second = stack.invite("alice", "bob");
    world.settle();
    assertThat(stack.status(second)).isEqualTo(486);
    assertThat(world.limits.slotsHeld()).isEqualTo(1);
    stack.cancel(first);
    world.settle();
    world.assertEmpty();
  }

  @Test
  void carriesTheAnswerOfALateOfferInTheAck() {
    SipRequest invite = stack.invite("alice", "bob", SipHeaders.NONE, SipBody.NONE);
    world.settle();
    FakeStack.Sent out = stack.last("INVITE");
    out.reply(200, ANSWER);
    world.settle();
    DialogId callee = out.dialog("t");
    assertThat(stack.unacked()).contains(callee);
    stack.user.acknowledged(stack.dialogOf(invite.transaction()), SipBody.sdp("v=0 late"));
    world.settle();
    assertThat(stack.acked.get(callee).text()).isEqualTo("v=0 late");
    stack.request(callee, "BYE", SipHeaders.NONE, SipBody.NONE);
    world.settle();
    assertThat(world.ledger.only().end().releaseSource()).isEqualTo(ReleaseSource.CALLEE);
    world.assertEmpty();
  }

  @Test
  void theCdrSaysWhatTheCallerClaimed() {
    SipHeaders claims = SipHeaders.of("P-Asserted-Identity", "<sip:1@example.net>").with("Remote-Party-ID", "<sip:2@example.net>;" + "x".repeat(300));
    SipRequest invite = stack.invite("alice", "bob", claims, SipBody.sdp("v=0 offer"), "alice", "right", 70);
    world.settle();
    stack.last("INVITE").reply(486);
    world.settle();
    assertThat(stack.status(invite)).isEqualTo(486);
    var facts = world.ledger.only().facts();
    assertThat(facts.protocol()).isEqualTo("sip/" + invite.flow().transport().name().toLowerCase(java.util.Locale.ROOT));
    assertThat(facts.pAssertedId()).isEqualTo("<sip:1@example.net>");
    assertThat(facts.remotePartyId()).startsWith("<sip:2@example.net>;x").hasSize(256);
  }
}

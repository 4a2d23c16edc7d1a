package org.strowger.calls.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.strowger.sip.api.DialogId;
import org.strowger.sip.api.SipBody;
import org.strowger.sip.api.SipClient.Failure;
import org.strowger.sip.api.SipHeaders;
import org.strowger.sip.api.SipRequest;
import org.strowger.sip.api.TransactionId;

/** A call that rings in several places, one after the other or at once: what each says to the caller stays its own, and one that is gone harms nobody. */
class ForksTest {

  private static final SipBody OFFER = SipBody.sdp("v=0 offer");
  private static final SipBody ONE = SipBody.sdp("v=0 one");
  private static final SipBody TWO = SipBody.sdp("v=0 two");

  private final World world = new World();
  private final FakeStack stack = world.stack;
  private SipRequest invite;

  /** @return the INVITE to the first of two carriers */
  private FakeStack.Sent dialCarriers() {
    world.carriers(World.carrier(1, 0), World.carrier(2, 0));
    invite = stack.invite("alice", "442071838750", SipHeaders.of("Supported", "100rel"), OFFER);
    world.settle();
    return stack.last("INVITE");
  }

  /** @return the INVITEs to two phones of one account */
  private List<FakeStack.Sent> dialPhones() {
    world.register("bob", 2);
    invite = stack.invite("alice", "bob", SipHeaders.of("Supported", "100rel"), OFFER);
    world.settle();
    return stack.sent("INVITE");
  }

  private FakeStack.Sent fail(FakeStack.Sent leg) {
    leg.reply(503);
    world.settle();
    return stack.last("INVITE");
  }

  private void reply(FakeStack.Sent leg, int status, SipHeaders headers, SipBody body) {
    leg.reply(status, "t", headers, body);
    world.settle();
  }

  private void answer(FakeStack.Sent leg, SipBody body) {
    reply(leg, 200, SipHeaders.NONE, body);
    stack.user.acknowledged(stack.answeredIn(invite), SipBody.NONE);
    world.settle();
    assertThat(stack.status(invite)).isEqualTo(200);
  }

  private static SipHeaders reliably(int rseq) {
    return SipHeaders.of("Require", "100rel").with("RSeq", Integer.toString(rseq));
  }

  private TransactionId request(DialogId in, String method, SipBody body) {
    TransactionId request = stack.request(in, method, SipHeaders.NONE, body);
    world.settle();
    return request;
  }

  private TransactionId prack(DialogId in, SipBody body) {
    TransactionId prack = stack.request(in, "PRACK", SipHeaders.of("RAck", "1 1 INVITE"), body);
    world.settle();
    return prack;
  }

  /** The call goes on, with this callee in this dialog of the caller's. */
  private void assertUp(DialogId caller, DialogId callee) {
    world.pass(Duration.ofSeconds(40));
    assertThat(stack.sent("BYE")).isEmpty();
    assertThat(world.ledger.settled).isEmpty();
    assertThat(stack.openDialogs()).containsExactlyInAnyOrder(caller, callee);
    TransactionId bye = request(caller, "BYE", SipBody.NONE);
    assertThat(stack.status(bye)).isEqualTo(200);
    assertThat(stack.last("BYE").inside).isEqualTo(callee);
    world.assertEmpty();
  }

  // Whoever is gone harms no call.

  @Test
  void aPrackForALegThatFailedIsAnsweredAndEndsNoCall() {
    FakeStack.Sent first = dialCarriers();
    reply(first, 183, reliably(4711), ONE);
    FakeStack.Sent second = fail(first);
    answer(second, TWO);
    assertThat(stack.status(prack(stack.answeredIn(invite, 0), SipBody.NONE))).isEqualTo(200);
    assertThat(stack.sent("PRACK")).isEmpty();
    assertUp(stack.answeredIn(invite), second.dialog("t"));
  }

  @Test
  void aPrackThatALegNeverAnsweredIsAnsweredWhenItFailsAndEndsNoCall() {
    FakeStack.Sent first = dialCarriers();
    reply(first, 183, reliably(4711), ONE);
    TransactionId prack = prack(stack.answeredIn(invite), SipBody.NONE);
    assertThat(stack.status(prack)).isZero();
    FakeStack.Sent second = fail(first);
    assertThat(stack.status(prack)).isEqualTo(200);
    answer(second, TWO);
    stack.last("PRACK").fail(Failure.TIMEOUT);
    world.settle();
    assertUp(stack.answeredIn(invite), second.dialog("t"));
  }

  @Test
  void anOfferInALatePrackIsNotAccepted() {
    FakeStack.Sent first = dialCarriers();
    reply(first, 183, reliably(4711), ONE);
    fail(first);
    assertThat(stack.status(prack(stack.answeredIn(invite, 0), SipBody.sdp("v=0 more")))).isEqualTo(481);
    stack.cancel(invite);
    world.settle();
    stack.last("INVITE").reply(487);
    world.settle();
    world.assertEmpty();
  }

  @Test
  void aPrackForAPhoneThatDidNotGetTheCallEndsNoCall() {
    List<FakeStack.Sent> phones = dialPhones();
    reply(phones.get(0), 180, reliably(7), SipBody.NONE);
    answer(phones.get(1), TWO);
    DialogId early = stack.answeredIn(invite, 0);
    assertThat(stack.answeredIn(invite)).isNotEqualTo(early);
    assertThat(stack.status(prack(early, SipBody.NONE))).isEqualTo(200);
    assertThat(stack.status(request(early, "UPDATE", OFFER))).isEqualTo(481);
    assertThat(stack.status(request(early, "BYE", SipBody.NONE))).isEqualTo(200);
    phones.get(0).reply(487);
    assertUp(stack.answeredIn(invite), phones.get(1).dialog("t"));
  }

  @Test
  void aPrackThatTheCalleeLeavesUnansweredEndsNoCall() {
    FakeStack.Sent leg = dialCarriers();
    reply(leg, 183, reliably(4711), ONE);
    TransactionId prack = prack(stack.answeredIn(invite), SipBody.NONE);
    answer(leg, ONE);
    stack.last("PRACK").fail(Failure.TIMEOUT);
    world.settle();
    assertThat(stack.status(prack)).isEqualTo(408);
    assertUp(stack.answeredIn(invite), leg.dialog("t"));
  }

  @Test
  void offersUnderWayWithALegThatFailsGet481InEitherDirection() {
    FakeStack.Sent first = dialCarriers();
    reply(first, 183, reliably(4711), ONE);
    TransactionId toCallee = request(stack.answeredIn(invite), "UPDATE", OFFER);
    FakeStack.Sent carried = stack.last("UPDATE");
    FakeStack.Sent second = fail(first);
    assertThat(stack.status(toCallee)).isEqualTo(481);
    reply(second, 183, reliably(1), TWO);
    TransactionId toCaller = request(second.dialog("t"), "UPDATE", OFFER);
    assertThat(stack.last("UPDATE").inside).isEqualTo(stack.answeredIn(invite));
    stack.last("UPDATE").reply(200, ONE);
    world.settle();
    assertThat(stack.status(toCaller)).isEqualTo(200);
    answer(second, SipBody.NONE);
    carried.fail(Failure.TIMEOUT);
    world.settle();
    assertUp(stack.answeredIn(invite), second.dialog("t"));
  }

  @Test
  void anOfferOfALegThatFailsHarmsNobodyWhenTheCallerIsSilent() {
    FakeStack.Sent first = dialCarriers();
    reply(first, 183, reliably(4711), ONE);
    TransactionId toCaller = request(first.dialog("t"), "UPDATE", OFFER);
    FakeStack.Sent carried = stack.last("UPDATE");
    FakeStack.Sent second = fail(first);
    assertThat(stack.status(toCaller)).isEqualTo(481);
    answer(second, TWO);
    carried.fail(Failure.TIMEOUT);
    world.settle();
    assertUp(stack.answeredIn(invite), second.dialog("t"));
  }

  @Test
  void aForkThatDidNotGetTheCallCannotHangItUp() {
    FakeStack.Sent leg = dialCarriers();
    leg.reply(180, "other", SipHeaders.NONE, SipBody.NONE);
    answer(leg, ONE);
    assertThat(stack.status(request(leg.dialog("other"), "BYE", SipBody.NONE))).isEqualTo(481);
    assertUp(stack.answeredIn(invite), leg.dialog("t"));
  }

  // No dialog of the caller's sees two answers.

  @Test
  void theNextLegsSdpComesInADialogOfItsOwnAndSoDoesIts200() {
    FakeStack.Sent first = dialCarriers();
    reply(first, 183, SipHeaders.NONE, ONE);
    FakeStack.Sent second = fail(first);
    reply(second, 183, SipHeaders.NONE, TWO);
    DialogId one = stack.answeredIn(invite, 0);
    DialogId two = stack.answeredIn(invite, 1);
    assertThat(two).isNotEqualTo(one);
    reply(second, 180, SipHeaders.NONE, SipBody.NONE);
    assertThat(stack.answeredIn(invite)).isEqualTo(two);
    answer(second, TWO);
    assertThat(stack.answeredIn(invite)).isEqualTo(two);
    assertUp(two, second.dialog("t"));
  }

  @Test
  void anAnswerWithoutRingingComesInADialogOfItsOwn() {
    FakeStack.Sent first = dialCarriers();
    reply(first, 183, SipHeaders.NONE, ONE);
    FakeStack.Sent second = fail(first);
    answer(second, TWO);
    assertThat(stack.answeredIn(invite)).isNotEqualTo(stack.answeredIn(invite, 0));
    request(second.dialog("t"), "BYE", SipBody.NONE);
    assertThat(stack.last("BYE").inside).isEqualTo(stack.answeredIn(invite));
    world.assertEmpty();
  }

  @Test
  void legsThatOnlyRangLeaveTheCallerOneDialog() {
    FakeStack.Sent first = dialCarriers();
    reply(first, 180, SipHeaders.NONE, SipBody.NONE);
    FakeStack.Sent second = fail(first);
    reply(second, 180, SipHeaders.NONE, SipBody.NONE);
    reply(second, 183, SipHeaders.NONE, TWO);
    answer(second, TWO);
    for (int i = 0; i < 4; i++) {
      assertThat(stack.answeredIn(invite, i)).isEqualTo(stack.dialogOf(invite.transaction()));
    }
    assertUp(stack.dialogOf(invite.transaction()), second.dialog("t"));
  }

  @Test
  void phonesThatRingAtOnceHaveADialogEachAndTheAnswerComesInTheRightOne() {
    List<FakeStack.Sent> phones = dialPhones();
    reply(phones.get(0), 183, SipHeaders.NONE, ONE);
    reply(phones.get(1), 183, SipHeaders.NONE, TWO);
    reply(phones.get(0), 183, SipHeaders.NONE, ONE);
    answer(phones.get(0), ONE);
    DialogId caller = stack.answeredIn(invite);
    assertThat(caller).isEqualTo(stack.answeredIn(invite, 0)).isEqualTo(stack.answeredIn(invite, 2)).isNotEqualTo(stack.answeredIn(invite, 1));
    TransactionId hold = request(caller, "INVITE", OFFER);
    assertThat(stack.last("INVITE").inside).isEqualTo(phones.get(0).dialog("t"));
    stack.last("INVITE").reply(200, ONE);
    world.settle();
    assertThat(stack.status(hold)).isEqualTo(200);
    phones.get(1).reply(487);
    assertUp(caller, phones.get(0).dialog("t"));
  }

  @Test
  void reliableResponsesHaveNumbersForEachDialogAndTheirPracksFindTheirPhone() {
    List<FakeStack.Sent> phones = dialPhones();
    reply(phones.get(0), 183, reliably(4711), ONE);
    reply(phones.get(1), 183, reliably(42), TWO);
    for (int i = 0; i < 2; i++) {
      assertThat(stack.answers.get(invite.transaction()).get(i).headers().first("RSeq")).contains("1");
      TransactionId prack = prack(stack.answeredIn(invite, i), SipBody.NONE);
      assertThat(stack.last("PRACK").inside).isEqualTo(phones.get(i).dialog("t"));
      stack.last("PRACK").reply(200);
      world.settle();
      assertThat(stack.status(prack)).isEqualTo(200);
    }
    assertThat(stack.sent("PRACK").get(0).headers.first("RAck").orElseThrow()).startsWith("4711 ");
    assertThat(stack.sent("PRACK").get(1).headers.first("RAck").orElseThrow()).startsWith("42 ");

    // An offer in one dialog is no glare with one in the other.
    TransactionId first = request(stack.answeredIn(invite, 0), "UPDATE", OFFER);
    TransactionId second = request(stack.answeredIn(invite, 1), "UPDATE", OFFER);
    assertThat(stack.sent("UPDATE").get(0).inside).isEqualTo(phones.get(0).dialog("t"));
    assertThat(stack.sent("UPDATE").get(1).inside).isEqualTo(phones.get(1).dialog("t"));
    stack.sent("UPDATE").forEach(update -> update.reply(200, ONE));
    world.settle();
    assertThat(stack.status(first)).isEqualTo(200);
    assertThat(stack.status(second)).isEqualTo(200);
    answer(phones.get(1), SipBody.NONE);
    assertThat(stack.answeredIn(invite)).isEqualTo(stack.answeredIn(invite, 1));
    phones.get(0).reply(487);
    assertUp(stack.answeredIn(invite), phones.get(1).dialog("t"));
  }

  /** A refresh repeats what the caller got of the phone it talks to, not what another said last. */
  @Test
  void aRefreshRepeatsTheSdpOfWhoAnswered() {
    List<FakeStack.Sent> phones = dialPhones();
    reply(phones.get(0), 183, reliably(1), ONE);
    reply(phones.get(1), 183, reliably(1), TWO);
    answer(phones.get(0), SipBody.NONE);
    world.pass(Duration.ofSeconds(901));
    FakeStack.Sent refresh = stack.sent("INVITE").stream().filter(sent -> stack.answeredIn(invite).equals(sent.inside)).findFirst().orElseThrow();
    assertThat(refresh.body).isEqualTo(ONE);
  }

  @Test
  void aByeInOneOfSeveralEarlyDialogsLetsOnePhoneGo() {
    List<FakeStack.Sent> phones = dialPhones();
    reply(phones.get(0), 183, SipHeaders.NONE, ONE);
    reply(phones.get(1), 183, SipHeaders.NONE, TWO);
    assertThat(stack.status(request(stack.answeredIn(invite, 0), "BYE", SipBody.NONE))).isEqualTo(200);
    assertThat(phones.get(0).cancelled).isTrue();
    assertThat(phones.get(1).cancelled).isFalse();
    assertThat(stack.status(invite)).isEqualTo(183);
    assertThat(stack.status(request(stack.answeredIn(invite, 1), "BYE", SipBody.NONE))).isEqualTo(200);
    assertThat(phones.get(1).cancelled).isTrue();
    assertThat(stack.status(invite)).isEqualTo(487);
    phones.forEach(phone -> phone.reply(487));
    world.settle();
    world.assertEmpty();
  }

  @Test
  void aCallerIsGivenOnlySoManyDialogsAndStillTheAnswer() {
    FakeStack.Sent leg = dialCarriers();
    var seen = new HashSet<DialogId>();
    for (int i = 0; i < Forks.MOST + 8; i++) {
      leg.reply(183, "fork" + i, SipHeaders.NONE, SipBody.sdp("v=0 " + i));
      world.settle();
      seen.add(stack.answeredIn(invite));
    }
    assertThat(seen).hasSize(Forks.MOST);
    answer(leg, ONE);
    assertThat(seen).doesNotContain(stack.answeredIn(invite));
    assertUp(stack.answeredIn(invite), leg.dialog("t"));
  }
}

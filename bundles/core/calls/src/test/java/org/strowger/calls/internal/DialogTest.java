package org.strowger.calls.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.strowger.sip.api.DialogId;
import org.strowger.sip.api.SipBody;
import org.strowger.sip.api.SipClient.Failure;
import org.strowger.sip.api.SipHeaders;
import org.strowger.sip.api.SipRequest;
import org.strowger.sip.api.TransactionId;

/** What happens within a call: offers, glare, session timers, DTMF. */
class DialogTest {

  private static final SipBody OFFER = SipBody.sdp("v=0 new offer");
  private static final SipBody ANSWER = SipBody.sdp("v=0 answer");

  private final World world = new World(new Exchange.Settings(10, 1800, 90));
  private final FakeStack stack = world.stack;
  private DialogId caller;
  private DialogId callee;

  @BeforeEach
  void connect() {
    connect(SipHeaders.NONE, SipHeaders.of("Session-Expires", "1800;refresher=uas"));
  }

  private void connect(SipHeaders asked, SipHeaders agreed) {
    SipRequest invite = stack.invite("alice", "bob", asked, SipBody.sdp("v=0 offer"));
    world.settle();
    stack.last("INVITE").reply(200, "t", agreed, ANSWER);
    world.settle();
    caller = stack.dialogOf(invite.transaction());
    callee = stack.last("INVITE").dialog("t");
    stack.user.acknowledged(caller, SipBody.NONE);
    world.settle();
  }

  private void hangUp() {
    stack.request(caller, "BYE", SipHeaders.NONE, SipBody.NONE);
    world.settle();
  }

  @Test
  void passesAnOfferAndItsAnswer() {
    TransactionId re = stack.request(caller, "INVITE", SipHeaders.NONE, OFFER);
    world.settle();
    FakeStack.Sent out = stack.last("INVITE");
    assertThat(out.inside).isEqualTo(callee);
    assertThat(out.body).isEqualTo(OFFER);
    out.reply(200, ANSWER);
    world.settle();
    assertThat(stack.status(re)).isEqualTo(200);
    assertThat(stack.unackedAgain()).isEmpty();
    hangUp();
    world.assertEmpty();
  }

  /** Either would tell the other side that we are out of service. */
  @Test
  void thatOneSideIsOutOfServiceIsNotSaidOfUs() {
    TransactionId re = stack.request(callee, "INVITE", SipHeaders.NONE, OFFER);
    world.settle();
    stack.last("INVITE").reply(503);
    world.settle();
    assertThat(stack.status(re)).isEqualTo(500);
    TransactionId again = stack.request(callee, "INVITE", SipHeaders.NONE, OFFER);
    world.settle();
    stack.last("INVITE").fail(Failure.TRANSPORT);
    world.settle();
    assertThat(stack.status(again)).isEqualTo(500);
    world.assertEmpty();
  }

  @Test
  void passesALateOfferWithTheAck() {
    stack.request(callee, "INVITE", SipHeaders.NONE, SipBody.NONE);
    world.settle();
    FakeStack.Sent out = stack.last("INVITE");
    assertThat(out.inside).isEqualTo(caller);
    out.reply(200, OFFER);
    world.settle();
    assertThat(stack.unackedAgain()).contains(caller);
    stack.user.acknowledged(callee, ANSWER);
    world.settle();
    assertThat(stack.acked.get(caller)).isEqualTo(ANSWER);
    hangUp();
    world.assertEmpty();
  }

  @Test
  void answersGlareWith491AndASecondOfferOfTheSameSideWith500() {
    TransactionId first = stack.request(caller, "INVITE", SipHeaders.NONE, OFFER);
    TransactionId crossing = stack.request(callee, "INVITE", SipHeaders.NONE, OFFER);
    TransactionId again = stack.request(caller, "UPDATE", SipHeaders.NONE, OFFER);
    world.settle();
    assertThat(stack.status(crossing)).isEqualTo(491);
    assertThat(stack.status(again)).isEqualTo(500);
    stack.last("INVITE").reply(491);
    world.settle();
    assertThat(stack.status(first)).isEqualTo(491);
    hangUp();
    world.assertEmpty();
  }

  @Test
  void aPeerHeapsUpNoProvisionalsAndItsFinalAnswerIsTaken() {
    TransactionId re = stack.request(caller, "INVITE", SipHeaders.NONE, OFFER);
    world.settle();
    FakeStack.Sent out = stack.last("INVITE");
    // Its worker has not come to it: what else comes waits.
    stack.request(caller, "OPTIONS", SipHeaders.NONE, SipBody.NONE);
    for (int i = 0; i < 10_000; i++) {
      out.reply(183);
    }
    out.reply(200, ANSWER);
    world.settle();
    assertThat(stack.status(re)).isEqualTo(200);
    assertThat(stack.answers.get(re)).hasSizeLessThanOrEqualTo(Mailbox.MOST_FROM_PEERS + 1);
    hangUp();
    world.assertEmpty();
  }

  @Test
  void answersWhoWaitsWhenTheCallEnds() {
    TransactionId re = stack.request(caller, "INVITE", SipHeaders.NONE, OFFER);
    world.settle();
    FakeStack.Sent out = stack.last("INVITE");
    stack.request(callee, "BYE", SipHeaders.NONE, SipBody.NONE);
    world.settle();
    assertThat(stack.status(re)).isEqualTo(487);
    out.reply(200, ANSWER);
    world.settle();
    world.assertEmpty();
  }

  @Test
  void endsTheCallWhenASideDoesNotKnowItAnyMore() {
    TransactionId re = stack.request(caller, "INVITE", SipHeaders.NONE, OFFER);
    world.settle();
    stack.last("INVITE").reply(481);
    world.settle();
    assertThat(stack.status(re)).isEqualTo(481);
    assertThat(world.ledger.only().end().reason()).isEqualTo("callee answers 481 Call/Transaction Does Not Exist within its call");
    world.assertEmpty();
  }

  @Test
  void answersWhatItDoesNotPass() {
    assertThat(status("REFER", SipBody.NONE)).isEqualTo(603);
    assertThat(status("NOTIFY", SipBody.NONE)).isEqualTo(481);
    assertThat(status("OPTIONS", SipBody.NONE)).isEqualTo(200);
    assertThat(status("MESSAGE", SipBody.NONE)).isEqualTo(405);
    assertThat(status("INFO", SipBody.NONE)).isEqualTo(200);
    assertThat(status("INFO", new SipBody("text/plain", new byte[] {65}))).isEqualTo(415);
    assertThat(status("UPDATE", SipBody.NONE)).isEqualTo(200);
    assertThat(status("PRACK", SipBody.NONE)).isEqualTo(481);
    hangUp();
    world.assertEmpty();
  }

  private int status(String method, SipBody body) {
    TransactionId request = stack.request(caller, method, SipHeaders.NONE, body);
    world.settle();
    return stack.status(request);
  }

  @Test
  void passesDtmf() {
    TransactionId info = stack.request(callee, "INFO", SipHeaders.NONE, new SipBody("application/dtmf-relay", "Signal=5".getBytes()));
    world.settle();
    FakeStack.Sent out = stack.last("INFO");
    assertThat(out.inside).isEqualTo(caller);
    assertThat(out.body.text()).isEqualTo("Signal=5");
    out.reply(200);
    world.settle();
    assertThat(stack.status(info)).isEqualTo(200);
  }

  @Test
  void hangsUpWhenTheAnswerIsNeverAcknowledged() {
    stack.user.unacknowledged(caller);
    world.settle();
    assertThat(world.ledger.only().end().reason()).isEqualTo("caller never acknowledged the answer");
    assertThat(stack.sent("BYE")).hasSize(2);
    world.assertEmpty();
  }

  @Test
  void refreshesTheCallersSessionItselfAndNoticesItsDeath() {
    // The caller supports no session timer: we refresh, with a re-INVITE as it names no UPDATE.
    world.pass(Duration.ofSeconds(901));
    FakeStack.Sent refresh = stack.last("INVITE");
    assertThat(refresh.inside).isEqualTo(caller);
    assertThat(refresh.body).isEqualTo(ANSWER);
    refresh.reply(200, SipBody.sdp("v=0 offer"));
    world.settle();
    assertThat(stack.unackedAgain()).isEmpty();
    stack.request(callee, "UPDATE", SipHeaders.of("Supported", "timer").with("Session-Expires", "1800;refresher=uac"), SipBody.NONE);
    world.pass(Duration.ofSeconds(901));
    FakeStack.Sent second = stack.last("INVITE");
    assertThat(second).isNotSameAs(refresh);
    second.fail(Failure.TIMEOUT);
    world.settle();
    assertThat(world.ledger.only().end().reason()).isEqualTo("caller does not answer the session refresh");
    world.assertEmpty();
  }

  @Test
  void seesTheGlareWithItsOwnSessionRefresh() {
    world.pass(Duration.ofSeconds(901));
    FakeStack.Sent refresh = stack.last("INVITE");
    assertThat(refresh.inside).isEqualTo(caller);
    TransactionId crossing = stack.request(caller, "INVITE", SipHeaders.NONE, OFFER);
    TransactionId behind = stack.request(callee, "INVITE", SipHeaders.NONE, OFFER);
    TransactionId update = stack.request(callee, "UPDATE", SipHeaders.NONE, OFFER);
    world.settle();
    assertThat(stack.status(crossing)).isEqualTo(491);
    assertThat(stack.status(behind)).as("no second INVITE while ours to the caller is open").isEqualTo(491);
    assertThat(stack.status(update)).isEqualTo(491);
    assertThat(stack.last("INVITE")).isSameAs(refresh);
    refresh.reply(200, SipBody.sdp("v=0 offer"));
    world.settle();
    stack.request(callee, "INVITE", SipHeaders.NONE, OFFER);
    world.settle();
    FakeStack.Sent carried = stack.last("INVITE");
    assertThat(carried).isNotSameAs(refresh);
    assertThat(carried.body).isEqualTo(OFFER);
    carried.reply(200, ANSWER);
    world.settle();
    hangUp();
    world.assertEmpty();
  }

  @Test
  void hangsUpACalleeThatPromisedToRefreshAndDoesNot() {
    world.pass(Duration.ofSeconds(901));
    stack.last("INVITE").reply(200, SipBody.sdp("v=0 offer"));
    world.pass(Duration.ofSeconds(1800 - 32 - 901 + 1));
    assertThat(world.ledger.only().end().reason()).isEqualTo("session timer: callee did not refresh");
    world.assertEmpty();
  }

  @Test
  void refusesASessionTimerThatIsTooShort() {
    SipRequest invite = stack.invite("alice", "bob", SipHeaders.of("Supported", "timer").with("Session-Expires", "60"), ANSWER);
    world.settle();
    assertThat(stack.status(invite)).isEqualTo(422);
    assertThat(stack.answer(invite).headers().first("Min-SE")).contains("90");
  }

  @Test
  void refusesASessionTimerThatIsTooShortWithAnOfferAndWithout() {
    SipHeaders tooShort = SipHeaders.of("Supported", "timer").with("Session-Expires", "60;refresher=uac");
    for (SipBody body : List.of(SipBody.NONE, OFFER)) {
      for (String method : List.of("UPDATE", "INVITE")) {
        TransactionId refused = stack.request(callee, method, tooShort, body);
        world.settle();
        assertThat(stack.status(refused)).as(method).isEqualTo(422);
        assertThat(stack.answer(refused).headers().first("Min-SE")).contains("90");
      }
    }
    hangUp();
    world.assertEmpty();
  }

  @Test
  void agreesWithACallerThatRefreshes() {
    hangUp();
    SipRequest invite = stack.invite("alice", "bob", SipHeaders.of("Supported", "timer").with("Session-Expires", "120"), ANSWER);
    world.settle();
    stack.last("INVITE").reply(200, ANSWER);
    world.settle();
    assertThat(stack.answer(invite).headers().first("Session-Expires")).contains("120;refresher=uac");
    assertThat(stack.answer(invite).headers().lists("Require", "timer")).isTrue();
    world.pass(Duration.ofSeconds(87));
    assertThat(world.ledger.settled).hasSize(1);
    world.pass(Duration.ofSeconds(2));
    assertThat(world.ledger.settled).hasSize(2);
  }

  @Test
  void findsTheWayBackOfAPrack() {
    hangUp();
    SipRequest invite = stack.invite("alice", "bob", SipHeaders.of("Supported", "100rel"), OFFER);
    world.settle();
    FakeStack.Sent out = stack.last("INVITE");
    assertThat(out.headers.lists("Supported", "100rel")).isTrue();
    out.reply(183, "early", SipHeaders.of("Require", "100rel").with("RSeq", "4711"), ANSWER);
    world.settle();
    assertThat(stack.answer(invite).headers().first("RSeq")).contains("1");
    TransactionId prack = stack.request(stack.dialogOf(invite.transaction()), "PRACK", SipHeaders.of("RAck", "1 1 INVITE"), SipBody.NONE);
    world.settle();
    FakeStack.Sent passed = stack.last("PRACK");
    assertThat(passed.inside).isEqualTo(out.dialog("early"));
    assertThat(passed.headers.first("RAck")).contains("4711 " + out.cseq + " INVITE");
    passed.reply(200);
    world.settle();
    assertThat(stack.status(prack)).isEqualTo(200);
  }
}

package org.strowger.calls.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.strowger.billing.api.CallEnd.ReleaseSource;
import org.strowger.billing.api.Reservation;
import org.strowger.billing.api.Reservation.Granted;
import org.strowger.kernel.Unavailable;
import org.strowger.sip.api.SipAnswer;
import org.strowger.sip.api.SipBody;
import org.strowger.sip.api.SipHeaders;
import org.strowger.sip.api.SipRequest;
import org.strowger.sip.api.SipResponse;

/** The callee has answered; the caller learns of it when the call is in the journal, on disk. */
final class Answering extends Setup {

  private static final Duration LIMIT = Duration.ofSeconds(5);

  private final SipResponse answer;
  private final Instant connectTime;
  private final long ticks;

  Answering(Call call, SipResponse answer) {
    super(call);
    this.answer = answer;
    this.connectTime = exchange.time().now();
    this.ticks = exchange.time().ticks();
  }

  @Override
  String name() {
    return "answering";
  }

  @Override
  void enter() {
    Exchange.Settings settings = exchange.settings();
    call.callee.timer = SessionTimer.answered(answer.headers(), settings.sessionExpires());
    call.callee.refreshedAt = ticks;
    if (call.invite.body().isEmpty() && !answer.body().isEmpty()) {
      // The offer is in the 200: its answer comes with the caller's ACK.
      call.passage.owe(call.caller, call.callee, call.callee.dialog, answer.cseq());
    } else {
      exchange.stack().ack(call.callee.dialog, answer.cseq(), SipBody.NONE);
    }
    journal();
  }

  private void journal() {
    await(() -> exchange.services().ledger.orThrow().answered(call.facts(), connectTime), LIMIT, this::journalled, this::failed);
  }

  /** What was granted before it rang is void: the hour may have changed. */
  private void journalled(Reservation answer) {
    if (answer instanceof Granted granted) {
      if (!granted.total().equals(call.granted)) {
        call.trace.note("ledger", "{} s are paid for at the price of the hour of the answer{}", granted.total().toSeconds(), granted.last() ? ", no more can be" : "");
      }
      connect(granted);
    } else {
      String why = ((Reservation.Refused) answer).why();
      call.trace.note("ledger", "the answer is refused: {}", why);
      withdraw(SipHeaders.NONE);
      refuse(402, "insufficient funds: " + why, ReleaseSource.SWITCH, () -> { });
    }
  }

  private void failed(Throwable failure) {
    if (failure instanceof Unavailable) {
      again(this::journal, () -> giveUp(failure.getMessage()));
    } else {
      Complaints.warn("The ledger failed to journal an answer", failure);
      giveUp("the answer could not be journalled");
    }
  }

  private void giveUp(String why) {
    withdraw(SipHeaders.NONE);
    refuse(503, why, ReleaseSource.SWITCH, () -> { });
  }

  private void connect(Granted granted) {
    Exchange.Settings settings = exchange.settings();
    SipHeaders asked = call.invite.headers();
    call.caller.timer = SessionTimer.answering(asked, settings.sessionExpires(), settings.minSessionExpires());
    call.caller.refreshedAt = exchange.time().ticks();
    call.caller.sent(answer.body());
    call.answeredTicks = ticks;
    exchange.counts().answered.increment();
    call.trace.note("call", "connected");
    SipHeaders headers = call.caller.timer.answer(asked, Passing.of(answer.headers(), false));
    call.answer(new SipAnswer(200, "", List.of(), headers, answer.body()));
    call.become(new Connected(call, granted, connectTime, ticks));
  }

  /** The journal may say by now that it is answered: nobody hears that it is not before this is durable, too, or a crash would charge him. */
  @Override
  void refuse(int status, String reason, ReleaseSource source, Runnable first) {
    call.refuseWhenSettled(status, reason, source, first);
  }

  /** The callee believes in a call that will not be. */
  @Override
  void withdraw(SipHeaders reason) {
    call.passage.close();
    exchange.stack().send(call.callee.dialog, "BYE", call.callee.shown(reason), SipBody.NONE, Quiet.CLIENT);
  }

  @Override
  void request(Party from, SipRequest request) {
    if (from == call.callee && request.method().equals("BYE")) {
      refuse(480, "callee hung up before the caller was connected", ReleaseSource.CALLEE, () -> exchange.stack().respond(request.transaction(), SipAnswer.of(200)));
    } else {
      super.request(from, request);
    }
  }
}

package org.strowger.calls.internal;

import org.strowger.billing.api.CallEnd.ReleaseSource;
import org.strowger.sip.api.SipAnswer;
import org.strowger.sip.api.SipHeaders;
import org.strowger.sip.api.SipRequest;

/** A call that has not been answered: the caller may give up at any moment. */
abstract class Setup extends State {

  Setup(Call call) {
    super(call);
  }

  /** Takes back what this state has under way towards the callee. */
  void withdraw(SipHeaders reason) {}

  /** Ends the call. @param first is told before the caller: the answer to the request that ended it */
  void refuse(int status, String reason, ReleaseSource source, Runnable first) {
    first.run();
    call.refuse(status, reason, source);
  }

  /** Ends the call for what the switch lacks just now. */
  void shed(String reason) {
    exchange.counts().shed.increment();
    call.refuse(503, reason, ReleaseSource.SWITCH, SipHeaders.of("Retry-After", "5"));
  }

  @Override
  void cancelled(SipRequest cancel) {
    withdraw(Passing.reason(cancel.headers()));
    refuse(487, "cancelled by the caller", ReleaseSource.CALLER, () -> { });
  }

  @Override
  void request(Party from, SipRequest request) {
    if (!request.method().equals("BYE")) {
      call.passage.early(from, request);
    } else if (from.source == ReleaseSource.CALLER) {
      SipHeaders reason = Passing.reason(request.headers());
      Runnable accepted = () -> exchange.stack().respond(request.transaction(), SipAnswer.of(200));
      if (call.forks.left(from, reason)) {
        accepted.run();
      } else {
        withdraw(reason);
        refuse(487, "caller hung up before the answer", ReleaseSource.CALLER, accepted);
      }
    } else {
      // RFC 3261 15: a callee ends an early dialog with a final response, never with BYE.
      exchange.stack().respond(request.transaction(), SipAnswer.of(481));
    }
  }

  @Override
  void disconnect(String why) {
    withdraw(SipHeaders.NONE);
    refuse(480, why, ReleaseSource.SWITCH, () -> { });
  }
}

package org.strowger.calls.internal;

import org.strowger.sip.api.OutgoingRequest;
import org.strowger.sip.api.SipClient;
import org.strowger.sip.api.SipHeaders;
import org.strowger.sip.api.SipResponse;
import org.strowger.sip.api.TransactionId;

/** One INVITE of a leg: to one contact, or to the carrier. Forks further down show as dialogs of one branch. */
final class Branch implements SipClient {

  /** How far it got. */
  enum Progress { CALLING, ENDED }

  final OutgoingRequest request;
  /** Whether nobody here learns who calls. */
  final boolean unaware;
  Progress progress = Progress.CALLING;
  private final Call call;
  private TransactionId transaction;

  Branch(Call call, OutgoingRequest request, boolean unaware) {
    this.call = call;
    this.request = request;
    this.unaware = unaware;
  }

  void send() {
    transaction = call.exchange.stack().send(request, this);
  }

  void cancel(SipHeaders reason) {
    if (progress == Progress.CALLING) {
      call.exchange.stack().cancel(transaction, unaware ? Veil.over(reason) : reason);
      ended();
    }
  }

  /** Nobody rings here any more. */
  void ended() {
    progress = Progress.ENDED;
    call.forks.over(this);
  }

  @Override
  public void response(SipResponse response) {
    // Here, not on the call's key: the peer's next request may be right behind.
    response.dialog().ifPresent(call::know);
    call.answered(response, () -> call.state().response(this, response));
  }

  @Override
  public void failed(TransactionId request, Failure failure) {
    call.tell(() -> call.state().failed(this, failure));
  }
}

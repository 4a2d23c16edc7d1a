package org.strowger.calls.internal;

import org.strowger.sip.api.SipResponse;

/** The call is no more; only stragglers still come by. */
final class Over extends State {

  private final boolean kept;

  /** @param kept whether its trace is worth keeping */
  Over(Call call, boolean kept) {
    super(call);
    this.kept = kept;
  }

  @Override
  String name() {
    return "over";
  }

  @Override
  void enter() {
    call.vanish();
    if (kept) {
      exchange.traces().keep(call.id, call.trace);
    }
  }

  @Override
  void response(Branch branch, SipResponse response) {
    super.response(branch, response);
    response.dialog().ifPresent(call::forget);
  }
}

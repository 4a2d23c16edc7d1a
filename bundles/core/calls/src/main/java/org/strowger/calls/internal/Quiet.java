package org.strowger.calls.internal;

import org.strowger.sip.api.SipClient;
import org.strowger.sip.api.SipResponse;
import org.strowger.sip.api.TransactionId;

/** For requests whose answer changes nothing, as a BYE's. */
final class Quiet implements SipClient {

  static final SipClient CLIENT = new Quiet();

  private Quiet() {}

  @Override
  public void response(SipResponse response) {}

  @Override
  public void failed(TransactionId request, Failure failure) {}
}

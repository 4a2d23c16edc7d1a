package org.strowger.phone;

import java.time.Duration;
import java.util.function.UnaryOperator;

/**
 * How a call is begun; the {@code with…} methods answer changed copies.
 *
 * @param offer true to offer in the INVITE, false to let the other side offer in its 200 and to answer in the ACK
 * @param reliable true to support 100rel (RFC 3262) and to send PRACK
 * @param sessionExpires null for no session timer (RFC 4028), else at least 90 s, unless the test wants a 422
 * @param edit last changes to the INVITE before Via and CSeq are put to it
 */
public record CallOptions(boolean offer, boolean reliable, Duration sessionExpires, UnaryOperator<SipMessage> edit) {

  public static CallOptions standard() {
    return new CallOptions(true, false, null, UnaryOperator.identity());
  }

  public CallOptions withoutOffer() {
    return new CallOptions(false, reliable, sessionExpires, edit);
  }

  public CallOptions withReliable() {
    return new CallOptions(offer, true, sessionExpires, edit);
  }

  public CallOptions withSessionExpires(Duration expires) {
    return new CallOptions(offer, reliable, expires, edit);
  }

  public CallOptions withHeader(String name, String value) {
    return withEdit(m -> m.with(name, value));
  }

  /** Another From, for a CLI of the test's choice: a name-addr without tag, e.g. {@code "Ann" <sip:1416@example.org>}. */
  public CallOptions withFrom(String nameAddr) {
    return withEdit(m -> m.withOnly("From", nameAddr + ";tag=" + m.from().tag()));
  }

  /** Adds a change to the INVITE. */
  public CallOptions withEdit(UnaryOperator<SipMessage> change) {
    return new CallOptions(offer, reliable, sessionExpires, m -> change.apply(edit.apply(m)));
  }
}

package org.strowger.phone;

/** Bytes that are no SIP message; the text names the rule that is broken. */
public final class SipSyntaxException extends Exception {

  private static final long serialVersionUID = 1L;

  SipSyntaxException(String message) {
    super(message);
  }
}

package org.strowger.calls.api;

/** A final SIP status and its phrase. */
public record SipStatus(int code, String phrase) {

  public static final SipStatus FORBIDDEN = new SipStatus(403, "Forbidden");
  public static final SipStatus PAYMENT_REQUIRED = new SipStatus(402, "Payment Required");
  public static final SipStatus NOT_FOUND = new SipStatus(404, "Not Found");
  public static final SipStatus ANONYMITY_DISALLOWED = new SipStatus(433, "Anonymity Disallowed");
  public static final SipStatus CONSENT_NEEDED = new SipStatus(470, "Consent Needed");
  public static final SipStatus TEMPORARILY_UNAVAILABLE = new SipStatus(480, "Temporarily Unavailable");
  public static final SipStatus ADDRESS_INCOMPLETE = new SipStatus(484, "Address Incomplete");
  public static final SipStatus BUSY_HERE = new SipStatus(486, "Busy Here");
  public static final SipStatus NOT_ACCEPTABLE_HERE = new SipStatus(488, "Not Acceptable Here");
  public static final SipStatus SERVER_ERROR = new SipStatus(500, "Server Internal Error");
  public static final SipStatus SERVICE_UNAVAILABLE = new SipStatus(503, "Service Unavailable");

  public SipStatus {
    if (code < 300 || code > 699) {
      throw new IllegalArgumentException("a final status that refuses is 300 to 699, not " + code);
    }
  }

  @Override
  public String toString() {
    return code + " " + phrase;
  }
}

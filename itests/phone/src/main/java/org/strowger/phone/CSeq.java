package org.strowger.phone;

/** The CSeq header (RFC 3261 20.16): number below 2^31 and method. */
public record CSeq(long number, String method) {

  static CSeq parse(String text) throws SipSyntaxException {
    String[] parts = text.trim().split("[ \t]+");
    if (parts.length != 2 || !parts[0].matches("\\d{1,10}") || Long.parseLong(parts[0]) >= 1L << 31) {
      throw new SipSyntaxException("CSeq is a number below 2^31 and a method, not '" + text + "'");
    }
    return new CSeq(Long.parseLong(parts[0]), parts[1]);
  }

  @Override
  public String toString() {
    return number + " " + method;
  }
}

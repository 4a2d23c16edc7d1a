package org.strowger.sip.internal;

import org.strowger.kernel.HostPort;
import org.strowger.sip.api.SipUri;

/**
 * An address as nearly every peer writes it: {@code <sip:user@host:port>}, perhaps with a tag, nothing escaped or quoted. Read here in one pass;
 * whatever is not as plain as that is left to the parser, which knows the whole grammar and costs twenty times as much.
 *
 * @param rest what follows the closing angle bracket
 * @param tag null if {@code rest} is something else than a tag
 */
record PlainAddress(SipUri uri, String rest, String tag) {

  private static final String BEGIN = "<sip:";
  private static final int LONGEST = 256;

  /** Null if it is not plain. */
  static PlainAddress of(String value) {
    int close = value.length() > LONGEST || !value.startsWith(BEGIN) ? -1 : value.indexOf('>');
    if (close < 0) {
      return null;
    }
    int at = value.indexOf('@');
    int host = BEGIN.length();
    if (at > 0 && at < close) {
      if (at == host || !all(value, host, at, PlainAddress::inUser)) {
        return null;
      }
      host = at + 1;
    }
    int colon = value.indexOf(':', host);
    int hostEnd = colon < 0 || colon > close ? close : colon;
    int port = hostEnd == close ? 0 : number(value, hostEnd + 1, close);
    if (port < 0 || !isHost(value, host, hostEnd)) {
      return null;
    }
    String user = at > 0 && at < close ? value.substring(BEGIN.length(), at) : "";
    String rest = value.substring(close + 1);
    boolean tagged = rest.length() > 5 && rest.startsWith(";tag=") && all(rest, 5, rest.length(), PlainAddress::inToken);
    return new PlainAddress(SipUri.of(user, new HostPort(value.substring(host, hostEnd), port)), rest, tagged ? rest.substring(5) : null);
  }

  private interface Letters {
    boolean hold(char c);
  }

  private static boolean all(String text, int from, int to, Letters letters) {
    for (int i = from; i < to; i++) {
      if (!letters.hold(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isLetterOrDigit(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
  }

  private static boolean inUser(char c) {
    return isLetterOrDigit(c) || c == '.' || c == '-' || c == '_' || c == '+' || c == '*';
  }

  private static boolean inToken(char c) {
    return isLetterOrDigit(c) || c == '.' || c == '-' || c == '_' || c == '~' || c == '*';
  }

  /** An IPv4 address or a name in lower case whose labels neither begin nor end with a hyphen. */
  private static boolean isHost(String text, int from, int to) {
    if (from >= to) {
      return false;
    }
    char before = '.';
    boolean name = false;
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      boolean inLabel = c >= 'a' && c <= 'z' || c >= '0' && c <= '9';
      if (!inLabel && (c != '-' && c != '.' || before == '.' || before == '-')) {
        return false;
      }
      name |= c >= 'a' && c <= 'z';
      before = c;
    }
    return before != '.' && before != '-' && (name || isIp4(text, from, to));
  }

  private static boolean isIp4(String text, int from, int to) {
    int parts = 0;
    int at = from;
    while (at < to) {
      int dot = text.indexOf('.', at);
      int end = dot < 0 || dot > to ? to : dot;
      int part = end - at > 3 ? -1 : number(text, at, end);
      if (part < 0 || part > 255) {
        return false;
      }
      parts++;
      at = end + 1;
    }
    return parts == 4;
  }

  /** 1 to 5 digits, at most 65535, else -1. */
  private static int number(String text, int from, int to) {
    if (from >= to || to - from > 5) {
      return -1;
    }
    int value = 0;
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      value = value * 10 + c - '0';
    }
    return value > 65535 ? -1 : value;
  }
}

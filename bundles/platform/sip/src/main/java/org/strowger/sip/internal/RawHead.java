package org.strowger.sip.internal;

import java.nio.charset.StandardCharsets;

/**
 * Reads a few things off a message before it is parsed: its Call-ID, to choose the worker, and as much
 * as a stateless refusal needs, to shed load at a fraction of the cost of a parse.
 */
final class RawHead {

  private RawHead() {}

  /** The hash by which a Call-ID finds its worker. */
  static int hash(String callId) {
    int h = 0;
    for (int i = 0; i < callId.length(); i++) {
      h = 31 * h + callId.charAt(i);
    }
    return h;
  }

  /** {@link #hash(String)} of the message's Call-ID, 0 if there is none. */
  static int hash(byte[] bytes) {
    int at = value(bytes, "call-id", 'i');
    int h = 0;
    if (at >= 0) {
      for (int i = at; i < bytes.length && bytes[i] != '\r' && bytes[i] != '\n' && bytes[i] != ' ' && bytes[i] != '\t'; i++) {
        h = 31 * h + (bytes[i] & 0xff);
      }
    }
    return h;
  }

  /** The message's Call-ID, empty if there is none. */
  static String callId(byte[] bytes) {
    int at = value(bytes, "call-id", 'i');
    return at < 0 ? "" : line(bytes, at).strip();
  }

  /** Where the value of a header begins, or -1. */
  private static int value(byte[] bytes, String name, char compact) {
    return value(bytes, 0, bytes.length, name, compact);
  }

  /** The same within {@code bytes[from, to)}, which begins with a start line. */
  static int value(byte[] bytes, int from, int to, String name, char compact) {
    for (int i = lineAfter(bytes, from); i >= 0 && i < to; i = lineAfter(bytes, i)) {
      if (bytes[i] == '\r' || bytes[i] == '\n') {
        return -1;
      }
      int end = nameEnd(bytes, i, name, compact);
      if (end >= 0) {
        int at = skipBlank(bytes, end);
        if (at < bytes.length && bytes[at] == ':') {
          return skipBlank(bytes, at + 1);
        }
      }
    }
    return -1;
  }

  private static int nameEnd(byte[] bytes, int at, String name, char compact) {
    if (at + 1 < bytes.length && (bytes[at] | 0x20) == compact && (bytes[at + 1] == ':' || bytes[at + 1] == ' ' || bytes[at + 1] == '\t')) {
      return at + 1;
    }
    if (at + name.length() >= bytes.length) {
      return -1;
    }
    for (int i = 0; i < name.length(); i++) {
      int b = bytes[at + i];
      if ((b >= 'A' && b <= 'Z' ? b | 0x20 : b) != name.charAt(i)) {
        return -1;
      }
    }
    return at + name.length();
  }

  private static int skipBlank(byte[] bytes, int at) {
    int i = at;
    while (i < bytes.length && (bytes[i] == ' ' || bytes[i] == '\t')) {
      i++;
    }
    return i;
  }

  private static int lineAfter(byte[] bytes, int at) {
    for (int i = at; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        return i + 1;
      }
    }
    return -1;
  }

  /** Whether this opens something new: a request, not ACK, CANCEL or BYE, whose To has no tag. */
  static boolean opensSomething(byte[] bytes) {
    if (bytes.length < 12 || startsWith(bytes, "SIP/2.0") || startsWith(bytes, "ACK ") || startsWith(bytes, "CANCEL ") || startsWith(bytes, "BYE ")) {
      return false;
    }
    int to = value(bytes, "to", 't');
    return to >= 0 && !line(bytes, to).contains(";tag=");
  }

  static boolean isResponse(byte[] bytes) {
    return startsWith(bytes, "SIP/2.0 ");
  }

  private static boolean startsWith(byte[] bytes, String text) {
    if (bytes.length < text.length()) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (bytes[i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static String line(byte[] bytes, int at) {
    int end = at;
    while (end < bytes.length && bytes[end] != '\r' && bytes[end] != '\n') {
      end++;
    }
    return new String(bytes, at, end - at, StandardCharsets.UTF_8);
  }

  /**
   * A final answer made from the head alone, with those of its headers that are there; null for what is
   * not to be answered or has no Via.
   *
   * @param status and phrase, ours
   * @param extra whole header lines, each with CRLF
   */
  static byte[] refusal(byte[] bytes, String statusAndPhrase, String extra) {
    if (isResponse(bytes) || startsWith(bytes, "ACK ")) {
      return null;
    }
    var out = new StringBuilder(512).append("SIP/2.0 ").append(statusAndPhrase).append("\r\n");
    int from = value(bytes, "from", 'f');
    int to = value(bytes, "to", 't');
    int callId = value(bytes, "call-id", 'i');
    int cseq = value(bytes, "cseq", '\u0001');
    if (!vias(bytes, out)) {
      return null;
    }
    copy(bytes, from, "From: ", out);
    if (to >= 0) {
      String toLine = line(bytes, to);
      out.append("To: ").append(toLine);
      out.append(toLine.contains(";tag=") ? "" : ";tag=" + Integer.toHexString(java.util.Arrays.hashCode(bytes))).append("\r\n");
    }
    copy(bytes, callId, "Call-ID: ", out);
    copy(bytes, cseq, "CSeq: ", out);
    return out.append(extra).append("Content-Length: 0\r\n\r\n").toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void copy(byte[] bytes, int at, String name, StringBuilder out) {
    if (at >= 0) {
      out.append(name).append(line(bytes, at)).append("\r\n");
    }
  }

  private static boolean vias(byte[] bytes, StringBuilder out) {
    boolean found = false;
    boolean previous = false;
    for (int i = lineAfter(bytes, 0); i >= 0 && i < bytes.length; i = lineAfter(bytes, i)) {
      if (bytes[i] == '\r' || bytes[i] == '\n') {
        break;
      }
      if (bytes[i] == ' ' || bytes[i] == '\t') {
        if (previous) {
          out.setLength(out.length() - 2);
          out.append(' ').append(line(bytes, skipBlank(bytes, i))).append("\r\n");
        }
        continue;
      }
      int end = nameEnd(bytes, i, "via", 'v');
      previous = false;
      if (end >= 0) {
        int at = skipBlank(bytes, end);
        if (at < bytes.length && bytes[at] == ':') {
          out.append("Via: ").append(line(bytes, skipBlank(bytes, at + 1))).append("\r\n");
          found = true;
          previous = true;
        }
      }
    }
    return found;
  }
}

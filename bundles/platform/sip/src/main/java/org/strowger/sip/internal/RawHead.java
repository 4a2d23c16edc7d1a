package org.strowger.sip.internal;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.strowger.sip.api.DialogId;
import org.strowger.sip.api.Flow;

/**
 * What is seen of a message before it is parsed, in one pass over its head: enough to choose its worker, to see
 * whether it opens something new, and to refuse it at a fraction of what a parse costs. Runs on the threads that
 * read; believes nothing and never throws.
 */
final class RawHead {

  private final byte[] bytes;
  private int via = -1;
  private int from = -1;
  private int to = -1;
  private int callId = -1;
  private int cseq = -1;
  private String toTag = "";
  /** What was read out of it already: the thread that reads and then the worker ask the same. */
  private String callIdText;
  private Top topRead;
  private String keyMade;

  private RawHead(byte[] bytes) {
    this.bytes = bytes;
  }

  static RawHead of(byte[] bytes) {
    var head = new RawHead(bytes);
    head.scan();
    head.toTag = head.to < 0 ? "" : tag(head.line(head.to));
    return head;
  }

  private void scan() {
    for (int i = lineAfter(bytes, 0); i >= 0 && i < bytes.length && bytes[i] != '\r' && bytes[i] != '\n'; i = lineAfter(bytes, i)) {
      switch (bytes[i] | 0x20) {
        case 'v' -> via = via >= 0 ? via : valueAt(bytes, i, bytes.length, "via", 'v');
        case 'f' -> from = from >= 0 ? from : valueAt(bytes, i, bytes.length, "from", 'f');
        case 't' -> to = to >= 0 ? to : valueAt(bytes, i, bytes.length, "to", 't');
        case 'i' -> callId = callId >= 0 ? callId : valueAt(bytes, i, bytes.length, "call-id", 'i');
        case 'c' -> {
          callId = callId >= 0 ? callId : valueAt(bytes, i, bytes.length, "call-id", 'i');
          cseq = cseq >= 0 ? cseq : valueAt(bytes, i, bytes.length, "cseq", '\u0001');
        }
        default -> { }
      }
    }
  }

  /** The hash by which a Call-ID finds its worker. */
  static int hash(String callId) {
    int h = 0;
    for (int i = 0; i < callId.length(); i++) {
      h = 31 * h + callId.charAt(i);
    }
    return h;
  }

  /** {@link #hash(String)} of the message's Call-ID, 0 if there is none. */
  int hash() {
    return hash(callId());
  }

  /** The message's Call-ID, empty if there is none. */
  String callId() {
    if (callIdText == null) {
      callIdText = callId < 0 ? "" : bare(line(callId).replace('\0', ' '));
    }
    return callIdText;
  }

  boolean isRequest() {
    return bytes.length >= 12 && !startsWith("SIP/2.0");
  }

  /** Whether this opens something new: a request, not ACK, CANCEL or BYE, whose To has no tag. */
  boolean opens() {
    return isRequest() && !startsWith("ACK ") && !startsWith("CANCEL ") && !startsWith("BYE ") && toTag.isEmpty();
  }

  /** The dialog that this claims to belong to, as a request of the peer; null if To has no tag. */
  DialogId within() {
    return toTag.isEmpty() ? null : new DialogId(callId(), toTag, fromTag());
  }

  private String fromTag() {
    return from < 0 ? "" : tag(line(from));
  }

  /** Whether this is the ACK of an answer whose To tag begins so. */
  boolean acknowledges(String beginning) {
    return startsWith("ACK ") && toTag.startsWith(beginning);
  }

  String method() {
    if (startsWith("INVITE ")) {
      return "INVITE";
    }
    int end = 0;
    while (end < bytes.length && end < 32 && bytes[end] > ' ') {
      end++;
    }
    return new String(bytes, 0, end, StandardCharsets.UTF_8);
  }


  /** The tag parameter of From or To; what stands in the URI or in a name is none. */
  private static String tag(String line) {
    return parameter(line, Math.max(plain(line, 0, '>'), 0), "tag");
  }

  /** Where this character stands next outside of quotes, or -1. @param from outside of quotes */
  private static int plain(String line, int from, char wanted) {
    boolean quoted = false;
    for (int i = from; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (quoted && c == '\\') {
        i++;
      } else if (c == wanted && !quoted) {
        return i;
      }
    }
    return -1;
  }

  private static int blank(String line, int at) {
    int i = at;
    while (i < line.length() && (line.charAt(i) == ' ' || line.charAt(i) == '\t')) {
      i++;
    }
    return i;
  }

  private static String token(String line, int at) {
    if (at < line.length() && line.charAt(at) == '"') {
      int close = line.indexOf('"', at + 1);
      return close < 0 ? "" : line.substring(at + 1, close);
    }
    int end = at;
    while (end < line.length() && line.charAt(end) > ' ' && ";,=\"".indexOf(line.charAt(end)) < 0) {
      end++;
    }
    return line.substring(at, end);
  }

  /** What the first Via says. */
  private record Top(String sentBy, String host, int port, String branch, boolean rport) {}

  private String firstVia() {
    if (via < 0) {
      return "";
    }
    String line = line(via);
    int comma = plain(line, 0, ',');
    return comma < 0 ? line : line.substring(0, comma);
  }

  private Top top() {
    if (topRead == null) {
      topRead = readTop();
    }
    return topRead;
  }

  private Top readTop() {
    String text = firstVia();
    int begin = text.indexOf(' ') < 0 ? text.length() : blank(text, text.indexOf(' '));
    int end = begin;
    while (end < text.length() && text.charAt(end) > ' ' && text.charAt(end) != ';') {
      end++;
    }
    String sentBy = text.substring(begin, end);
    int colon = sentBy.lastIndexOf(':');
    boolean hasPort = colon > sentBy.lastIndexOf(']');
    return new Top(sentBy, hasPort ? sentBy.substring(0, colon) : sentBy, hasPort ? port(sentBy.substring(colon + 1)) : -1, parameter(text, end, "branch"), rport(text, end) >= 0);
  }

  private static int port(String text) {
    int port = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9 || (port = port * 10 + digit) > 65535) {
        return -1;
      }
    }
    return text.isEmpty() ? -1 : port;
  }

  /** Its value, as the parser takes it: what is quoted is no parameter, and of several of one name the last one counts. */
  private static String parameter(String text, int from, String name) {
    String found = "";
    for (int at = plain(text, from, ';'); at >= 0; at = plain(text, at + 1, ';')) {
      int begin = blank(text, at + 1);
      if (text.regionMatches(true, begin, name, 0, name.length())) {
        int equals = blank(text, begin + name.length());
        if (equals < text.length() && text.charAt(equals) == '=') {
          found = token(text, blank(text, equals + 1));
        }
      }
    }
    return found;
  }

  /** Where the word rport ends, or -1. It asks for an answer to where it came from (RFC 3581), with a value of the sender's too. */
  private static int rport(String text, int from) {
    for (int at = text.indexOf(';', from); at >= 0; at = text.indexOf(';', at + 1)) {
      int begin = blank(text, at + 1);
      if (text.regionMatches(true, begin, "rport", 0, 5) && (begin + 5 == text.length() || "; \t=".indexOf(text.charAt(begin + 5)) >= 0)) {
        return begin + 5;
      }
    }
    return -1;
  }

  /** The branch of the first Via, empty if it has none. */
  String branch() {
    return top().branch();
  }

  /**
   * The key of the server transaction that this request belongs to, an ACK or CANCEL to its INVITE's (RFC 3261 17.2.3), as
   * {@link Requests} makes it; null if it has no usable branch.
   */
  String key() {
    if (keyMade == null) {
      Top top = top();
      String branch = top.branch();
      boolean usable = branch.length() > 7 && branch.regionMatches(true, 0, "z9hG4bK", 0, 7);
      keyMade = usable ? branch + '|' + top.host().toLowerCase(Locale.ROOT) + ':' + top.port() + '|' + ofMethod() : "";
    }
    return keyMade.isEmpty() ? null : keyMade;
  }

  private String ofMethod() {
    return startsWith("ACK ") || startsWith("CANCEL ") ? "INVITE" : method();
  }

  /** By what else a transaction outside of dialogs is known, whatever its branch, as {@link Requests} makes it. */
  String mergeKey() {
    long number = 0;
    for (int i = cseq; i >= 0 && i < bytes.length && bytes[i] >= '0' && bytes[i] <= '9' && number <= 0xffffffffL; i++) {
      number = number * 10 + bytes[i] - '0';
    }
    return fromTag() + '|' + callId() + '|' + number + '|' + ofMethod();
  }

  /** Where an answer goes (RFC 3261 18.2.2, RFC 3581). */
  Flow replyTo(Flow flow) {
    Top top = top();
    return ReturnPath.of(flow, top.rport(), top.port());
  }

  /**
   * A final answer made from the head alone, with those of its headers that are there; null for what is
   * not to be answered or has no Via.
   *
   * @param flow the way the request came
   * @param statusAndPhrase ours
   * @param tag for To if it has none
   * @param extra whole header lines, each with CRLF
   */
  byte[] answer(Flow flow, String statusAndPhrase, String tag, String extra) {
    if (!isRequest() || startsWith("ACK ") || via < 0) {
      return null;
    }
    var out = new StringBuilder(512).append("SIP/2.0 ").append(statusAndPhrase).append("\r\n");
    vias(flow, out);
    copy(from, "From: ", out);
    if (to >= 0) {
      String line = line(to);
      out.append("To: ").append(line);
      out.append(tag(line).isEmpty() ? ";tag=" + tag : "").append("\r\n");
    }
    copy(callId, "Call-ID: ", out);
    copy(cseq, "CSeq: ", out);
    return out.append(extra).append("Content-Length: 0\r\n\r\n").toString().getBytes(StandardCharsets.UTF_8);
  }

  private void copy(int at, String name, StringBuilder out) {
    if (at >= 0) {
      out.append(name).append(line(at)).append("\r\n");
    }
  }

  /** All of them in order; the first says where it came from (RFC 3261 18.2.1, RFC 3581 4). */
  private void vias(Flow flow, StringBuilder out) {
    for (int i = lineAfter(bytes, 0); i >= 0 && i < bytes.length && bytes[i] != '\r' && bytes[i] != '\n'; i = lineAfter(bytes, i)) {
      int at = valueAt(bytes, i, bytes.length, "via", 'v');
      if (at >= 0) {
        out.append("Via: ").append(at == via ? marked(line(at), flow) : line(at)).append("\r\n");
      }
    }
  }

  private String marked(String line, Flow flow) {
    String first = firstVia();
    Top top = top();
    return ReturnPath.marked(first, flow.remote(), top.host(), top.rport()) + line.substring(first.length());
  }

  /** Where the value of a header begins within {@code bytes[from, to)}, which begins with a start line; or -1. */
  static int value(byte[] bytes, int from, int to, String name, char compact) {
    for (int i = lineAfter(bytes, from); i >= 0 && i < to; i = lineAfter(bytes, i)) {
      if (bytes[i] == '\r' || bytes[i] == '\n') {
        return -1;
      }
      int at = valueAt(bytes, i, to, name, compact);
      if (at >= 0) {
        return at;
      }
    }
    return -1;
  }

  /** Where the value begins if the line at {@code at} is this header, else -1. */
  private static int valueAt(byte[] bytes, int at, int to, String name, char compact) {
    int end = nameEnd(bytes, at, name, compact);
    int colon = end < 0 ? to : skipBlank(bytes, end);
    return colon < to && bytes[colon] == ':' ? skipBlank(bytes, colon + 1) : -1;
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

  private boolean startsWith(String text) {
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

  /** The value that begins there, its folded lines in one (RFC 3261 7.3.1). */
  private String line(int at) {
    int end = lineEnd(at);
    String first = new String(bytes, at, end - at, StandardCharsets.UTF_8);
    int next = lineAfter(bytes, end);
    if (!isFolded(next)) {
      return first;
    }
    var whole = new StringBuilder(first);
    for (; isFolded(next); next = lineAfter(bytes, end)) {
      end = lineEnd(next);
      whole.append(' ').append(bare(new String(bytes, next, end - next, StandardCharsets.UTF_8)));
    }
    return bare(whole.toString());
  }

  /** Without the blanks around it: spaces and tabs, nothing else that Unicode takes for one (RFC 3261 25.1, LWS). For the parser too: what it reads must be the same. */
  static String bare(String text) {
    int begin = blank(text, 0);
    int end = text.length();
    while (end > begin && (text.charAt(end - 1) == ' ' || text.charAt(end - 1) == '\t')) {
      end--;
    }
    return text.substring(begin, end);
  }

  private boolean isFolded(int at) {
    return at >= 0 && at < bytes.length && (bytes[at] == ' ' || bytes[at] == '\t');
  }

  private int lineEnd(int at) {
    int end = at;
    while (end < bytes.length && bytes[end] != '\r' && bytes[end] != '\n') {
      end++;
    }
    return end;
  }
}

package org.strowger.sip.internal;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.strowger.sip.api.SipBody;
import org.strowger.sip.api.SipHeaders;
import org.strowger.sip.api.SipHeaders.Header;
import org.strowger.sip.api.Transport;

/**
 * Reads one message. Stricter than JAIN-SIP where RFC 4475 shows that it lets invalid ones through
 * (start line, single-valued headers, lengths, numbers), and indifferent to headers that the stack has
 * no business with: those stay raw.
 */
final class MessageReader {

  private static final String COMPACT = "imelcfsktvouraxbjdy";
  private static final String[] LONG = {
    "Call-ID", "Contact", "Content-Encoding", "Content-Length", "Content-Type", "From", "Subject", "Supported", "To", "Via", "Event",
    "Allow-Events", "Refer-To", "Accept-Contact", "Session-Expires", "Referred-By", "Reject-Contact", "Request-Disposition", "Identity"
  };

  /** Far more than a request has that went through ten proxies. Folded lines count, too. */
  static final int MOST_LINES = 256;
  /** More than an account may have (registrar, {@code maxContacts}): each is parsed before anybody is authenticated. */
  static final int MOST_CONTACTS = 128;

  private final Incoming in;
  private final byte[] bytes;
  private final List<Header> rest = new ArrayList<>(12);
  private final List<String> vias = new ArrayList<>(2);
  private String cseqText;
  private String length;
  private String contentType = "";
  private boolean maxForwards;

  private MessageReader(Arrival arrival) {
    this.in = new Incoming(arrival.flow(), arrival.ticks());
    this.bytes = arrival.bytes();
  }

  static Incoming read(Arrival arrival) throws BadMessage {
    return new MessageReader(arrival).read();
  }

  private Incoming read() throws BadMessage {
    int headEnd = headEnd();
    // in a quoted string it means nothing (RFC 4475 3.1.1.2), and nobody behind us could keep it
    String head = new String(bytes, 0, headEnd, StandardCharsets.UTF_8).replace('\0', ' ');
    int line = head.indexOf('\n');
    if (line < 0) {
      throw new BadMessage(400, "No headers");
    }
    startLine(strip(head, 0, line));
    headers(head, line + 1);
    finish(headEnd);
    return in;
  }

  /** Where the head ends, the empty line included; the whole message if there is no empty line. */
  private int headEnd() throws BadMessage {
    int end = bytes.length;
    boolean quoted = false;
    boolean escaped = false;
    for (int i = 0; i < bytes.length; i++) {
      byte b = bytes[i];
      boolean pair = escaped;
      escaped = quoted && !pair && b == '\\';
      quoted ^= b == '"' && !pair;
      if (b == 0 && !(quoted && pair)) {
        throw new BadMessage(400, "NUL");
      }
      if (b == '\n' && i + 1 < bytes.length) {
        quoted &= bytes[i + 1] == ' ' || bytes[i + 1] == '\t';
        if (bytes[i + 1] == '\n') {
          end = i + 2;
          break;
        }
        if (bytes[i + 1] == '\r' && i + 2 < bytes.length && bytes[i + 2] == '\n') {
          end = i + 3;
          break;
        }
      } else if (b == '\r' && (i + 1 == bytes.length || bytes[i + 1] != '\n')) {
        throw new BadMessage(400, "Bare CR");
      } else if (b >= 0 && b < ' ' && b != '\r' && b != '\t' && b != '\n' && bytes[Math.max(0, i - 1)] != '\\') {
        // only a quoted pair may hold one (RFC 3261 25.1)
        throw new BadMessage(400, "Control character");
      }
    }
    return end;
  }

  private static String strip(String text, int from, int to) {
    int end = to;
    if (end > from && text.charAt(end - 1) == '\r') {
      end--;
    }
    return text.substring(from, end);
  }

  private void startLine(String line) throws BadMessage {
    int first = line.indexOf(' ');
    if (first <= 0) {
      throw new BadMessage(400, "Bad start line");
    }
    String begin = line.substring(0, first);
    if (begin.equals("SIP/2.0")) {
      status(line, first);
      return;
    }
    int last = line.lastIndexOf(' ');
    if (last <= first + 1 || line.indexOf(' ', first + 1) != last || line.indexOf('\t') >= 0) {
      throw new BadMessage(400, "Bad request line");
    }
    String version = line.substring(last + 1);
    if (!version.equalsIgnoreCase("SIP/2.0")) {
      throw version.regionMatches(true, 0, "SIP/", 0, 4) ? new BadMessage(505, "Version Not Supported") : new BadMessage(400, "Bad request line");
    }
    if (!token(begin)) {
      throw new BadMessage(400, "Bad method");
    }
    in.method = begin;
    in.uri = line.substring(first + 1, last);
  }

  private void status(String line, int first) throws BadMessage {
    if (line.length() < first + 4 || (line.length() > first + 4 && line.charAt(first + 4) != ' ')) {
      throw new BadMessage(400, "Bad status line");
    }
    int code = 0;
    for (int i = first + 1; i < first + 4; i++) {
      int digit = line.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        throw new BadMessage(400, "Bad status line");
      }
      code = code * 10 + digit;
    }
    if (code < 100 || code > 699) {
      throw new BadMessage(400, "Bad status");
    }
    in.status = code;
    in.reason = line.length() > first + 5 ? line.substring(first + 5) : "";
  }

  private static boolean token(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || "-.!%*_+`'~".indexOf(c) >= 0)) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  private void headers(String head, int start) throws BadMessage {
    if (start < head.length() && isBlank(head.charAt(start))) {
      // It continues nothing; RawHead would not see it.
      throw new BadMessage(400, "Bad header line");
    }
    int at = start;
    int lines = 0;
    while (at < head.length()) {
      int end = lineEnd(head, at);
      String line = strip(head, at, end);
      at = end + 1;
      if (line.isEmpty()) {
        return;
      }
      int colon = line.indexOf(':');
      if (colon <= 0) {
        // Also a name that goes on in the next line: no line is folded before its colon (RFC 3261 25.1, HCOLON).
        throw new BadMessage(400, "Bad header line");
      }
      String name = RawHead.bare(line.substring(0, colon));
      String value = line.substring(colon + 1);
      int more = folded(head, at);
      lines += 1 + more;
      if (lines > MOST_LINES) {
        throw new BadMessage(400, "Too many header lines");
      }
      if (more > 0) {
        var whole = new StringBuilder(value);
        for (; more > 0; more--) {
          int next = lineEnd(head, at);
          whole.append(' ').append(RawHead.bare(strip(head, at, next)));
          at = next + 1;
        }
        value = whole.toString();
      }
      header(name, RawHead.bare(value));
    }
  }

  /** How many lines from there on continue the one before (RFC 3261 7.3.1). */
  private static int folded(String head, int start) {
    int lines = 0;
    for (int at = start; at < head.length() && isBlank(head.charAt(at)); at = lineEnd(head, at) + 1) {
      lines++;
    }
    return lines;
  }

  private static int lineEnd(String head, int at) {
    int end = head.indexOf('\n', at);
    return end < 0 ? head.length() : end;
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  private void header(String given, String value) throws BadMessage {
    String name = given;
    if (given.length() == 1 && given.charAt(0) < 128) {
      // Of ASCII alone: Unicode has further letters whose lower case is i or k, and RawHead does not.
      int known = COMPACT.indexOf(Character.toLowerCase(given.charAt(0)));
      name = known < 0 ? given : LONG[known];
    }
    switch (name.toLowerCase(Locale.ROOT)) {
      case "via" -> Addressing.split(value, vias);
      case "from" -> in.fromText = once(in.fromText, value, "From");
      case "to" -> in.toText = once(in.toText, value, "To");
      case "call-id" -> in.callId = once(in.callId, value, "Call-ID");
      case "cseq" -> cseqText = once(cseqText, value, "CSeq");
      case "max-forwards" -> {
        once(maxForwards ? "" : null, value, "Max-Forwards");
        maxForwards = true;
        in.maxForwards = (int) number(value, 255, "Max-Forwards");
      }
      case "contact" -> {
        in.contacts = more(in.contacts, value);
        if (in.contacts.size() > MOST_CONTACTS) {
          throw new BadMessage(400, "Too many Contacts");
        }
      }
      case "record-route" -> in.recordRoutes = more(in.recordRoutes, value);
      case "route" -> in.routes = more(in.routes, value);
      case "path" -> in.paths = more(in.paths, value);
      case "content-length" -> length = once(length, value, "Content-Length");
      case "content-type" -> contentType = value;
      case "authorization", "proxy-authorization" -> in.authorizations = append(in.authorizations, value);
      case "www-authenticate", "proxy-authenticate" -> in.challenges = append(in.challenges, name.charAt(0) + value);
      default -> {
        if (!token(name)) {
          throw new BadMessage(400, "Bad header name");
        }
        rest.add(new Header(name, value));
      }
    }
  }

  private static String once(String before, String value, String name) throws BadMessage {
    if (before != null) {
      throw new BadMessage(400, "Repeated " + name);
    }
    return value;
  }

  private static List<String> more(List<String> before, String value) {
    List<String> all = ours(before);
    Addressing.split(value, all);
    return all;
  }

  private static List<String> append(List<String> before, String value) {
    List<String> all = ours(before);
    all.add(value);
    return all;
  }

  /** The one list of a header; a new one for the first of it, as what stands there until then is nobody's. */
  private static List<String> ours(List<String> before) {
    return before.isEmpty() ? new ArrayList<>(4) : before;
  }

  private static long number(String text, long most, String name) throws BadMessage {
    if (text.isEmpty() || text.length() > 10) {
      throw new BadMessage(400, "Bad " + name);
    }
    long value = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        throw new BadMessage(400, "Bad " + name);
      }
      value = value * 10 + c - '0';
    }
    if (value > most) {
      throw new BadMessage(400, "Bad " + name);
    }
    return value;
  }

  private void finish(int headEnd) throws BadMessage {
    if (vias.isEmpty() || in.fromText == null || in.toText == null || in.callId == null || in.callId.isEmpty() || cseqText == null) {
      throw new BadMessage(400, "Missing header");
    }
    cseq();
    in.via = Addressing.via(vias.get(0));
    in.from = Addressing.nameAddr("From", in.fromText);
    in.to = Addressing.nameAddr("To", in.toText);
    if (in.isRequest()) {
      returnPath();
    }
    in.vias = vias;
    in.headers = rest.isEmpty() ? SipHeaders.NONE : new SipHeaders(rest);
    body(headEnd);
  }

  private void cseq() throws BadMessage {
    int blank = 0;
    while (blank < cseqText.length() && cseqText.charAt(blank) > ' ') {
      blank++;
    }
    in.cseq = number(cseqText.substring(0, blank), 0xffffffffL, "CSeq");
    String method = cseqText.substring(blank).trim();
    if (!token(method) || (in.isRequest() && !method.equals(in.method))) {
      throw new BadMessage(400, "CSeq of another method");
    }
    in.method = method;
  }

  /** RFC 3261 18.2.1 and RFC 3581 4: where the answer goes is written into the first Via. */
  private void returnPath() {
    in.rport = in.via.hasParameter("rport");
    vias.set(0, ReturnPath.marked(vias.get(0), in.flow.remote(), in.via.getHost(), in.rport));
  }

  private void body(int headEnd) throws BadMessage {
    int there = bytes.length - headEnd;
    int wanted = there;
    if (length != null) {
      wanted = (int) number(length, 1 << 20, "Content-Length");
      if (wanted > there) {
        throw new BadMessage(400, "Body shorter than Content-Length");
      }
    } else if (in.flow.transport() != Transport.UDP) {
      wanted = 0;
    }
    if (wanted > 0) {
      in.body = new SipBody(contentType, Arrays.copyOfRange(bytes, headEnd, headEnd + wanted));
    }
  }
}

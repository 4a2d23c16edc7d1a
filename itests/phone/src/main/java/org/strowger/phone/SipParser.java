package org.strowger.phone;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A strict parser of SIP messages: what RFC 3261 does not allow is refused, nothing is repaired. */
public final class SipParser {

  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9\\-.!%*_+`'~]+");
  private static final Pattern REQUEST = Pattern.compile("([A-Za-z0-9\\-.!%*_+`'~]+) (\\S+) SIP/2\\.0");
  private static final Pattern RESPONSE = Pattern.compile("SIP/2\\.0 ([1-6]\\d\\d) (.*)");
  private static final Map<String, String> COMPACT = new HashMap<>(Map.of("v", "Via", "f", "From", "t", "To", "i", "Call-ID",
      "m", "Contact", "l", "Content-Length", "c", "Content-Type", "k", "Supported", "e", "Content-Encoding", "s", "Subject"));
  private static final Set<String> ONCE = Set.of("from", "to", "call-id", "cseq", "max-forwards", "content-length", "content-type",
      "session-expires", "min-se", "expires", "rseq", "rack");

  static {
    COMPACT.putAll(Map.of("x", "Session-Expires", "r", "Refer-To", "b", "Referred-By", "o", "Event", "u", "Allow-Events"));
  }

  private SipParser() {}

  /**
   * Parses one datagram, or one framed message of a stream.
   *
   * @param stream true when Content-Length is mandatory (RFC 3261 18.3)
   * @throws SipSyntaxException naming the broken rule
   */
  public static SipMessage parse(byte[] bytes, boolean stream) throws SipSyntaxException {
    int end = headEnd(bytes, bytes.length);
    if (end < 0) {
      throw new SipSyntaxException("the headers end with an empty line (CRLF CRLF)");
    }
    List<String> lines = lines(new String(bytes, 0, end - 4, StandardCharsets.UTF_8));
    List<SipMessage.Header> headers = headers(lines);
    byte[] body = body(bytes, end, headers, stream);
    String start = lines.get(0);
    Matcher response = RESPONSE.matcher(start);
    if (response.matches()) {
      return new SipMessage(null, null, Integer.parseInt(response.group(1)), response.group(2), headers, body);
    }
    Matcher request = REQUEST.matcher(start);
    if (!request.matches()) {
      throw new SipSyntaxException("the first line is 'METHOD URI SIP/2.0' or 'SIP/2.0 CODE REASON': '" + start + "'");
    }
    return new SipMessage(request.group(1), request.group(2), 0, null, headers, body);
  }

  /** The index after the empty line that ends the headers, or -1. */
  static int headEnd(byte[] bytes, int length) {
    for (int i = 3; i < length; i++) {
      if (bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n' && bytes[i - 3] == '\r') {
        return i + 1;
      }
    }
    return -1;
  }

  private static List<String> lines(String head) throws SipSyntaxException {
    var lines = new ArrayList<String>();
    for (String line : head.split("\r\n", -1)) {
      if (line.indexOf('\n') >= 0 || line.indexOf('\r') >= 0) {
        throw new SipSyntaxException("lines end with CRLF: '" + line.replace('\n', '|').replace('\r', '|') + "'");
      }
      if (!lines.isEmpty() && (line.startsWith(" ") || line.startsWith("\t"))) {
        lines.set(lines.size() - 1, lines.get(lines.size() - 1) + " " + line.trim());
      } else {
        lines.add(line);
      }
    }
    return lines;
  }

  private static List<SipMessage.Header> headers(List<String> lines) throws SipSyntaxException {
    var headers = new ArrayList<SipMessage.Header>();
    var seen = new HashSet<String>();
    for (String line : lines.subList(1, lines.size())) {
      int colon = line.indexOf(':');
      String name = colon < 0 ? "" : line.substring(0, colon).trim();
      if (!TOKEN.matcher(name).matches()) {
        throw new SipSyntaxException("a header is 'Name: value': '" + line + "'");
      }
      name = name.length() == 1 ? COMPACT.getOrDefault(name.toLowerCase(Locale.ROOT), name) : name;
      if (!seen.add(name.toLowerCase(Locale.ROOT)) && ONCE.contains(name.toLowerCase(Locale.ROOT))) {
        throw new SipSyntaxException("header " + name + " comes once");
      }
      headers.add(new SipMessage.Header(name, line.substring(colon + 1).trim()));
    }
    return headers;
  }

  private static byte[] body(byte[] bytes, int start, List<SipMessage.Header> headers, boolean stream) throws SipSyntaxException {
    int length = contentLength(headers);
    int rest = bytes.length - start;
    if (length < 0 && stream) {
      throw new SipSyntaxException("Content-Length is mandatory on a stream (RFC 3261 18.3)");
    }
    if (length >= 0 && length != rest) {
      throw new SipSyntaxException("Content-Length says " + length + ", the body has " + rest + " bytes (RFC 3261 18.3)");
    }
    return Arrays.copyOfRange(bytes, start, bytes.length);
  }

  /** The declared length, -1 when there is none. */
  static int contentLength(List<SipMessage.Header> headers) throws SipSyntaxException {
    for (SipMessage.Header header : headers) {
      if (header.name().equalsIgnoreCase("Content-Length")) {
        if (!header.value().matches("\\d{1,7}")) {
          throw new SipSyntaxException("Content-Length is a number: '" + header.value() + "'");
        }
        return Integer.parseInt(header.value());
      }
    }
    return -1;
  }

  /** The length of the first message of a stream, 0 when it is not there yet. */
  static int frame(byte[] bytes, int length) throws SipSyntaxException {
    int end = headEnd(bytes, length);
    if (end < 0) {
      return 0;
    }
    int body = contentLength(headers(lines(new String(bytes, 0, end - 4, StandardCharsets.UTF_8))));
    if (body < 0) {
      throw new SipSyntaxException("Content-Length is mandatory on a stream (RFC 3261 18.3)");
    }
    return end + body <= length ? end + body : 0;
  }
}

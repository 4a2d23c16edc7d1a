package org.strowger.calls.internal;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.strowger.sip.api.SipBody;
import org.strowger.sip.api.SipHeaders;
import org.strowger.sip.api.SipHeaders.Header;

/**
 * Takes out of a message what names its sender beside the headers that are written anew: what RFC 3323 4.1 and 5.3 have a user
 * agent leave out of it. Of a body only the session description stays; its addresses, where audio is wanted, stay too. Time
 * grows with the message.
 */
final class Veil {

  /** Multiparts within each other. */
  private static final int DEEPEST = 4;
  private static final int LONGEST_BOUNDARY = 70;
  private static final Set<String> NAMING = Set.of("subject", "organization", "user-agent", "server", "call-info", "content-disposition", "content-encoding",
      "content-language", "mime-version");
  private static final Pattern BOUNDARY = Pattern.compile("(?i)boundary\\s*=\\s*(?:\"([^\"]*)\"|([^\\s;\"]+))");
  private static final Pattern CAUSE = Pattern.compile("(?i)\\b([a-z0-9.]{1,16})\\s{0,4};\\s{0,4}cause\\s{0,4}=\\s{0,4}(\\d{1,4})\\b");

  private Veil() {}

  /** What of these headers says nothing of who sends them. A Reason keeps its causes, not its text. */
  static SipHeaders over(SipHeaders headers) {
    var out = new ArrayList<Header>(headers.all().size());
    for (Header header : headers.all()) {
      String name = header.name().toLowerCase(Locale.ROOT);
      if (name.equals("reason")) {
        Matcher cause = CAUSE.matcher(header.value());
        while (cause.find()) {
          out.add(new Header("Reason", cause.group(1) + ";cause=" + cause.group(2)));
        }
      } else if (!NAMING.contains(name)) {
        out.add(header);
      }
    }
    return new SipHeaders(out);
  }

  /** The session description that a body is, or has among its parts; {@link SipBody#NONE} if there is none. */
  static SipBody over(SipBody body) {
    if (body.isEmpty()) {
      return body;
    }
    byte[] sdp = body.isSdp() ? described(body.bytes()) : partOf(body.contentType(), new String(body.bytes(), StandardCharsets.ISO_8859_1), 0);
    return sdp.length == 0 ? SipBody.NONE : new SipBody("application/sdp", sdp);
  }

  /** RFC 2046 5.1. */
  private static byte[] partOf(String type, String text, int depth) {
    Matcher named = BOUNDARY.matcher(type);
    if (depth == DEEPEST || !type.toLowerCase(Locale.ROOT).startsWith("multipart/") || !named.find()) {
      return new byte[0];
    }
    String boundary = named.group(1) == null ? named.group(2) : named.group(1);
    if (boundary.isEmpty() || boundary.length() > LONGEST_BOUNDARY) {
      return new byte[0];
    }
    String delimiter = "\n--" + boundary;
    // The first one may stand at the very beginning.
    String all = "\n" + text;
    int from = find(all, delimiter, 0);
    while (from >= 0) {
      int begin = from + delimiter.length();
      int end = find(all, delimiter, begin);
      byte[] sdp = end < 0 ? new byte[0] : part(all.substring(begin, end), depth);
      if (sdp.length > 0) {
        return sdp;
      }
      from = end;
    }
    return new byte[0];
  }

  /** A delimiter that begins as this one does is another's. @return -1 if there is none */
  private static int find(String text, String delimiter, int from) {
    int at = text.indexOf(delimiter, from);
    while (at >= 0) {
      int after = at + delimiter.length();
      if (after == text.length() || text.charAt(after) <= ' ' || text.startsWith("--", after)) {
        return at;
      }
      at = text.indexOf(delimiter, after);
    }
    return -1;
  }

  /** @param part with the rest of the delimiter's line before it */
  private static byte[] part(String part, int depth) {
    int line = part.indexOf('\n');
    String type = "text/plain";
    while (line >= 0) {
      int next = part.indexOf('\n', line + 1);
      String header = part.substring(line + 1, next < 0 ? part.length() : next).strip();
      if (header.isEmpty() || next < 0) {
        break;
      }
      int colon = header.indexOf(':');
      if (colon > 0 && header.substring(0, colon).strip().equalsIgnoreCase("Content-Type")) {
        type = header.substring(colon + 1).strip();
      }
      line = next;
    }
    int begin = line < 0 ? -1 : part.indexOf('\n', line + 1);
    if (begin < 0) {
      return new byte[0];
    }
    String content = part.substring(begin + 1);
    return type.toLowerCase(Locale.ROOT).startsWith("application/sdp") ? described(content.getBytes(StandardCharsets.ISO_8859_1)) : partOf(type, content, depth + 1);
  }

  /** RFC 4566 5: whose session it is, what it is about and how to reach somebody is no part of it any more; what is no line of a description neither. */
  private static byte[] described(byte[] sdp) {
    var out = new ByteArrayOutputStream(sdp.length + 16);
    for (int from = 0; from < sdp.length;) {
      int to = from;
      while (to < sdp.length && sdp[to] != '\r' && sdp[to] != '\n') {
        to++;
      }
      if (to - from >= 2 && sdp[from + 1] == '=') {
        line(sdp, from, to, out);
      }
      // Of CR LF the second makes an empty line, which is none.
      from = to + 1;
    }
    return out.toByteArray();
  }

  private static void line(byte[] sdp, int from, int to, ByteArrayOutputStream out) {
    switch (sdp[from]) {
      case 'i', 'e', 'p', 'u' -> {
        return;
      }
      case 's' -> out.writeBytes(new byte[] {'s', '=', '-'});
      case 'o' -> out.writeBytes(origin(new String(sdp, from + 2, to - from - 2, StandardCharsets.ISO_8859_1)).getBytes(StandardCharsets.ISO_8859_1));
      default -> {
        if (sdp[from] < 'a' || sdp[from] > 'z') {
          return;
        }
        out.write(sdp, from, to - from);
      }
    }
    out.write('\r');
    out.write('\n');
  }

  /** Session id and version stay, so that a later description is seen to be of the same session (RFC 3264 8). Who writes a name of two words has more fields. */
  private static String origin(String value) {
    List<String> fields = List.of(value.strip().split(" +"));
    int kept = Math.min(5, fields.size() - 1);
    return kept == 0 ? "o=-" : "o=- " + String.join(" ", fields.subList(fields.size() - kept, fields.size()));
  }
}

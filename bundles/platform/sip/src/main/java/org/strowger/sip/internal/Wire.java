package org.strowger.sip.internal;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.strowger.kernel.HostPort;
import org.strowger.sip.api.Flow;
import org.strowger.sip.api.SipBody;
import org.strowger.sip.api.SipHeaders;
import org.strowger.sip.api.Transport;

/** Prints messages. */
final class Wire {

  /** Never taken from {@link SipHeaders}: the stack writes them. */
  private static final Set<String> OWNED = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

  static {
    OWNED.addAll(List.of(
        "Via", "From", "To", "Call-ID", "CSeq", "Max-Forwards", "Contact", "Route", "Record-Route", "Content-Length", "Content-Type", "Authorization", "Proxy-Authorization",
        "WWW-Authenticate", "Proxy-Authenticate"));
  }

  private Wire() {}

  /**
   * What every answer to one request begins with.
   *
   * @param toText as it came
   * @param to where answers go (RFC 3261 18.2.2, RFC 3581)
   * @param otherwise where the peer listens, should its connection be gone; null if nobody knows, as behind NAT
   */
  record ReplyHead(String viasAndFrom, String toText, boolean toHasTag, String callIdAndCseq, List<String> recordRoutes, Flow to, HostPort otherwise) {

    static ReplyHead of(Incoming request) {
      var head = new StringBuilder(256);
      for (String via : request.vias) {
        head.append("Via: ").append(via).append("\r\n");
      }
      head.append("From: ").append(request.fromText).append("\r\n");
      return new ReplyHead(
          head.toString(),
          request.toText,
          request.to.tag().isPresent(),
          "Call-ID: " + request.callId + "\r\nCSeq: " + request.cseq + " " + request.method + "\r\n",
          request.recordRoutes,
          ReturnPath.of(request.flow, request.rport, request.via.getPort()),
          otherwise(request));
    }

    /** The way back alone: all that is needed once the answer is made. */
    ReplyHead way() {
      return new ReplyHead("", "", toHasTag, "", List.of(), to, otherwise);
    }

    /** Bytes of its texts, about. */
    long size() {
      long size = Wire.size(viasAndFrom) + Wire.size(toText) + Wire.size(callIdAndCseq);
      for (String route : recordRoutes) {
        size += Wire.size(route);
      }
      return size;
    }

    private static HostPort otherwise(Incoming request) {
      HostPort from = request.flow.remote();
      boolean there = request.flow.transport() == Transport.TCP && ReturnPath.names(from, request.via.getHost());
      return there ? new HostPort(from.host(), ReturnPath.port(request.via.getPort())) : null;
    }
  }

  /** Bytes of a text, about: what is not Latin takes two bytes a character here, and three on the wire. */
  static long size(String text) {
    return text.chars().anyMatch(c -> c > 0xff) ? 3L * text.length() : text.length();
  }

  /**
   * @param tag for To if it has none; null for 100
   * @param extra whole header lines, each with CRLF
   */
  static byte[] response(ReplyHead head, int status, String reason, String tag, boolean recordRoute, String extra, SipHeaders headers, SipBody body) {
    var out = new StringBuilder(512);
    out.append("SIP/2.0 ").append(status).append(' ').append(reason.isEmpty() ? Phrases.of(status) : oneLine(reason)).append("\r\n");
    out.append(head.viasAndFrom());
    if (recordRoute) {
      for (String route : head.recordRoutes()) {
        out.append("Record-Route: ").append(route).append("\r\n");
      }
    }
    out.append("To: ").append(head.toText());
    if (tag != null && !head.toHasTag()) {
      out.append(";tag=").append(tag);
    }
    out.append("\r\n").append(head.callIdAndCseq()).append(extra);
    return end(out, headers, body);
  }

  /** @param head everything from the request line to the stack's own headers, each line with CRLF */
  static byte[] request(StringBuilder head, SipHeaders headers, SipBody body) {
    return end(head, headers, body);
  }

  private static byte[] end(StringBuilder out, SipHeaders headers, SipBody body) {
    for (SipHeaders.Header header : headers.all()) {
      if (!OWNED.contains(header.name())) {
        out.append(header.name()).append(": ").append(header.value()).append("\r\n");
      }
    }
    if (!body.isEmpty() && !body.contentType().isEmpty()) {
      out.append("Content-Type: ").append(oneLine(body.contentType())).append("\r\n");
    }
    out.append("Content-Length: ").append(body.bytes().length).append("\r\n\r\n");
    byte[] head = out.toString().getBytes(StandardCharsets.UTF_8);
    if (body.isEmpty()) {
      return head;
    }
    byte[] whole = java.util.Arrays.copyOf(head, head.length + body.bytes().length);
    System.arraycopy(body.bytes(), 0, whole, head.length, body.bytes().length);
    return whole;
  }

  /** No text of ours or of a plugin can begin a header of its own. */
  static String oneLine(String text) {
    return text.indexOf('\r') < 0 && text.indexOf('\n') < 0 ? text : text.replace('\r', ' ').replace('\n', ' ');
  }
}

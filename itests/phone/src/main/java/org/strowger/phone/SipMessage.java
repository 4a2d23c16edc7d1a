package org.strowger.phone;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A SIP request or response, immutable: the {@code with…} methods answer changed copies. Header names are compared without case;
 * compact names are expanded when parsed. Content-Length is always written from the body.
 */
public final class SipMessage {

  /** One header line as it travels. */
  public record Header(String name, String value) {}

  private static final Set<String> LISTS = Set.of("via", "contact", "route", "record-route", "allow", "supported", "require",
      "unsupported", "proxy-require", "p-asserted-identity", "p-preferred-identity", "diversion", "history-info", "path",
      "service-route", "accept", "allow-events");

  private final String method;
  private final String uri;
  private final int status;
  private final String reason;
  private final List<Header> headers;
  private final byte[] body;

  SipMessage(String method, String uri, int status, String reason, List<Header> headers, byte[] body) {
    this.method = method;
    this.uri = uri;
    this.status = status;
    this.reason = reason;
    this.headers = List.copyOf(headers);
    this.body = body;
  }

  /** A request without any header. */
  public static SipMessage request(String method, String uri) {
    return new SipMessage(method, uri, 0, null, List.of(), new byte[0]);
  }

  /** A response without any header. */
  public static SipMessage response(int status, String reason) {
    return new SipMessage(null, null, status, reason, List.of(), new byte[0]);
  }

  public boolean isRequest() {
    return method != null;
  }

  /** The method of a request; of a response the one in its CSeq. */
  public String method() {
    return method != null ? method : cseq().method();
  }

  /** The Request-URI; null in a response. */
  public String uri() {
    return uri;
  }

  /** The status; 0 in a request. */
  public int status() {
    return status;
  }

  /** The reason phrase; null in a request. */
  public String reason() {
    return reason;
  }

  public String startLine() {
    return isRequest() ? method + " " + uri + " SIP/2.0" : "SIP/2.0 " + status + " " + reason;
  }

  /** All header lines in their order. */
  public List<Header> headers() {
    return headers;
  }

  /** The first value of a header. */
  public Optional<String> header(String name) {
    return headers(name).stream().findFirst();
  }

  /** All values of a header in their order; comma lists of the headers that have them are taken apart. */
  public List<String> headers(String name) {
    var values = new ArrayList<String>();
    boolean list = LISTS.contains(name.toLowerCase(java.util.Locale.ROOT));
    for (Header header : headers) {
      if (header.name().equalsIgnoreCase(name)) {
        if (list) {
          values.addAll(Params.split(header.value(), ','));
        } else {
          values.add(header.value());
        }
      }
    }
    return values;
  }

  /** True when a header that lists option tags or methods has this one. */
  public boolean lists(String name, String tag) {
    return headers(name).stream().anyMatch(tag::equalsIgnoreCase);
  }

  public String callId() {
    return header("Call-ID").orElse("");
  }

  public CSeq cseq() {
    return parsed("CSeq", CSeq::parse);
  }

  public NameAddr from() {
    return parsed("From", NameAddr::parse);
  }

  public NameAddr to() {
    return parsed("To", NameAddr::parse);
  }

  public Via via() {
    return parsed("Via", Via::parse);
  }

  /** The first Contact. */
  public Optional<NameAddr> contact() {
    return header("Contact").isEmpty() ? Optional.empty() : Optional.of(parsed("Contact", NameAddr::parse));
  }

  private interface Parsing<T> {
    T parse(String text) throws SipSyntaxException;
  }

  private <T> T parsed(String name, Parsing<T> parsing) {
    String text = header(name).orElseThrow(() -> new IllegalStateException("no " + name + " in " + startLine()));
    try {
      return parsing.parse(text);
    } catch (SipSyntaxException e) {
      throw new IllegalStateException(name + " of " + startLine() + ": " + e.getMessage(), e);
    }
  }

  /** The body's bytes; not copied, do not write to them. */
  public byte[] body() {
    return body;
  }

  public String bodyText() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /** True when the body is a session description. */
  public boolean hasSdp() {
    return body.length > 0 && header("Content-Type").filter(t -> t.toLowerCase(java.util.Locale.ROOT).startsWith("application/sdp")).isPresent();
  }

  /** A copy with this header line added at the end. */
  public SipMessage with(String name, String value) {
    var copy = new ArrayList<>(headers);
    copy.add(new Header(name, value));
    return withHeaders(copy);
  }

  /** A copy with this header line in place of the first of its name (the others of the name go), else added. */
  public SipMessage withOnly(String name, String value) {
    var copy = new ArrayList<Header>();
    boolean done = false;
    for (Header header : headers) {
      if (!header.name().equalsIgnoreCase(name)) {
        copy.add(header);
      } else if (!done) {
        copy.add(new Header(name, value));
        done = true;
      }
    }
    if (!done) {
      copy.add(new Header(name, value));
    }
    return withHeaders(copy);
  }

  /** A copy without the headers of this name. */
  public SipMessage without(String name) {
    return withHeaders(headers.stream().filter(h -> !h.name().equalsIgnoreCase(name)).toList());
  }

  /** A copy with this body and Content-Type. */
  public SipMessage withBody(String type, String text) {
    return new SipMessage(method, uri, status, reason, withOnly("Content-Type", type).headers, text.getBytes(StandardCharsets.UTF_8));
  }

  /** A copy with this session description, or unchanged when it is null. */
  SipMessage withSdp(String sdp) {
    return sdp == null ? this : withBody("application/sdp", sdp);
  }

  /** A copy with another Request-URI. */
  public SipMessage withUri(String newUri) {
    return new SipMessage(method, newUri, status, reason, headers, body);
  }

  /** A copy with another method in its first line; the CSeq stays. */
  public SipMessage withMethod(String newMethod) {
    return new SipMessage(newMethod, uri, status, reason, headers, body);
  }

  private SipMessage withHeaders(List<Header> changed) {
    return new SipMessage(method, uri, status, reason, changed, body);
  }

  /** The bytes to send. */
  public byte[] bytes() {
    var text = new StringBuilder(startLine()).append("\r\n");
    for (Header header : headers) {
      if (!header.name().equalsIgnoreCase("Content-Length")) {
        text.append(header.name()).append(": ").append(header.value()).append("\r\n");
      }
    }
    text.append("Content-Length: ").append(body.length).append("\r\n\r\n");
    var out = new ByteArrayOutputStream();
    out.writeBytes(text.toString().getBytes(StandardCharsets.UTF_8));
    out.writeBytes(body);
    return out.toByteArray();
  }

  @Override
  public String toString() {
    return new String(bytes(), StandardCharsets.UTF_8);
  }
}

package org.strowger.rest.internal;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.servlet.http.HttpServletRequest;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.Violation;
import org.strowger.kernel.data.FieldSchema;
import org.strowger.rest.api.Endpoint;
import org.strowger.rest.internal.json.JsonReader;

/** What a request brings, checked part by part. */
final class Incoming {

  private static final String JSON = "application/json";

  private final HttpServletRequest request;

  Incoming(HttpServletRequest request) {
    this.request = request;
  }

  /** Passwords don't travel in the clear: plain HTTP is for this machine alone. A page of another site gets nothing either. */
  void requireSafeWay() {
    if (!request.isSecure() && !isLoopback(request.getLocalAddr())) {
      throw Refusal.of(403, "needs-https", "Needs HTTPS",
          "plain HTTP is served on loopback only; give the switch a key store (etc/org.ops4j.pax.web.cfg) and use https://");
    }
    if ("cross-site".equals(request.getHeader("Sec-Fetch-Site"))) {
      throw Refusal.of(403, "cross-site", "Not from another site", "a browser sent this for a page of another site");
    }
  }

  private static boolean isLoopback(String address) {
    try {
      // An address, never a name: nothing is looked up.
      return address != null && InetAddress.getByName(address.replaceAll("%.*", "")).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  void requireAcceptsJson() {
    String accept = request.getHeader("Accept");
    if (accept == null || accept.isBlank()) {
      return;
    }
    for (String range : accept.split(",")) {
      String[] parts = range.split(";");
      String type = parts[0].trim().toLowerCase(Locale.ROOT);
      boolean wanted = true;
      for (int i = 1; i < parts.length; i++) {
        wanted &= !parts[i].trim().matches("q=0(\\.0{0,3})?");
      }
      if (wanted && List.of("*/*", "application/*", JSON, "application/problem+json").contains(type)) {
        return;
      }
    }
    throw Refusal.of(406, "not-acceptable", "Not acceptable", "answers are " + JSON + "; the Accept header asks for something else");
  }

  Map<String, String> query(Endpoint endpoint) {
    Map<String, String> given = Percent.query(request.getQueryString());
    List<String> known = endpoint.query() == null ? List.of() : endpoint.query().fields().stream().map(FieldSchema::name).toList();
    List<Violation> unknown = given.entrySet().stream().filter(parameter -> !known.contains(parameter.getKey()))
        .map(parameter -> new Violation(parameter.getKey(), parameter.getValue(),
            "is no parameter here; " + (known.isEmpty() ? "there are none" : "known are " + String.join(", ", known))))
        .toList();
    if (!unknown.isEmpty()) {
      throw new InvalidInput(unknown);
    }
    return given;
  }

  Map<String, Object> body(Endpoint endpoint, JsonReader reader, int maxBytes) throws IOException {
    boolean present = request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null;
    if (endpoint.body() == null) {
      if (present && read(0).length > 0) {
        throw Refusal.invalid("body", null, "is not taken here");
      }
      return new LinkedHashMap<>();
    }
    String type = Optional.ofNullable(request.getContentType()).orElse("").toLowerCase(Locale.ROOT).replace(" ", "").replace("\"", "");
    if (!type.equals(JSON) && !type.equals(JSON + ";charset=utf-8")) {
      throw Refusal.of(415, "unsupported-media-type", "Not this kind of body", "a body is " + JSON + " in UTF-8");
    }
    String encoding = request.getHeader("Content-Encoding");
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      throw Refusal.of(415, "unsupported-media-type", "Not this kind of body", "a body is not compressed");
    }
    return reader.object(read(maxBytes));
  }

  private byte[] read(int maxBytes) throws IOException {
    if (request.getContentLengthLong() > maxBytes && maxBytes > 0) {
      throw tooLarge(maxBytes);
    }
    try (InputStream in = request.getInputStream()) {
      byte[] bytes = in.readNBytes(maxBytes + 1);
      if (bytes.length > maxBytes && maxBytes > 0) {
        throw tooLarge(maxBytes);
      }
      return bytes;
    }
  }

  private static Refusal tooLarge(int maxBytes) {
    // Closing spares us the rest of it.
    return Refusal.of(413, "too-large", "Too large", "a body has at most " + maxBytes + " bytes").with("Connection", "close");
  }
}

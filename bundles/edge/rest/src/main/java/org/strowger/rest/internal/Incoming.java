package org.strowger.rest.internal;

import java.io.IOException;
import java.io.InputStream;
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
import org.strowger.rest.door.Bodies;
import org.strowger.rest.door.UnsafeWay;
import org.strowger.rest.internal.json.JsonReader;

/** What a request brings, checked part by part. */
final class Incoming {

  static final String JSON = "application/json";
  /** RFC 7396: a null removes, or sets the initial value. What every PATCH means, whichever type it names. */
  static final String MERGE_PATCH = "application/merge-patch+json";
  static final String ACCEPT_PATCH = MERGE_PATCH + ", " + JSON;

  private final HttpServletRequest request;
  private final Bodies bodies;

  Incoming(HttpServletRequest request, Bodies bodies) {
    this.request = request;
    this.bodies = bodies;
  }

  void requireSafeWay() {
    UnsafeWay.of(request.isSecure(), request.getLocalAddr(), request::getHeader).ifPresent(unsafe -> {
      throw switch (unsafe) {
        case NEEDS_HTTPS -> Refusal.of(403, "needs-https", "Needs HTTPS", unsafe.detail());
        case OTHER_SITE -> Refusal.of(403, "cross-site", "Not from another site", unsafe.detail());
      };
    });
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
    boolean patches = endpoint.method().equals("PATCH");
    String bare = type.replaceFirst(";charset=utf-8$", "");
    if (!bare.equals(JSON) && !(patches && bare.equals(MERGE_PATCH))) {
      Refusal refusal = Refusal.of(415, "unsupported-media-type", "Not this kind of body", "a body is " + (patches ? MERGE_PATCH + " or " : "") + JSON + ", in UTF-8");
      throw patches ? refusal.with("Accept-Patch", ACCEPT_PATCH) : refusal;
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
      byte[] bytes = bodies.read(in, maxBytes);
      if (bytes.length > maxBytes && maxBytes > 0) {
        throw tooLarge(maxBytes);
      }
      return bytes;
    } catch (Bodies.Late e) {
      throw Refusal.of(408, "too-slow", "Too slow", e.getMessage()).with("Connection", "close");
    }
  }

  private static Refusal tooLarge(int maxBytes) {
    // Closing spares us the rest of it.
    return Refusal.of(413, "too-large", "Too large", "a body has at most " + maxBytes + " bytes").with("Connection", "close");
  }
}

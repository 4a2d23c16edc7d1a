package org.strowger.rest.internal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.strowger.kernel.ErrorCode;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.Violation;

/** A request that is not served, as problem+json (RFC 9457) says it. Thrown inside the door, never out of it. */
final class Refusal extends RuntimeException {

  private static final String TYPES = "urn:strowger:problem:";
  private static final int TRY_AGAIN_SECONDS = 2;

  private final int status;
  private final String type;
  private final String title;
  private final transient List<Violation> violations;
  private final transient Map<String, String> headers;
  private final transient Map<String, Object> extra;

  private Refusal(int status, String type, String title, String detail, List<Violation> violations, Map<String, String> headers, Map<String, Object> extra) {
    super(detail, null, false, false);
    this.status = status;
    this.type = type;
    this.title = title;
    this.violations = violations;
    this.headers = headers;
    this.extra = extra;
  }

  static Refusal of(int status, String type, String title, String detail) {
    return new Refusal(status, type, title, detail, List.of(), Map.of(), Map.of());
  }

  static Refusal of(StrowgerException e) {
    List<Violation> violations = e instanceof InvalidInput invalid ? invalid.violations() : List.of();
    Map<String, String> headers = e.code() == ErrorCode.UNAVAILABLE ? Map.of("Retry-After", Integer.toString(TRY_AGAIN_SECONDS)) : Map.of();
    return new Refusal(status(e.code()), e.code().name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'), title(e.code()), e.getMessage(), violations, headers, Map.of());
  }

  static Refusal invalid(String field, String value, String rule) {
    return of(new InvalidInput(field, value, rule));
  }

  static Refusal notFound(String path) {
    return of(404, "not-found", "Not found", "there is nothing at " + path + "; /api/v1 lists what there is");
  }

  static Refusal methodNotAllowed(String method, String allowed) {
    return of(405, "method-not-allowed", "Method not allowed", method + " is not for this path; allowed are " + allowed).with("Allow", allowed);
  }

  static Refusal unauthorized() {
    return of(401, "unauthorized", "Log in", "needs a user and password (Basic) or a token (Bearer); the credentials are missing or not accepted")
        .with("WWW-Authenticate", "Basic realm=\"strowger\", charset=\"UTF-8\"");
  }

  static Refusal busy(String detail) {
    return of(503, "unavailable", "Not available now", detail).with("Retry-After", Integer.toString(TRY_AGAIN_SECONDS));
  }

  /** @param incident stands in the log beside the stack trace */
  static Refusal unexpected(String incident) {
    return new Refusal(500, "unexpected", "Something is wrong in the switch", "the switch's log has the reason under incident " + incident, List.of(), Map.of(),
        Map.of("incident", incident));
  }

  Refusal with(String header, String value) {
    var more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new Refusal(status, type, title, getMessage(), violations, more, extra);
  }

  int status() {
    return status;
  }

  Map<String, String> headers() {
    return headers;
  }

  Map<String, Object> problem() {
    var problem = new LinkedHashMap<String, Object>();
    problem.put("type", TYPES + type);
    problem.put("title", title);
    problem.put("status", (long) status);
    problem.put("detail", getMessage());
    if (!violations.isEmpty()) {
      problem.put("violations", violations.stream().map(Refusal::plain).toList());
    }
    problem.putAll(extra);
    return problem;
  }

  private static Map<String, Object> plain(Violation violation) {
    var plain = new LinkedHashMap<String, Object>();
    plain.put("field", violation.field());
    plain.put("value", violation.value());
    plain.put("rule", violation.rule());
    return plain;
  }

  private static int status(ErrorCode code) {
    return switch (code) {
      case INVALID -> 400;
      case FORBIDDEN -> 403;
      case NOT_FOUND -> 404;
      case DUPLICATE, CONFLICT -> 409;
      case UNAVAILABLE -> 503;
    };
  }

  private static String title(ErrorCode code) {
    return switch (code) {
      case INVALID -> "Input breaks a rule";
      case FORBIDDEN -> "Not allowed";
      case NOT_FOUND -> "Not found";
      case DUPLICATE -> "Already there";
      case CONFLICT -> "Not in this state";
      case UNAVAILABLE -> "Not available now";
    };
  }
}

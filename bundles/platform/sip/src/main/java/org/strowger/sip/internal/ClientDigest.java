package org.strowger.sip.internal;

import gov.nist.javax.sip.header.AuthenticationHeader;
import gov.nist.javax.sip.parser.WWWAuthenticateParser;
import java.security.SecureRandom;
import java.text.ParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.strowger.sip.api.OutgoingRequest.Login;

/**
 * Answers the challenges that one request gets on its way, with the login that a carrier gave us. Who challenges is told apart by header
 * and realm, and every further attempt holds an answer for each of them (RFC 3261 22.3): first a proxy asks, then the gateway behind it.
 * Threads: none, whoever uses it sees to that.
 */
final class ClientDigest {

  /** One who only ever finds our nonce too old gets this many answers. */
  private static final int MOST_OF_ONE = 2;
  /** A proxy and the gateway behind it, each of which may find its nonce too old. */
  private static final int MOST_ATTEMPTS = 4;
  private static final SecureRandom RANDOM = new SecureRandom();

  /** Who challenges, and what was answered. */
  private static final class Challenger {
    private AuthenticationHeader header;
    private boolean proxy;
    private String nonce = "";
    private int answers;
    /** Attempts with this nonce. */
    private int count;
  }

  private final Login login;
  private final String method;
  private final String uri;
  private final Map<String, Challenger> challengers = new LinkedHashMap<>();
  private int attempts;

  ClientDigest(Login login, String method, String uri) {
    this.login = login;
    this.method = method;
    this.uri = uri;
  }

  /**
   * @param challenges as read: W or P, then the value. Of each challenger the first that we can answer is taken
   *     (RFC 8760 2.4: the server's order)
   * @return the header lines of the next attempt, whole, with CRLF; empty if there is to be none: nothing that we can answer, an answer of ours
   *     that was refused, or too many
   */
  Optional<String> answer(List<String> challenges) {
    Map<String, Challenger> asking = read(challenges);
    if (asking.isEmpty() || attempts == MOST_ATTEMPTS) {
      return Optional.empty();
    }
    for (var one : asking.entrySet()) {
      Challenger before = challengers.get(one.getKey());
      Challenger now = one.getValue();
      if (before != null && (before.answers == MOST_OF_ONE || before.nonce.equals(now.nonce) || !isStale(now.header))) {
        return Optional.empty();
      }
      now.answers = before == null ? 1 : before.answers + 1;
    }
    attempts++;
    challengers.putAll(asking);
    var lines = new StringBuilder(300);
    challengers.values().forEach(one -> line(one, lines));
    return Optional.of(lines.toString());
  }

  private static Map<String, Challenger> read(List<String> challenges) {
    var found = new LinkedHashMap<String, Challenger>();
    for (String challenge : challenges) {
      String value = challenge.substring(1);
      if (!value.regionMatches(true, 0, "Digest ", 0, 7)) {
        continue;
      }
      try {
        var one = new Challenger();
        one.header = (AuthenticationHeader) new WWWAuthenticateParser("WWW-Authenticate: " + value + "\n").parse();
        one.proxy = Character.toUpperCase(challenge.charAt(0)) == 'P';
        one.nonce = Digests.text(one.header, "nonce");
        String algorithm = algorithm(one.header);
        String qop = Digests.text(one.header, "qop");
        if ((algorithm.isEmpty() || algorithm.equals("MD5") || algorithm.equals("SHA-256")) && (qop.isEmpty() || hasAuth(one.header))) {
          found.putIfAbsent(one.proxy + Digests.text(one.header, "realm"), one);
        }
      } catch (ParseException | RuntimeException e) {
        // a challenge that cannot be read is one that cannot be answered
      }
    }
    return found;
  }

  private static String algorithm(AuthenticationHeader header) {
    return Digests.text(header, "algorithm").toUpperCase(Locale.ROOT);
  }

  private static boolean hasAuth(AuthenticationHeader header) {
    return List.of(Digests.text(header, "qop").toLowerCase(Locale.ROOT).split("[, ]+")).contains("auth");
  }

  /** Whether the server says that only the nonce was at fault. */
  private static boolean isStale(AuthenticationHeader header) {
    return Digests.text(header, "stale").replace("\"", "").trim().equalsIgnoreCase("true");
  }

  private void line(Challenger to, StringBuilder out) {
    AuthenticationHeader header = to.header;
    String given = algorithm(header);
    String algorithm = given.isEmpty() ? "MD5" : given;
    String qop = hasAuth(header) ? "auth" : "";
    String realm = Digests.text(header, "realm");
    String count = "%08x".formatted(++to.count);
    String cnonce = Long.toHexString(RANDOM.nextLong());
    String ha1 = Digests.hash(algorithm, login.username() + ":" + realm + ":" + login.password());
    String response = Digests.response(algorithm, ha1, to.nonce, count, cnonce, qop, method, uri);
    out.append(to.proxy ? "Proxy-Authorization" : "Authorization").append(": Digest ");
    quoted(out, "username", login.username().replace("\\", "\\\\").replace("\"", "\\\"")).append(", ");
    quoted(out, "realm", realm).append(", ");
    quoted(out, "nonce", to.nonce).append(", ");
    quoted(out, "uri", uri).append(", ");
    quoted(out, "response", response);
    if (!given.isEmpty()) {
      out.append(", algorithm=").append(algorithm);
    }
    if (!qop.isEmpty()) {
      out.append(", qop=auth, nc=").append(count).append(", cnonce=\"").append(cnonce).append('"');
    }
    String opaque = header.getParameter("opaque");
    if (opaque != null) {
      quoted(out.append(", "), "opaque", opaque);
    }
    out.append("\r\n");
  }

  private static StringBuilder quoted(StringBuilder out, String name, String value) {
    return out.append(name).append("=\"").append(Wire.oneLine(value)).append('"');
  }
}

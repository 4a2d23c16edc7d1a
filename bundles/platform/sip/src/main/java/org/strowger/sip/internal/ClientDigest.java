package org.strowger.sip.internal;

import gov.nist.javax.sip.header.AuthenticationHeader;
import gov.nist.javax.sip.parser.WWWAuthenticateParser;
import java.security.SecureRandom;
import java.text.ParseException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.strowger.sip.api.OutgoingRequest.Login;

/** Answers a carrier's challenge with the login it gave us. */
final class ClientDigest {

  /** @param headerLine whole, with CRLF */
  record Reply(String nonce, String headerLine) {}

  private static final SecureRandom RANDOM = new SecureRandom();

  private ClientDigest() {}

  /**
   * @param challenges as read: W or P, then the value. The first that we can answer is taken
   *     (RFC 8760 2.4: the server's order)
   */
  static Optional<Reply> answer(List<String> challenges, Login login, String method, String uri) {
    for (String challenge : challenges) {
      String value = challenge.substring(1);
      if (!value.regionMatches(true, 0, "Digest ", 0, 7)) {
        continue;
      }
      try {
        var header = (AuthenticationHeader) new WWWAuthenticateParser("WWW-Authenticate: " + value + "\n").parse();
        String algorithm = text(header, "algorithm").toUpperCase(Locale.ROOT);
        String qop = text(header, "qop").toLowerCase(Locale.ROOT);
        boolean auth = List.of(qop.split("[, ]+")).contains("auth");
        if ((algorithm.isEmpty() || algorithm.equals("MD5") || algorithm.equals("SHA-256")) && (qop.isEmpty() || auth)) {
          boolean proxy = Character.toUpperCase(challenge.charAt(0)) == 'P';
          return Optional.of(reply(header, proxy, algorithm, auth ? "auth" : "", login, method, uri));
        }
      } catch (ParseException | RuntimeException e) {
        // a challenge that cannot be read is one that cannot be answered
      }
    }
    return Optional.empty();
  }

  /** Whether the server says that only the nonce was at fault. */
  static boolean isStale(List<String> challenges) {
    return challenges.stream().anyMatch(challenge -> challenge.toLowerCase(Locale.ROOT).replace(" ", "").replace("\"", "").contains("stale=true"));
  }

  private static Reply reply(AuthenticationHeader header, boolean proxy, String given, String qop, Login login, String method, String uri) {
    String algorithm = given.isEmpty() ? "MD5" : given;
    String realm = text(header, "realm");
    String nonce = text(header, "nonce");
    String cnonce = Long.toHexString(RANDOM.nextLong());
    String ha1 = Digests.hash(algorithm, login.username() + ":" + realm + ":" + login.password());
    String response = Digests.response(algorithm, ha1, nonce, "00000001", cnonce, qop, method, uri);
    var out = new StringBuilder(300).append(proxy ? "Proxy-Authorization" : "Authorization").append(": Digest ");
    quoted(out, "username", login.username().replace("\\", "\\\\").replace("\"", "\\\"")).append(", ");
    quoted(out, "realm", realm).append(", ");
    quoted(out, "nonce", nonce).append(", ");
    quoted(out, "uri", uri).append(", ");
    quoted(out, "response", response);
    if (!given.isEmpty()) {
      out.append(", algorithm=").append(algorithm);
    }
    if (!qop.isEmpty()) {
      out.append(", qop=auth, nc=00000001, cnonce=\"").append(cnonce).append('"');
    }
    String opaque = header.getParameter("opaque");
    if (opaque != null) {
      quoted(out.append(", "), "opaque", opaque);
    }
    return new Reply(nonce, out.append("\r\n").toString());
  }

  private static StringBuilder quoted(StringBuilder out, String name, String value) {
    return out.append(name).append("=\"").append(Wire.oneLine(value)).append('"');
  }

  private static String text(AuthenticationHeader header, String name) {
    String value = header.getParameter(name);
    return value == null ? "" : value.trim();
  }
}

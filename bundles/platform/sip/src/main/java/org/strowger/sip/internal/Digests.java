package org.strowger.sip.internal;

import gov.nist.javax.sip.header.AuthenticationHeader;
import gov.nist.javax.sip.parser.AuthorizationParser;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.ParseException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.strowger.kernel.InvalidInput;
import org.strowger.sip.api.DigestCredentials;
import org.strowger.sip.api.SipDigest;
import org.strowger.sip.api.SipHeaders;
import org.strowger.sip.api.SipUri;

/** The server's side of digest authentication (RFC 3261 22, RFC 7616, RFC 8760). */
final class Digests implements SipDigest {

  /**
   * What a request's Authorization headers came to.
   *
   * @param elsewhere whether the credentials name another user than the Request-URI does
   */
  record Presented(Optional<DigestCredentials> credentials, boolean stale, boolean elsewhere) {
    static final Presented NOTHING = new Presented(Optional.empty(), false, false);
  }

  private final String realm;
  private final List<String> algorithms;
  private final List<String> firstOnly;
  private final Nonces nonces;

  /** @param firstOnly beginnings of User-Agent that are offered the first algorithm alone */
  Digests(String realm, List<String> algorithms, List<String> firstOnly, Nonces nonces) {
    this.realm = realm;
    this.algorithms = algorithms;
    this.firstOnly = firstOnly;
    this.nonces = nonces;
  }

  @Override
  public String realm() {
    return realm;
  }

  /** Whether a peer gives up when it is offered an algorithm it does not know, even behind one it does. */
  boolean takesFirstOnly(SipHeaders headers) {
    if (firstOnly.isEmpty() || algorithms.size() == 1) {
      return false;
    }
    String agent = headers.first("User-Agent").orElse("");
    return firstOnly.stream().anyMatch(agent::startsWith);
  }

  /** Header lines that challenge this source, one per algorithm in the configured order. */
  String challenge(String source, boolean onlyFirst, boolean stale) {
    String nonce = nonces.make(source);
    var out = new StringBuilder(300);
    for (String algorithm : onlyFirst ? algorithms.subList(0, 1) : algorithms) {
      out.append("WWW-Authenticate: Digest realm=\"").append(realm).append("\", nonce=\"").append(nonce).append("\", algorithm=").append(algorithm).append(", qop=\"auth\"");
      out.append(stale ? ", stale=true\r\n" : "\r\n");
    }
    return out.toString();
  }

  /** Finds credentials for our realm with a fresh nonce of ours; rather those that were made for {@code uri}. */
  Presented read(Incoming request, SipUri uri) {
    boolean stale = false;
    Optional<DigestCredentials> elsewhere = Optional.empty();
    for (String value : request.authorizations) {
      if (!value.regionMatches(true, 0, "Digest ", 0, 7)) {
        continue;
      }
      AuthenticationHeader header;
      try {
        header = (AuthenticationHeader) new AuthorizationParser("Authorization: " + value + "\n").parse();
      } catch (ParseException | RuntimeException e) {
        continue;
      }
      String nonce = text(header, "nonce");
      if (!realm.equals(text(header, "realm")) || nonce.isEmpty()) {
        continue;
      }
      switch (nonces.age(nonce, request.flow.remote().host())) {
        case STALE -> stale = true;
        case FRESH -> {
          var read = credentials(header, nonce, request.method);
          if (read.isPresent() && sameUser(read.get().uri(), uri)) {
            return new Presented(read, false, false);
          }
          elsewhere = elsewhere.or(() -> read);
        }
        case FOREIGN -> { }
      }
    }
    if (elsewhere.isPresent()) {
      return new Presented(elsewhere, false, true);
    }
    return stale ? new Presented(Optional.empty(), true, false) : Presented.NOTHING;
  }

  private Optional<DigestCredentials> credentials(AuthenticationHeader header, String nonce, String method) {
    String algorithm = text(header, "algorithm").toUpperCase(Locale.ROOT);
    algorithm = algorithm.isEmpty() ? "MD5" : algorithm;
    String qop = text(header, "qop");
    String ncText = text(header, "nc");
    long nc = qop.isEmpty() ? 0 : hex(ncText);
    boolean usable = algorithms.contains(algorithm)
        && (qop.isEmpty() || (qop.equalsIgnoreCase("auth") && nc > 0 && !text(header, "cnonce").isEmpty()))
        && !text(header, "username").isEmpty()
        && !text(header, "uri").isEmpty();
    return usable
        ? Optional.of(new DigestCredentials(
            text(header, "username"), realm, nonce, text(header, "uri"), text(header, "response").toLowerCase(Locale.ROOT), algorithm, qop, nc, ncText, text(header, "cnonce"), method))
        : Optional.empty();
  }

  static String text(AuthenticationHeader header, String name) {
    String value = header.getParameter(name);
    return value == null ? "" : value.trim();
  }

  private static long hex(String text) {
    try {
      return text.isEmpty() || text.length() > 8 ? -1 : Long.parseLong(text, 16);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  /**
   * Whether credentials made for {@code given} name whom a request to {@code uri} is for. Hosts are not compared: on its
   * way to us a request may be given another one (RFC 3261 22.4). A client may name the server only (sipp and some phones do,
   * and sipp writes an IPv6 address so that it can't be read).
   */
  private static boolean sameUser(String given, SipUri uri) {
    if (given.equals(uri.toString())) {
      return true;
    }
    try {
      SipUri read = SipUri.parse(given);
      return read.user().isEmpty() || read.user().equals(uri.user());
    } catch (InvalidInput e) {
      return given.indexOf('@') < 0;
    }
  }

  @Override
  public Outcome check(DigestCredentials given, Ha1 secrets) {
    String ha1 = given.algorithm().equals("SHA-256") ? secrets.sha256() : secrets.md5();
    String expected = response(given.algorithm(), ha1, given.nonce(), given.ncText(), given.cnonce(), given.qop(), given.method(), given.uri());
    boolean right = MessageDigest.isEqual(expected.getBytes(StandardCharsets.US_ASCII), given.response().getBytes(StandardCharsets.UTF_8));
    if (!right) {
      return Outcome.WRONG;
    }
    return nonces.use(given.nonce(), given.nc()) ? Outcome.OK : Outcome.REPLAY;
  }

  /** Whether these very credentials were accepted before: then a new challenge is no reproach. */
  boolean isUsed(DigestCredentials given) {
    return nonces.isUsed(given.nonce(), given.nc());
  }

  /** The {@code response} of RFC 7616 3.4.1, without qop that of RFC 2069. */
  static String response(String algorithm, String ha1, String nonce, String ncText, String cnonce, String qop, String method, String uri) {
    String ha2 = hash(algorithm, method + ":" + uri);
    return qop.isEmpty()
        ? hash(algorithm, ha1 + ":" + nonce + ":" + ha2)
        : hash(algorithm, ha1 + ":" + nonce + ":" + ncText + ":" + cnonce + ":" + qop + ":" + ha2);
  }

  /** Lower-case hex. */
  static String hash(String algorithm, String text) {
    try {
      byte[] hash = MessageDigest.getInstance(algorithm).digest(text.getBytes(StandardCharsets.UTF_8));
      return java.util.HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has " + algorithm, e);
    }
  }
}

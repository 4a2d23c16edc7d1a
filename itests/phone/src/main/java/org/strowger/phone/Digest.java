package org.strowger.phone;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The arithmetic of digest authentication (RFC 2617, 7616, 8760) and its header grammar. */
public final class Digest {

  /** The hash functions of RFC 8760 that the phone knows. */
  public enum Algorithm {
    MD5("MD5"), SHA_256("SHA-256");

    private final String token;

    Algorithm(String token) {
      this.token = token;
    }

    /** As it stands in the header. */
    public String token() {
      return token;
    }

    static Algorithm of(String token) {
      for (Algorithm algorithm : values()) {
        if (algorithm.token.equalsIgnoreCase(token)) {
          return algorithm;
        }
      }
      return null;
    }
  }

  /**
   * A challenge.
   *
   * @param header Authorization or Proxy-Authorization, where the answer goes
   * @param algorithm null when it is one the phone does not know
   * @param qop true when {@code auth} is offered
   */
  public record Challenge(String header, String realm, String nonce, Algorithm algorithm, boolean qop, String opaque, boolean stale) {

    /** The challenges of a 401 or 407 in their order. */
    public static List<Challenge> of(SipMessage response) {
      boolean proxy = response.status() == 407;
      return response.headers(proxy ? "Proxy-Authenticate" : "WWW-Authenticate").stream()
          .filter(value -> value.regionMatches(true, 0, "Digest ", 0, 7))
          .map(value -> parse(proxy ? "Proxy-Authorization" : "Authorization", value)).toList();
    }

    private static Challenge parse(String header, String value) {
      Map<String, String> params = Digest.params(value);
      String algorithm = params.getOrDefault("algorithm", "MD5");
      boolean qop = List.of(params.getOrDefault("qop", "").split("\\s*,\\s*")).contains("auth");
      return new Challenge(header, params.getOrDefault("realm", ""), params.getOrDefault("nonce", ""), Algorithm.of(algorithm), qop,
          params.get("opaque"), params.getOrDefault("stale", "false").equalsIgnoreCase("true"));
    }
  }

  private Digest() {}

  /** The parameters of an Authorization or Authenticate value, by lower-case name, without quotes. */
  public static Map<String, String> params(String value) {
    return Params.parse(Params.split(value.substring(value.indexOf(' ') + 1), ','));
  }

  public static String hash(Algorithm algorithm, String text) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm.token()).digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + algorithm.token(), e);
    }
  }

  /**
   * The response value.
   *
   * @param nc eight hex digits; null for the form without qop (RFC 2069)
   */
  public static String response(Algorithm algorithm, String user, String realm, String password, String method, String uri,
      String nonce, String nc, String cnonce) {
    String ha1 = hash(algorithm, user + ":" + realm + ":" + password);
    String ha2 = hash(algorithm, method + ":" + uri);
    return nc == null ? hash(algorithm, ha1 + ":" + nonce + ":" + ha2)
        : hash(algorithm, ha1 + ":" + nonce + ":" + nc + ":" + cnonce + ":auth:" + ha2);
  }

  /** The value of an Authorization header that answers a challenge. */
  public static String authorization(Challenge challenge, String user, String password, String method, String uri, long count,
      String cnonce) {
    String nc = challenge.qop() ? String.format("%08x", count) : null;
    var quoted = new LinkedHashMap<String, String>();
    quoted.put("username", user);
    quoted.put("realm", challenge.realm());
    quoted.put("nonce", challenge.nonce());
    quoted.put("uri", uri);
    quoted.put("response", response(challenge.algorithm(), user, challenge.realm(), password, method, uri, challenge.nonce(), nc, cnonce));
    if (challenge.opaque() != null) {
      quoted.put("opaque", challenge.opaque());
    }
    if (nc != null) {
      quoted.put("cnonce", cnonce);
    }
    var text = new StringBuilder("Digest ");
    quoted.forEach((name, value) -> text.append(name).append("=\"").append(value.replace("\\", "\\\\").replace("\"", "\\\"")).append("\", "));
    text.append("algorithm=").append(challenge.algorithm().token());
    return nc == null ? text.toString() : text.append(", qop=auth, nc=").append(nc).toString();
  }
}

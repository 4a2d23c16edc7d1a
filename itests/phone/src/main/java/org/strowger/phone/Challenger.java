package org.strowger.phone;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * The server's side of digest, for a phone that plays a carrier or a registrar. Strict: (nonce, nc) counts once, the uri must be
 * the Request-URI. Thread-safe.
 */
public final class Challenger {

  private static final int MAX_NONCES = 100_000;

  private final int status;
  private final String realm;
  private final List<Digest.Algorithm> algorithms;
  private final Map<String, String> passwords = new HashMap<>();
  private final Map<String, Set<String>> nonces = new HashMap<>();
  private boolean stale;
  private long refused;

  /** @param status 401 or 407 */
  public Challenger(int status, String realm, List<Digest.Algorithm> algorithms) {
    if (status != 401 && status != 407) {
      throw new IllegalArgumentException("a challenge is 401 or 407, not " + status);
    }
    this.status = status;
    this.realm = realm;
    this.algorithms = List.copyOf(algorithms);
  }

  /** Knows this user. */
  public synchronized Challenger user(String name, String password) {
    passwords.put(name, password);
    return this;
  }

  /** Forgets every nonce: their next use is answered with {@code stale=true}. */
  public synchronized void expireNonces() {
    nonces.clear();
    stale = true;
  }

  /** How many requests with credentials were refused. */
  public synchronized long refused() {
    return refused;
  }

  int status() {
    return status;
  }

  /** True when the request carries good credentials that were not used before. */
  synchronized boolean accepts(SipMessage request) {
    String header = status == 407 ? "Proxy-Authorization" : "Authorization";
    for (String value : request.headers(header)) {
      Map<String, String> given = Digest.params(value);
      if (given.getOrDefault("realm", "").equals(realm)) {
        boolean good = good(given, request);
        refused += good ? 0 : 1;
        return good;
      }
    }
    return false;
  }

  private boolean good(Map<String, String> given, SipMessage request) {
    Digest.Algorithm algorithm = Digest.Algorithm.of(given.getOrDefault("algorithm", "MD5"));
    String password = passwords.get(given.getOrDefault("username", ""));
    String nonce = given.getOrDefault("nonce", "");
    String nc = given.get("nc");
    if (!algorithms.contains(algorithm) || password == null || !request.uri().equals(given.get("uri"))) {
      return false;
    }
    Set<String> used = nonces.get(nonce);
    String expected = Digest.response(algorithm, given.get("username"), realm, password, request.method(), request.uri(), nonce, nc,
        given.get("cnonce"));
    return used != null && expected.equals(given.get("response")) && used.add(nc == null ? "" : nc);
  }

  /** Adds the challenge headers. */
  synchronized SipMessage challenge(SipMessage response) {
    if (nonces.size() > MAX_NONCES) {
      nonces.clear();
    }
    SipMessage challenged = response;
    for (Digest.Algorithm algorithm : algorithms) {
      String nonce = UUID.randomUUID().toString();
      nonces.put(nonce, new HashSet<>());
      challenged = challenged.with(status == 407 ? "Proxy-Authenticate" : "WWW-Authenticate", "Digest realm=\"" + realm + "\", nonce=\""
          + nonce + "\", algorithm=" + algorithm.token() + ", qop=\"auth\"" + (stale ? ", stale=true" : ""));
    }
    stale = false;
    return challenged;
  }
}

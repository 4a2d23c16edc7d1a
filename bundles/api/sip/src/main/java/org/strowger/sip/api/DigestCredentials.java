package org.strowger.sip.api;

/**
 * An Authorization or Proxy-Authorization for our realm whose nonce is ours and fresh. Whether the
 * response is right is asked of {@link SipDigest}.
 *
 * @param algorithm as offered: {@code MD5} or {@code SHA-256}
 * @param nc nonce count, 0 if the client sent no qop
 */
public record DigestCredentials(
    String username, String realm, String nonce, String uri, String response, String algorithm, String qop, long nc, String ncText, String cnonce, String method) {

  /** Never prints the response. */
  @Override
  public String toString() {
    return "digest of " + username;
  }
}

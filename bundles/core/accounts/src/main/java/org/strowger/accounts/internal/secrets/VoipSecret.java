package org.strowger.accounts.internal.secrets;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A VoIP password with H(login:realm:password) in both algorithms of RFC 8760, lower-case hex.
 *
 * @param realm empty if it was not known when the password was set
 */
public record VoipSecret(String login, String realm, String password, String ha1Md5, String ha1Sha256) {

  public static VoipSecret of(String login, String realm, String password) {
    String a1 = login + ":" + realm + ":" + password;
    return new VoipSecret(login, realm, password, hash("MD5", a1), hash("SHA-256", a1));
  }

  /** This, if it is of that login and realm; else made anew for them. */
  public VoipSecret matching(String otherLogin, String otherRealm) {
    return login.equals(otherLogin) && realm.equals(otherRealm) ? this : of(otherLogin, otherRealm, password);
  }

  private static String hash(String algorithm, String text) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Never prints a secret. */
  @Override
  public String toString() {
    return "secret of " + login;
  }
}

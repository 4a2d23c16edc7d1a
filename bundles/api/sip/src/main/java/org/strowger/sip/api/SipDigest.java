package org.strowger.sip.api;

import java.security.SecureRandom;
import java.util.HexFormat;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Digest arithmetic of RFC 8760 / RFC 7616 over credentials that {@link SipStack} has let through.
 * Compares in constant time. Threads: any; does not block.
 */
@ProviderType
public interface SipDigest {

  /** One realm for the whole switch. */
  String realm();

  /**
   * Checks a response and, if it is right, remembers its (nonce, nc) until the nonce dies.
   *
   * @param secrets of the user; for an unknown user pass {@link Ha1#NOBODY}, so that the answer takes
   *     the same time
   */
  Outcome check(DigestCredentials credentials, Ha1 secrets);

  /** What a check found. */
  enum Outcome {
    OK,
    /** Wrong password, unknown user. */
    WRONG,
    /** Right, but this nonce and count were used before. */
    REPLAY
  }

  /**
   * H(user:realm:password) in lower-case hex for both algorithms. A secret: never printed.
   */
  record Ha1(String md5, String sha256) {

    /** Matches nothing: drawn at each start, for whoever knew it could answer a challenge with it, and see from a stale one who does not exist. */
    public static final Ha1 NOBODY = new Ha1(drawn(16), drawn(32));

    private static String drawn(int bytes) {
      byte[] drawn = new byte[bytes];
      new SecureRandom().nextBytes(drawn);
      return HexFormat.of().formatHex(drawn);
    }

    @Override
    public String toString() {
      return "(secret)";
    }
  }
}

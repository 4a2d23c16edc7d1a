package org.strowger.rest.api;

import java.time.Instant;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** Tokens that programs log in with instead of a password. Threads: any. */
@ProviderType
public interface Tokens {

  /** A token, without its secret. */
  record Token(String name, Role role, Instant created) {}

  /**
   * Makes one. Only its hash is kept, so this is the one time it is shown.
   *
   * @param name 1 to 64 letters, digits, {@code . _ -}
   * @return the secret, at least 256 random bits
   * @throws org.strowger.kernel.StrowgerException if the name is no name, or taken
   */
  String create(String name, Role role);

  /** By name. */
  List<Token> list();

  /**
   * From now on it is refused.
   *
   * @throws org.strowger.kernel.StrowgerException if there is none of that name
   */
  void revoke(String name);
}

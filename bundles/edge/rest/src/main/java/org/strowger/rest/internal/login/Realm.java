package org.strowger.rest.internal.login;

import java.util.Optional;
import java.util.Set;

/** A store of users, passwords and roles. */
interface Realm {

  /**
   * As slow as the passwords' hashes are.
   *
   * @return names of the user's roles; empty if the user is unknown or the password wrong
   * @throws org.strowger.kernel.Unavailable if it can't be told now
   */
  Optional<Set<String>> roles(String name, char[] password);

  /** What the files of users are now: as long as it is equal, so are the answers, as far as they come from files. Quick. */
  default Object edition() {
    return "";
  }
}

package org.strowger.rest.internal.login;

import java.util.Optional;
import java.util.Set;

/** A store of users, passwords and roles. */
interface Realm {

  /** @return names of the user's roles; empty if the user is unknown or the password wrong */
  Optional<Set<String>> roles(String name, char[] password);
}

package org.strowger.rest.api;

import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The one place where people and programs prove who they are: the same users, passwords and tokens for
 * REST, SOAP and the shell. Threads: any; a password check may take a tenth of a second.
 */
@ProviderType
public interface Login {

  /** @return empty for an unknown user, a wrong password or a user without a role, indistinguishable, in time too */
  Optional<Caller> byPassword(String name, char[] password);

  /** A token made by {@code switch:token-create}, kept only as its hash. */
  Optional<Caller> byToken(String token);
}

package org.strowger.rest.api;

import java.time.Duration;
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

  /**
   * What an HTTP door asks: {@code Basic} or {@code Bearer} of RFC 7617 and RFC 6750, with wrong passwords
   * counted per source.
   *
   * @param authorization value of the header; null if there was none
   * @param source address of the peer, without its port
   */
  Answer byAuthorization(String authorization, String source);

  /** What came of it. */
  sealed interface Answer {

    /** It is this caller. */
    record Granted(Caller caller) implements Answer {}

    /** No credentials, or not ones we accept. */
    record Refused() implements Answer {}

    /** Too many wrong passwords came from there; nothing was checked. */
    record TooMany(Duration retryAfter) implements Answer {}
  }
}

package org.strowger.calls.api;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.strowger.kernel.AccountId;

/**
 * One thing a policy wants of a call. Data only: core/calls applies it, {@code call:simulate} only
 * shows it.
 */
public sealed interface Change {

  /** IDENTIFY: this account is calling. */
  record Caller(AccountId account) implements Change {}

  /** The caller's number from here on (in PRESENT: for this leg). */
  record Cli(String number) implements Change {}

  /** The dialled number from here on (in PRESENT: for this leg). */
  record Cld(String number) implements Change {}

  /** The display name of From from here on. */
  record DisplayName(String name) implements Change {}

  /** PRESENT: From becomes anonymous (RFC 3323), with {@code Privacy: id}. */
  record HideCaller() implements Change {}

  /** PRESENT: this peer is told in P-Asserted-Identity (RFC 3325) that {@code number} calls, whatever From says. Only for peers that are trusted with it. Since 1.1. */
  record AssertIdentity(String number) implements Change {}

  /** PRESENT: a header for this leg; only P-Asserted-Identity, Privacy, Diversion, History-Info, Reason, Alert-Info, User-to-User and X-… pass. */
  record Header(String name, String value) implements Change {}

  /** The call is cut after this long at the latest; the least of all wins. */
  record MaxDuration(Duration limit) implements Change {}

  /** How much the call needs a media relay. */
  record Media(Need need) implements Change {
    public enum Need { NEVER, WHEN_NECESSARY, ALWAYS }
  }

  /** A word later policies can ask for, and traces show. */
  record Tag(String word) implements Change {}

  /** One of {@code limit} slots under a key, freed when the call ends, whatever becomes of the plugin; refused with {@code otherwise} when none is free. */
  record Hold(String key, int limit, SipStatus otherwise) implements Change {}

  /**
   * One token of a bucket of {@code burst}, refilled by {@code perSecond} (exact decimal); refused with {@code otherwise} when empty. It is full again within
   * 31 days ({@link Sense#LONGEST_LIMIT}). The switch keeps 100,000 keys of a policy, of Take and Once together, and 200,000 in all, until their time is over; past that the policy's
   * failure policy answers for a new one.
   */
  record Take(String key, java.math.BigDecimal perSecond, int burst, SipStatus otherwise) implements Change {}

  /**
   * This key may be used once until {@code until}; refused with {@code otherwise} after the first; 31 days ahead at most ({@link Sense#LONGEST_LIMIT}). Keys are bounded as
   * {@link Take}'s are, and forgotten at a restart.
   */
  record Once(String key, Instant until, SipStatus otherwise) implements Change {}

  /** ROUTE, RECOVER: legs to try after those there are. */
  record Legs(List<Leg> legs) implements Change {
    public Legs {
      legs = List.copyOf(legs);
    }
  }
}

package org.strowger.billing.api;

import java.time.Instant;
import org.strowger.kernel.AccountId;
import org.strowger.kernel.CallId;
import org.strowger.kernel.CarrierId;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.data.Instants;
import org.strowger.kernel.data.Setting;

/**
 * Which CDRs, newest first; spec B.10. Everything optional; {@code cli} and {@code cld} are values after translation,
 * {@code account} and {@code carrier} who paid or was owed, or who made or got a call that nobody could be found to pay for.
 */
public record CdrQuery(
    @Setting(optional = true) AccountId account,
    @Setting(optional = true) CarrierId carrier,
    @Setting(optional = true) CallId call,
    @Setting(optional = true) String cli,
    @Setting(optional = true) String cld,
    @Setting(optional = true, help = "Inclusive; absent: an hour ago, or ever if a call is named.") Instant from,
    @Setting(optional = true, help = "Exclusive.") Instant until,
    @Setting(initial = "ALL") Filter type,
    @Setting(initial = "0", min = 0) int offset,
    @Setting(initial = "50", min = 1, max = 1000) int limit) {

  public CdrQuery {
    Instants.sound("from", from);
    Instants.sound("until", until);
    if (from != null && until != null && until.isBefore(from)) {
      throw new InvalidInput("until", until, "is not before from, which is " + from);
    }
  }

  /**
   * Spec B.10, with ours as default: all. COMPLETE: answered, INCOMPLETE: not answered; NON_ZERO: answered and longer than
   * nothing; ERRORS: failed otherwise than by nobody's fault (404, 408, 480, 486, 487, 600, 603).
   */
  public enum Filter { ALL, NON_ZERO_AND_ERRORS, NON_ZERO, COMPLETE, INCOMPLETE, ERRORS }

  public static CdrQuery ofCall(CallId call) {
    return new CdrQuery(null, null, call, null, null, null, null, Filter.ALL, 0, 1000);
  }
}

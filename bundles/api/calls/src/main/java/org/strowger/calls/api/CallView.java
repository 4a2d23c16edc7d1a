package org.strowger.calls.api;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.strowger.accounts.api.Account;
import org.strowger.kernel.CallId;
import org.strowger.sip.api.Flow;
import org.strowger.sip.api.NameAddr;
import org.strowger.sip.api.SipHeaders;

/**
 * A call as a policy sees it, at the moment it is asked. Immutable.
 *
 * @param cliIn number of the caller as received: user part of From
 * @param cldIn number dialled as received: user part of the Request-URI
 * @param cli as earlier policies left it
 * @param cld as earlier policies left it
 * @param displayName of From, as earlier policies left it
 * @param from as received
 * @param headers as received
 * @param callingAccount account that calls; empty before IDENTIFY and for calls from outside
 * @param callee account that is called, in SCREEN of the callee and for on-net legs
 * @param leg that is tried (PRESENT) or failed (RECOVER)
 * @param failure of that leg, in RECOVER
 * @param legsLeft that are still to be tried, in RECOVER
 * @param digestUser user name whose digest was right; empty if there was none
 * @param at wall clock when the INVITE arrived
 * @param simulated nothing of this call ever happens
 */
public record CallView(
    CallId id,
    Instant at,
    Flow flow,
    String cliIn,
    String cldIn,
    String cli,
    String cld,
    String displayName,
    NameAddr from,
    SipHeaders headers,
    Optional<Account> callingAccount,
    Optional<Account> callee,
    Optional<String> digestUser,
    Optional<Leg> leg,
    Optional<LegFailure> failure,
    List<Leg> legsLeft,
    Set<String> tags,
    boolean simulated) {

  /** @throws java.util.NoSuchElementException before IDENTIFY found one */
  public Account caller() {
    return callingAccount.orElseThrow();
  }

  /** Why a leg did not connect. @param status from the peer, or 408 for silence, 503 for no connection */
  public record LegFailure(int status, String reason) {}
}

package org.strowger.billing.api;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;
import org.strowger.kernel.CallId;

/**
 * Holds money for calls and charges them, exactly once. Available = balance + credit limit − holds;
 * calls never take a limited payer below −credit limit. Holds live in memory on this node.
 *
 * <p>Threads: any; never blocks. Stages may be complete already, else they complete on the ledger's threads: hop back to the call's key.
 * A stage fails with {@link org.strowger.kernel.Unavailable} when the database is away.
 */
@ProviderType
public interface LedgerService {

  /**
   * Holds the first slice (10 s, spec B.6) for every payer, or nothing. Asked again for a call that is
   * not answered (the next carrier is tried) it replaces what the call holds. A call that costs no limited payer
   * anything is granted 7 days, the longest there is, at once; it is refused when balance + credit limit is below zero.
   */
  CompletionStage<Reservation> reserve(CallId call, List<Share> shares);

  /**
   * What {@link #reserve} would answer if it were asked now, and what it would hold; holds nothing and promises nothing.
   *
   * @param at when the call would be made: prices may depend on it, the balance is that of now
   */
  CompletionStage<FirstHold> firstHold(List<Share> shares, Instant at);

  /**
   * Holds the next slice: 20, 40, 80 … s, up to max(200 s, ACD); what the money pays for, if less: then {@code last} is
   * true, and {@code total} may be what it was. Fails with NOT_FOUND for a call that holds nothing.
   */
  CompletionStage<Reservation> extend(CallId call);

  /**
   * Writes the journal row of an answered call. Complete with {@code Granted} = durable: only then pass the 200 on.
   * After a crash the row alone is enough to charge and record the call.
   *
   * <p>{@code Granted} is what counts from now on, instead of what {@link #reserve} granted: where prices depend on the time of day the money is
   * held anew, at the price of the moment of the answer, so it may be less (down to 1 s, {@code last} then) or more. {@code Refused}: a dearer hour began
   * while it rang and somebody's money does not pay for a second of it. Nothing is written and the call holds what it held: refuse it then, and settle
   * it as failed; nobody pays.
   *
   * <p>Fails with UNAVAILABLE when the database does not answer within 3 s (refuse the call then, and settle it as failed), NOT_FOUND for a call
   * that never reserved or is settled.
   *
   * <p>Once this was asked, the journal may take the call for answered: whoever ends it nevertheless settles it as failed first, and tells its sides when that is
   * complete. A crash would charge it until then.
   */
  CompletionStage<Reservation> answered(CallFacts call, Instant connectTime);

  /**
   * Charges every payer, frees the holds and writes a CDR for each, in one transaction, exactly once
   * per (call, payer): asked again it answers the same. For a failed call it writes CDRs of cost 0. Limited payers are
   * billed for no more than was granted. Fails with UNAVAILABLE when the database was away for 30 s; the ledger goes on
   * trying by itself, with the money held, so asking again is not necessary while it lives.
   *
   * @param shares of a call that never reserved; else empty
   */
  CompletionStage<Settlement> settle(CallFacts call, CallEnd end, List<Share> shares);

  /** Calls that hold money now. */
  List<Hold> holds();
}

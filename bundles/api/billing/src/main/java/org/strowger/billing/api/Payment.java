package org.strowger.billing.api;

import java.time.Instant;
import org.strowger.kernel.Money;
import org.strowger.kernel.PaymentId;

/**
 * A change of a balance other than by a call; spec A.9.
 *
 * @param amount positive; that of an OPENING may be negative
 * @param notes at most 256 characters, may be empty
 * @param by login of who did it
 * @param balanceAfter of the entity
 */
public record Payment(PaymentId id, Payer payer, Kind kind, Money amount, String notes, Instant time, String by, Money balanceAfter) {

  /** Debit lowers; credit (an adjustment) and funds (money received; for a carrier: paid to it) raise; opening is the balance at creation. */
  public enum Kind { DEBIT, CREDIT, FUNDS, OPENING }
}

package org.strowger.billing.api;

import java.time.Duration;
import java.util.List;
import org.strowger.kernel.Money;

/**
 * What a call would hold when it asks for its first slice (spec B.6), and whether its payers could afford it.
 *
 * @param answer what {@link LedgerService#reserve} would answer
 * @param slice what it would ask for
 * @param parts one per limited payer, in the order of locking; empty if one of them has no balance or is charged in another currency
 */
public record FirstHold(Reservation answer, Duration slice, List<Part> parts) {

  /**
   * @param amount what would be held; if the answer is a refusal: what would be needed
   * @param available balance + credit limit − what other calls hold; may be negative
   */
  public record Part(Payer payer, Money amount, Money available) {}
}

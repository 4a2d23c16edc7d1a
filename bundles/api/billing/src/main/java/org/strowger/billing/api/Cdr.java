package org.strowger.billing.api;

import org.strowger.kernel.CdrId;
import org.strowger.kernel.Money;

/**
 * The record of one payer's part in one call, answered or not; spec B.10. Its cost can be computed
 * again: {@code rate.cost(billedSeconds, end.connectTime())}.
 *
 * @param payer null for a call that nobody could be found to pay for
 * @param rate null where no rate was found
 * @param cost what was charged; null where there is no payer
 */
public record Cdr(CdrId id, CallFacts call, CallEnd end, Payer payer, RateSnapshot rate, long billedSeconds, Money cost, boolean crashed) {}

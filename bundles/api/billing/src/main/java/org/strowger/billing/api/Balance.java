package org.strowger.billing.api;

import org.strowger.kernel.Money;

/**
 * An entity's money. Available = balance + credit limit − held; spec A.1, B.6.
 *
 * @param balance sum of its ledger entries; positive means funds
 * @param held for calls that are up
 */
public record Balance(Payer payer, Money balance, Money creditLimit, Money held) {

  public Money available() {
    return balance.plus(creditLimit).minus(held);
  }
}

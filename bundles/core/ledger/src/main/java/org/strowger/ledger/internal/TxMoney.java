package org.strowger.ledger.internal;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.strowger.billing.api.Payer;
import org.strowger.persistence.api.Participant;

/** What one transaction does to balances: the purses learn it when it is committed, and not at all if it is not. */
final class TxMoney implements Participant {

  private record Debit(Payer payer, BigDecimal amount) {}

  private final Purses purses;
  private final List<BalanceRow> changed = new ArrayList<>();
  private final List<Debit> debits = new ArrayList<>();

  TxMoney(Purses purses) {
    this.purses = purses;
  }

  void changed(BalanceRow row) {
    changed.add(row);
  }

  /** The purse shows this much less from now on; made before the transaction ends. */
  void debited(Payer payer, BigDecimal amount) {
    debits.add(new Debit(payer, amount));
  }

  @Override
  public void flush() {
    // Everything was written already.
  }

  @Override
  public void ended(boolean committed) {
    if (committed) {
      changed.forEach(purses::know);
      debits.forEach(debit -> purses.locked(debit.payer, purse -> {
        purse.unpend(debit.amount);
        return null;
      }));
    } else {
      debits.forEach(debit -> purses.doubt(debit.payer, debit.amount));
    }
  }
}

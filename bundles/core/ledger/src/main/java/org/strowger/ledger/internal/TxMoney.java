package org.strowger.ledger.internal;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.strowger.billing.api.Payer;
import org.strowger.persistence.api.Participant;

/** What one transaction does to balances: the purses learn it when it is committed, and not at all if it is not. */
final class TxMoney implements Participant {

  private record Debit(Payer payer, BigDecimal amount) {}

  private final Purses purses;
  private final List<BalanceRow> changed = new ArrayList<>();
  private final List<Debit> debits = new ArrayList<>();
  private final Set<Payer> closing = new LinkedHashSet<>();
  private final Map<Payer, Long> closed = new HashMap<>();

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

  /** The purse grants nothing from now on; made before the transaction ends. */
  void closing(Payer payer) {
    closing.add(payer);
  }

  void closed(Payer payer, BalanceRow last) {
    closed.put(payer, last.version());
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
    closing.forEach(payer -> purses.locked(payer, purse -> {
      // Also where it did not commit, or nobody knows: the next call asks the database.
      purse.forget(committed ? closed.getOrDefault(payer, 0L) : 0);
      purse.closing(false);
      return null;
    }));
  }
}

package org.strowger.ledger.internal.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.strowger.accounts.api.AccountService;
import org.strowger.billing.api.CarrierDirectory;
import org.strowger.billing.api.FundsService;
import org.strowger.billing.api.Payer;
import org.strowger.billing.api.Payment;
import org.strowger.shell.api.Table;

/** What the commands that list payments share; each says whose. */
abstract class PaymentPages implements Action {

  @Reference FundsService funds;
  @Reference AccountService accounts;
  @Reference(optional = true) CarrierDirectory carriers;

  @Option(name = "--offset", description = "How many to pass over")
  int offset;

  @Option(name = "--limit", description = "How many to show")
  int limit = 50;

  @Option(name = "--json", description = "For programs")
  boolean json;

  abstract Payer payer();

  @Override
  public final Object execute() {
    Payer payer = payer();
    List<Payment> page = funds.payments(payer, offset, limit);
    if (page.isEmpty()) {
      Payers.requireKnown(funds, carriers, payer);
    }
    Table table = Table.of("id", "time", "payer", "kind", "amount", "currency", "balance after", "by", "notes");
    for (Payment p : page) {
      table.row(p.id().value(), p.time(), p.payer(), p.kind(), p.amount().amount().toPlainString(), p.amount().currency(),
          p.balanceAfter().amount().toPlainString(), p.by(), p.notes());
    }
    table.print(System.out, json);
    return null;
  }
}

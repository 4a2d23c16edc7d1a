package org.strowger.ledger.internal.shell;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.strowger.accounts.api.AccountService;
import org.strowger.billing.api.FundsService;

@Service
@Command(scope = "payment", name = "list", description = "Lists the payments of an account, a customer or a carrier, newest first")
public final class PaymentList implements Action {

  @Reference FundsService funds;
  @Reference AccountService accounts;

  @Argument(index = 0, name = "payer", description = "Account name, account:12, customer:1 or carrier:7", required = true)
  @Completion(AccountNames.class)
  String payer;

  @Option(name = "--offset", description = "How many to pass over")
  int offset;

  @Option(name = "--limit", description = "How many to show")
  int limit = 50;

  @Option(name = "--json", description = "For programs")
  boolean json;

  @Override
  public Object execute() {
    Payments.print(funds.payments(Payers.any(accounts, payer), offset, limit), json);
    return null;
  }
}

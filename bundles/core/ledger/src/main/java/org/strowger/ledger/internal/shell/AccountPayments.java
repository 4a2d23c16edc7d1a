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
@Command(scope = "account", name = "payments", description = "Lists the payments of an account, newest first")
public final class AccountPayments implements Action {

  @Reference FundsService funds;
  @Reference AccountService accounts;

  @Argument(index = 0, name = "account", description = "Name, or id:12", required = true)
  @Completion(AccountNames.class)
  String account;

  @Option(name = "--offset", description = "How many to pass over")
  int offset;

  @Option(name = "--limit", description = "How many to show")
  int limit = 50;

  @Option(name = "--json", description = "For programs")
  boolean json;

  @Override
  public Object execute() {
    Payments.print(funds.payments(Payers.account(accounts, account), offset, limit), json);
    return null;
  }
}

package org.strowger.ledger.internal.shell;

import java.util.LinkedHashMap;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.strowger.accounts.api.AccountService;
import org.strowger.billing.api.Balance;
import org.strowger.billing.api.FundsService;
import org.strowger.shell.api.Details;

@Service
@Command(scope = "account", name = "balance", description = "Shows the money of an account")
public final class AccountBalance implements Action {

  @Reference FundsService funds;
  @Reference AccountService accounts;

  @Argument(index = 0, name = "account", description = "Name, or id:12", required = true)
  @Completion(AccountNames.class)
  String account;

  @Option(name = "--json", description = "For programs")
  boolean json;

  @Override
  public Object execute() {
    Balance balance = Payers.balance(funds, Payers.account(accounts, account));
    var fields = new LinkedHashMap<String, Object>();
    fields.put("balance", balance.balance());
    fields.put("creditLimit", balance.creditLimit());
    fields.put("held", balance.held());
    fields.put("available", balance.available());
    Details.of(fields).print(System.out, json);
    return null;
  }
}

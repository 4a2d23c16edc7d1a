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
import org.strowger.billing.api.CarrierDirectory;
import org.strowger.billing.api.FundsService;
import org.strowger.billing.api.Payer;
import org.strowger.shell.api.Details;
import org.strowger.shell.api.Table;

@Service
@Command(scope = "account", name = "balance", description = "Shows the money of an account, or what we owe a carrier: a negative balance")
public final class AccountBalance implements Action {

  @Reference FundsService funds;
  @Reference AccountService accounts;
  @Reference(optional = true) CarrierDirectory carriers;

  @Argument(index = 0, name = "account", description = "Name, or id:12; a carrier: its name, or carrier:7", required = true)
  @Completion(PayerNames.class)
  String account;

  @Option(name = "--json", description = "For programs")
  boolean json;

  @Override
  public Object execute() {
    Payer payer = Payers.any(accounts, carriers, account);
    if (payer.kind() == Payer.Kind.CARRIER) {
      Payers.requireKnown(funds, carriers, payer);
      Table table = Table.of("currency", "balance");
      funds.balances(payer).forEach(balance -> table.row(balance.balance().currency(), balance.balance().amount().toPlainString()));
      table.print(System.out, json);
      return null;
    }
    Balance balance = Payers.balances(funds, payer).get(0);
    var fields = new LinkedHashMap<String, Object>();
    fields.put("balance", balance.balance());
    fields.put("creditLimit", balance.creditLimit());
    fields.put("held", balance.held());
    fields.put("available", balance.available());
    Details.of(fields).print(System.out, json);
    return null;
  }
}

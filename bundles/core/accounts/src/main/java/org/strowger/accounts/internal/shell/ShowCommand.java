package org.strowger.accounts.internal.shell;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.strowger.accounts.api.Account;
import org.strowger.accounts.api.AccountService;
import org.strowger.accounts.internal.view.AccountView;
import org.strowger.billing.api.FundsService;
import org.strowger.billing.api.Payer;
import org.strowger.shell.api.Details;

@Service
@Command(scope = "account", name = "show", description = "Shows an account, its funds and its settings")
public final class ShowCommand implements Action {

  @Reference AccountService accounts;
  @Reference(optional = true) FundsService funds;

  @Argument(index = 0, name = "name", description = "Account", required = true)
  @Completion(AccountNames.class)
  String name;

  @Option(name = "--json", description = "For programs")
  boolean json;

  @Override
  public Object execute() {
    Account account = Names.account(accounts, name);
    var balance = funds == null ? null : funds.balance(Payer.of(account.id())).orElse(null);
    Details.of(new AccountView(accounts).whole(account, balance, true)).print(System.out, json);
    return null;
  }
}

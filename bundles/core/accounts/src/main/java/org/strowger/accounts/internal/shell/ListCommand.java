package org.strowger.accounts.internal.shell;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.strowger.accounts.api.Account;
import org.strowger.accounts.api.AccountQuery;
import org.strowger.accounts.api.AccountService;
import org.strowger.billing.api.Balance;
import org.strowger.billing.api.FundsService;
import org.strowger.billing.api.Payer;
import org.strowger.kernel.CustomerId;
import org.strowger.shell.api.Table;

@Service
@Command(scope = "account", name = "list", description = "Lists accounts in order of name")
public final class ListCommand implements Action {

  @Reference AccountService accounts;
  @Reference(optional = true) FundsService funds;

  @Argument(index = 0, name = "search", description = "Part of name, login, batch tag or description")
  String search;

  @Option(name = "--batch-tag", description = "Only of this batch")
  String batchTag;

  @Option(name = "--blocked", description = "Only blocked ones")
  boolean blocked;

  @Option(name = "--offset", description = "How many to pass over")
  int offset;

  @Option(name = "--limit", description = "How many to show, 1 to 1000")
  int limit = 50;

  @Option(name = "--json", description = "For programs")
  boolean json;

  @Override
  public Object execute() {
    Table table = Table.of("id", "name", "voipLogin", "plan", "balance", "available", "blocked", "expiration", "description");
    for (Account account : accounts.list(CustomerId.ROOT, new AccountQuery(search, batchTag, blocked ? true : null, offset, limit))) {
      Balance money = funds == null ? null : funds.balance(Payer.of(account.id())).orElse(null);
      table.row((long) account.id().value(), account.name(), account.profile().voipLogin(), account.profile().plan() == null ? null : (long) account.profile().plan().value(),
          money == null ? null : money.balance(), money == null ? null : money.available(),
          account.profile().blocked(), account.info().expiration() == null ? null : account.info().expiration().toString(), account.profile().description());
    }
    table.print(System.out, json);
    return null;
  }
}

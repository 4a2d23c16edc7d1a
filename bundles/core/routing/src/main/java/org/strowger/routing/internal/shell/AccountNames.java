package org.strowger.routing.internal.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.strowger.accounts.api.Account;
import org.strowger.accounts.api.AccountQuery;
import org.strowger.accounts.api.AccountService;
import org.strowger.kernel.CustomerId;

/** Names of accounts, the first thousand of them. */
@Service
public final class AccountNames implements Completer {

  @Reference AccountService accounts;

  @Override
  public int complete(Session session, CommandLine line, List<String> candidates) {
    return new StringsCompleter(accounts.list(CustomerId.ROOT, AccountQuery.ALL).stream().map(Account::name).toList()).complete(session, line, candidates);
  }
}

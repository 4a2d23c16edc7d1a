package org.strowger.accounts.internal.shell;

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

/** The first accounts in order of name that hold what was typed so far. */
@Service
public final class AccountNames implements Completer {

  private static final int MOST = 100;

  @Reference AccountService accounts;

  @Override
  public int complete(Session session, CommandLine line, List<String> candidates) {
    String typed = line.getCursorArgument() == null ? "" : line.getCursorArgument().substring(0, line.getArgumentPosition());
    var query = new AccountQuery(typed.isEmpty() ? null : typed, null, null, 0, MOST);
    return new StringsCompleter(accounts.list(CustomerId.ROOT, query).stream().map(Account::name).toList()).complete(session, line, candidates);
  }
}

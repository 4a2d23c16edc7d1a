package org.strowger.calls.internal.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.strowger.accounts.api.AccountQuery;
import org.strowger.accounts.api.AccountService;
import org.strowger.kernel.CustomerId;

/** Names of accounts that hold what was typed; none while the accounts are away. */
@Service
public final class AccountNames implements Completer {

  private static final int SHOWN = 50;

  @Reference(optional = true) AccountService accounts;

  @Override
  public int complete(Session session, CommandLine line, List<String> candidates) {
    String typed = line.getCursorArgument() == null ? "" : line.getCursorArgument();
    var query = new AccountQuery(typed.isEmpty() ? null : typed, null, null, 0, SHOWN);
    List<String> found = accounts == null ? List.of() : accounts.list(CustomerId.ROOT, query).stream().map(account -> account.name()).toList();
    return new StringsCompleter(found).complete(session, line, candidates);
  }
}

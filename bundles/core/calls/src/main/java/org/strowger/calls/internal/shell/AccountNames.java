package org.strowger.calls.internal.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.strowger.accounts.api.AccountService;
import org.strowger.kernel.CustomerId;

/** Names of accounts that begin as typed; none while the accounts are away. */
@Service
public final class AccountNames implements Completer {

  private static final int SHOWN = 50;

  @Reference(optional = true) AccountService accounts;

  @Override
  public int complete(Session session, CommandLine line, List<String> candidates) {
    String typed = line.getCursorArgument() == null ? "" : line.getCursorArgument().substring(0, line.getArgumentPosition());
    List<String> found = accounts == null ? List.of() : accounts.names(CustomerId.ROOT, typed, SHOWN);
    return new StringsCompleter(found).complete(session, line, candidates);
  }
}

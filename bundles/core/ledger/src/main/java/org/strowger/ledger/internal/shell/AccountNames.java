package org.strowger.ledger.internal.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.strowger.accounts.api.AccountService;
import org.strowger.kernel.CustomerId;

/** Names of accounts that begin as typed. */
@Service
public final class AccountNames implements Completer {

  static final int SHOWN = 50;

  @Reference AccountService accounts;

  @Override
  public int complete(Session session, CommandLine line, List<String> candidates) {
    return new StringsCompleter(accounts.names(CustomerId.ROOT, typed(line), SHOWN)).complete(session, line, candidates);
  }

  static String typed(CommandLine line) {
    return line.getCursorArgument() == null ? "" : line.getCursorArgument().substring(0, line.getArgumentPosition());
  }
}

package org.strowger.ledger.internal.shell;

import java.util.List;
import java.util.stream.Stream;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.strowger.accounts.api.AccountService;
import org.strowger.billing.api.CarrierDirectory;
import org.strowger.kernel.CustomerId;

/** Names of accounts and carriers that begin as typed; behind {@code carrier:} those of carriers. */
@Service
public final class PayerNames implements Completer {

  @Reference AccountService accounts;
  @Reference(optional = true) CarrierDirectory carriers;

  @Override
  public int complete(Session session, CommandLine line, List<String> candidates) {
    String typed = AccountNames.typed(line);
    return new StringsCompleter(names(typed)).complete(session, line, candidates);
  }

  private List<String> names(String typed) {
    if (typed.startsWith(Payers.CARRIER)) {
      return carriers(typed.substring(Payers.CARRIER.length())).map(Payers.CARRIER::concat).toList();
    }
    return Stream.concat(accounts.names(CustomerId.ROOT, typed, AccountNames.SHOWN).stream(), carriers(typed)).distinct().toList();
  }

  private Stream<String> carriers(String typed) {
    return carriers == null ? Stream.empty() : carriers.names(CustomerId.ROOT, typed, AccountNames.SHOWN).stream();
  }
}

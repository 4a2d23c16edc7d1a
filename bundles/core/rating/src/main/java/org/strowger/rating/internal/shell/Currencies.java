package org.strowger.rating.internal.shell;

import java.util.Currency;
import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;

/** Codes of ISO 4217. */
@Service
public final class Currencies implements Completer {

  @Override
  public int complete(Session session, CommandLine line, List<String> candidates) {
    return new StringsCompleter(Currency.getAvailableCurrencies().stream().map(Currency::getCurrencyCode).toList()).complete(session, line, candidates);
  }
}

package org.strowger.rating.internal.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.strowger.billing.api.TariffService;
import org.strowger.kernel.CustomerId;

@Service
public final class TariffNames implements Completer {

  @Reference TariffService tariffs;

  @Override
  public int complete(Session session, CommandLine line, List<String> candidates) {
    return new StringsCompleter(tariffs.list(CustomerId.ROOT).stream().map(tariff -> tariff.terms().name()).toList()).complete(session, line, candidates);
  }
}

package org.strowger.rating.internal.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.strowger.billing.api.TariffTerms;
import org.strowger.kernel.data.Shape;

/** What can be assigned to a tariff: {@code connectFee=}. */
@Service
public final class TariffFields implements Completer {

  @Override
  public int complete(Session session, CommandLine line, List<String> candidates) {
    return new StringsCompleter(Shape.of(TariffTerms.class).schema().fields().stream().map(field -> field.name() + "=").toList()).complete(session, line, candidates);
  }
}

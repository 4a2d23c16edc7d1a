package org.strowger.routing.internal.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.strowger.routing.internal.view.CarrierView;

/** What can be assigned to a carrier: {@code capacity=}. */
@Service
public final class CarrierFields implements Completer {

  @Override
  public int complete(Session session, CommandLine line, List<String> candidates) {
    return new StringsCompleter(CarrierView.NEW.fields().stream().map(field -> field.name() + "=").toList()).complete(session, line, candidates);
  }
}

package org.strowger.routing.internal.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.strowger.kernel.CustomerId;
import org.strowger.routing.internal.Carriers;
import org.strowger.routing.internal.model.Carrier;

/** Names of the carriers there are. */
@Service
public final class CarrierNames implements Completer {

  @Reference Carriers carriers;

  @Override
  public int complete(Session session, CommandLine line, List<String> candidates) {
    return new StringsCompleter(carriers.list(CustomerId.ROOT).stream().map(Carrier::name).toList()).complete(session, line, candidates);
  }
}

package org.strowger.routing.internal.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.strowger.kernel.CustomerId;
import org.strowger.routing.internal.RoutingGroups;
import org.strowger.routing.internal.model.RoutingGroup;

/** Names of the routing groups there are. */
@Service
public final class GroupNames implements Completer {

  @Reference RoutingGroups groups;

  @Override
  public int complete(Session session, CommandLine line, List<String> candidates) {
    return new StringsCompleter(groups.list(CustomerId.ROOT).stream().map(RoutingGroup::name).toList()).complete(session, line, candidates);
  }
}

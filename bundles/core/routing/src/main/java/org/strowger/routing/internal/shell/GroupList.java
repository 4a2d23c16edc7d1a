package org.strowger.routing.internal.shell;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.strowger.kernel.CustomerId;
import org.strowger.routing.internal.RoutingGroups;
import org.strowger.routing.internal.view.GroupView;
import org.strowger.shell.api.Table;

@Service
@Command(scope = "route", name = "group-list", description = "Lists routing groups")
public final class GroupList implements Action {

  @Reference RoutingGroups groups;

  @Option(name = "--json", description = "For programs")
  boolean json;

  @Override
  public Object execute() {
    Table.of(groups.list(CustomerId.ROOT).stream().map(GroupView::summary).toList()).print(System.out, json);
    return null;
  }
}

package org.strowger.routing.internal.shell;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.strowger.routing.internal.RoutingGroups;
import org.strowger.routing.internal.model.RoutingGroup;

@Service
@Command(scope = "route", name = "group-delete", description = "Deletes a routing group with its entries, if no account has it")
public final class GroupDelete implements Action {

  @Reference RoutingGroups groups;

  @Argument(index = 0, name = "group", description = "Name of a routing group", required = true)
  @Completion(GroupNames.class)
  String name;

  @Option(name = "--json", description = "For programs")
  boolean json;

  @Override
  public Object execute() {
    RoutingGroup group = Names.group(groups, name);
    groups.delete(group.id());
    Said.that("routing group " + name + " is deleted", json);
    return null;
  }
}

package org.strowger.routing.internal.shell;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.strowger.routing.internal.RoutingGroups;

@Service
@Command(scope = "route", name = "entry-remove", description = "Removes an entry from a routing group")
public final class EntryRemove implements Action {

  @Reference RoutingGroups groups;

  @Argument(index = 0, name = "group", description = "Name of a routing group", required = true)
  @Completion(GroupNames.class)
  String name;

  @Argument(index = 1, name = "entry", description = "Its number; see route:group-show", required = true)
  int entry;

  @Option(name = "--json", description = "For programs")
  boolean json;

  @Override
  public Object execute() {
    groups.deleteEntry(Names.group(groups, name).id(), entry);
    Said.that("entry " + entry + " is removed from routing group " + name, json);
    return null;
  }
}

package org.strowger.routing.internal.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.strowger.routing.internal.RoutingGroups;
import org.strowger.routing.internal.model.RoutingGroup;
import org.strowger.routing.internal.view.GroupView;
import org.strowger.shell.api.Details;

@Service
@Command(scope = "route", name = "group-update", description = "Changes name or policy of a routing group")
public final class GroupUpdate implements Action {

  @Reference RoutingGroups groups;

  @Argument(index = 0, name = "group", description = "Name of a routing group", required = true)
  @Completion(GroupNames.class)
  String name;

  @Argument(index = 1, name = "field=value", description = "Such as policy=PREFIX_LENGTH", required = true, multiValued = true)
  @Completion(GroupFields.class)
  List<String> assignments;

  @Option(name = "--json", description = "For programs")
  boolean json;

  @Override
  public Object execute() {
    RoutingGroup group = Names.group(groups, name);
    GroupView.Asked asked = GroupView.change(group, Assignments.of(GroupView.NEW, assignments));
    Details.of(GroupView.summary(groups.update(group.id(), group.version(), asked.terms()))).print(System.out, json);
    return null;
  }
}

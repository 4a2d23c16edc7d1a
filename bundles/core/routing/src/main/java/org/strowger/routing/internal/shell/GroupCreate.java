package org.strowger.routing.internal.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.strowger.kernel.CustomerId;
import org.strowger.routing.internal.RoutingGroups;
import org.strowger.routing.internal.model.GroupTerms;
import org.strowger.routing.internal.view.GroupView;
import org.strowger.shell.api.Details;

@Service
@Command(scope = "route", name = "group-create", description = "Makes a routing group without entries")
public final class GroupCreate implements Action {

  @Reference RoutingGroups groups;

  @Argument(index = 0, name = "name", description = "Unique name", required = true)
  String name;

  @Argument(index = 1, name = "field=value", description = "policy=PREFERENCE, PREFIX_LENGTH or ENTRY_ORDER", multiValued = true)
  @Completion(GroupFields.class)
  List<String> assignments;

  @Option(name = "--json", description = "For programs")
  boolean json;

  @Override
  public Object execute() {
    var data = Assignments.of(GroupView.NEW, assignments);
    data.put("name", name);
    Details.of(GroupView.summary(groups.create(CustomerId.ROOT, GroupTerms.SHAPE.decode(data)))).print(System.out, json);
    return null;
  }
}

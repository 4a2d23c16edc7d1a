package org.strowger.routing.internal.shell;

import java.util.List;
import java.util.stream.Collectors;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.strowger.kernel.CustomerId;
import org.strowger.routing.internal.Carriers;
import org.strowger.routing.internal.RoutingGroups;
import org.strowger.routing.internal.model.Carrier;
import org.strowger.routing.internal.model.Entry;
import org.strowger.routing.internal.model.RoutingGroup;
import org.strowger.routing.internal.view.GroupView;
import org.strowger.shell.api.Details;
import org.strowger.shell.api.Table;

@Service
@Command(scope = "route", name = "group-show", description = "Shows a routing group and its entries in order of their ids")
public final class GroupShow implements Action {

  private static final int SHOWN = 5;

  @Reference RoutingGroups groups;
  @Reference Carriers carriers;

  @Argument(index = 0, name = "group", description = "Name of a routing group", required = true)
  @Completion(GroupNames.class)
  String name;

  @Option(name = "--json", description = "For programs")
  boolean json;

  @Override
  public Object execute() {
    RoutingGroup group = Names.group(groups, name);
    if (json) {
      Details.of(GroupView.of(group)).print(System.out, true);
    } else {
      Details.of(GroupView.summary(group)).print(System.out, false);
      System.out.println();
      entries(group).print(System.out, false);
    }
    return null;
  }

  private Table entries(RoutingGroup group) {
    var names = carriers.list(CustomerId.ROOT).stream().collect(Collectors.toMap(Carrier::id, Carrier::name));
    Table table = Table.of("entry", "carrier", "preference", "order", "blocked", "prefixes");
    for (Entry entry : group.entries()) {
      var terms = entry.terms();
      table.row(entry.id(), names.get(terms.carrier()), terms.preference(), terms.order(), terms.blocked(), prefixes(terms.prefixes()));
    }
    return table;
  }

  private static String prefixes(List<String> all) {
    String first = String.join(" ", all.subList(0, Math.min(SHOWN, all.size())));
    return all.isEmpty() ? "(every number)" : all.size() > SHOWN ? first + " … " + all.size() : first;
  }
}

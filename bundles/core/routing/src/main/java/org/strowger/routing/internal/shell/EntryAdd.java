package org.strowger.routing.internal.shell;

import java.util.HashMap;
import java.util.List;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.strowger.routing.internal.Carriers;
import org.strowger.routing.internal.RoutingGroups;
import org.strowger.routing.internal.model.Entry;
import org.strowger.routing.internal.model.EntryTerms;
import org.strowger.routing.internal.view.GroupView;
import org.strowger.shell.api.Details;

@Service
@Command(scope = "route", name = "entry-add", description = "Adds an entry: numbers with these prefixes can go by this carrier; options stand before the group")
public final class EntryAdd implements Action {

  @Reference RoutingGroups groups;
  @Reference Carriers carriers;

  @Argument(index = 0, name = "group", description = "Name of a routing group", required = true)
  @Completion(GroupNames.class)
  String name;

  @Argument(index = 1, name = "carrier", description = "Name of a carrier", required = true)
  @Completion(CarrierNames.class)
  String carrier;

  @Argument(index = 2, name = "prefix", description = "Leading digits; none: every number", multiValued = true)
  List<String> prefixes;

  @Option(name = "--preference", description = "0 to 1000, the higher is tried first under the policy PREFERENCE")
  int preference;

  @Option(name = "--order", description = "0 to 1000, the lower is tried first under the policy ENTRY_ORDER and between equals")
  int order;

  @Option(name = "--json", description = "For programs")
  boolean json;

  @Override
  public Object execute() {
    var data = new HashMap<String, Object>();
    data.put("carrier", Names.carrier(carriers, carrier).id().value());
    data.put("prefixes", prefixes);
    data.put("preference", preference);
    data.put("order", order);
    Entry entry = groups.addEntry(Names.group(groups, name).id(), EntryTerms.SHAPE.decode(data));
    Details.of(GroupView.of(entry)).print(System.out, json);
    return null;
  }
}

package org.strowger.shell.internal;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.osgi.framework.BundleContext;
import org.strowger.kernel.Meter;
import org.strowger.shell.api.Details;
import org.strowger.shell.api.Table;

@Service
@Command(scope = "switch", name = "meters", description = "What the parts of the switch count")
public final class MetersCommand implements Action {

  @Reference BundleContext context;

  @Argument(index = 0, name = "prefix", description = "Only names that begin so: sip")
  @Completion(MeterNames.class)
  String prefix = "";

  @Option(name = "--json", description = "For programs")
  boolean json;

  @Override
  public Object execute() {
    Map<String, Long> values = read(new Services(context));
    values.keySet().removeIf(name -> !name.startsWith(prefix));
    if (json) {
      Details.of(new TreeMap<>(values)).print(System.out, true);
    } else {
      Table table = Table.of("meter", "value");
      values.forEach(table::row);
      table.print(System.out, false);
    }
    return null;
  }

  static Map<String, Long> read(Services services) {
    List<Map<String, Long>> all = services.each(Meter.class, Meter::read);
    var values = new TreeMap<String, Long>();
    all.forEach(values::putAll);
    return values;
  }
}

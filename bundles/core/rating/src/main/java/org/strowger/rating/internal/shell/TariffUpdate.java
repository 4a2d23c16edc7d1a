package org.strowger.rating.internal.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.strowger.billing.api.Tariff;
import org.strowger.billing.api.TariffService;
import org.strowger.billing.api.TariffTerms;
import org.strowger.kernel.data.Shape;

@Service
@Command(scope = "tariff", name = "update", description = "Changes a tariff; acts on calls set up afterwards")
public final class TariffUpdate implements Action {

  @Reference TariffService tariffs;

  @Argument(index = 0, name = "name", description = "Tariff", required = true)
  @Completion(TariffNames.class)
  String name;

  @Argument(index = 1, name = "settings", description = "field=value …, such as connectFee=0.05 onNet=REFUSE", required = true, multiValued = true)
  @Completion(TariffFields.class)
  List<String> settings;

  @Option(name = "--json", description = "For programs")
  boolean json;

  @Override
  public Object execute() {
    Tariff tariff = Names.tariff(tariffs, name);
    TariffTerms terms = Shape.of(TariffTerms.class).with(tariff.terms(), Assignments.of(settings));
    Tariff changed = tariffs.update(tariff.id(), tariff.version(), terms);
    Made.print("tariff " + changed.terms().name() + " is now version " + changed.version(), Made.fields(changed), json);
    return null;
  }
}

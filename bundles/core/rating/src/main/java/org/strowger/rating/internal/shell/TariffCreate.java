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
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.data.Shape;

@Service
@Command(scope = "tariff", name = "create", description = "Makes a tariff without rates")
public final class TariffCreate implements Action {

  @Reference TariffService tariffs;

  @Argument(index = 0, name = "name", description = "Unique name", required = true)
  String name;

  @Argument(index = 1, name = "currency", description = "ISO 4217 code", required = true)
  @Completion(Currencies.class)
  String currency;

  @Argument(index = 2, name = "settings", description = "field=value …, such as connectFee=0.05 onNet=REFUSE", required = false, multiValued = true)
  @Completion(TariffFields.class)
  List<String> settings;

  @Option(name = "--json", description = "For programs")
  boolean json;

  @Override
  public Object execute() {
    var data = Assignments.of(settings);
    data.put("name", name);
    data.put("currency", currency);
    Tariff tariff = tariffs.create(CustomerId.ROOT, Shape.of(TariffTerms.class).decode(data));
    Made.print("tariff " + name + " has id " + tariff.id() + "; add rates with tariff:rate or tariff:import", Made.fields(tariff), json);
    return null;
  }
}

package org.strowger.rating.internal.shell;

import java.util.LinkedHashMap;
import java.util.List;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.strowger.billing.api.Rate;
import org.strowger.billing.api.TariffService;
import org.strowger.kernel.TariffId;
import org.strowger.kernel.data.Shape;

@Service
@Command(scope = "tariff", name = "rate", description = "Adds or replaces the rate of a prefix")
public final class TariffRate implements Action {

  @Reference TariffService tariffs;

  @Argument(index = 0, name = "name", description = "Tariff", required = true)
  @Completion(TariffNames.class)
  String name;

  @Argument(index = 1, name = "prefix", description = "Leading digits", required = true)
  String prefix;

  @Argument(index = 2, name = "price", description = "Per minute", required = false)
  String price;

  @Argument(index = 3, name = "settings", description = "field=value …, such as priceN=0.02 interval1=30 forbidden=true", required = false, multiValued = true)
  @Completion(RateFields.class)
  List<String> settings;

  @Option(name = "--json", description = "For programs")
  boolean json;

  @Override
  public Object execute() {
    var data = Assignments.of(settings);
    data.put("prefix", prefix);
    if (price != null) {
      data.putIfAbsent("price1", price);
      data.putIfAbsent("priceN", price);
    }
    Rate rate = Shape.of(Rate.class).decode(data);
    TariffId id = Names.tariff(tariffs, name).id();
    tariffs.putRates(id, List.of(rate));
    var fields = new LinkedHashMap<String, Object>();
    fields.put("tariff", id.value());
    fields.putAll(Shape.of(Rate.class).encode(rate));
    Made.print("prefix " + prefix + (rate.forbidden() ? " is forbidden" : " costs " + rate.price1().toPlainString() + " a minute"), fields, json);
    return null;
  }
}

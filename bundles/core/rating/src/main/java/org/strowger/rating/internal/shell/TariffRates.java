package org.strowger.rating.internal.shell;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.strowger.billing.api.Rate;
import org.strowger.billing.api.TariffService;
import org.strowger.kernel.data.Shape;
import org.strowger.shell.api.Table;

@Service
@Command(scope = "tariff", name = "rates", description = "Lists rates in order of prefix")
public final class TariffRates implements Action {

  @Reference TariffService tariffs;

  @Argument(index = 0, name = "name", description = "Tariff", required = true)
  @Completion(TariffNames.class)
  String name;

  @Argument(index = 1, name = "prefix", description = "Prefixes that start so", required = false)
  String prefix;

  @Option(name = "--limit", description = "At most so many, 1 to 1000")
  int limit = 50;

  @Option(name = "--offset", description = "From this one on")
  int offset = 0;

  @Option(name = "--json", description = "For programs")
  boolean json;


  @Override
  public Object execute() {
    var rates = tariffs.rates(Names.tariff(tariffs, name).id(), prefix == null ? "" : prefix, offset, limit);
    Table.of(rates.stream().map(Shape.of(Rate.class)::encode).toList()).print(System.out, json);
    return null;
  }
}

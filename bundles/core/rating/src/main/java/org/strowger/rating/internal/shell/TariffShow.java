package org.strowger.rating.internal.shell;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.strowger.billing.api.Rate;
import org.strowger.billing.api.Tariff;
import org.strowger.billing.api.TariffService;
import org.strowger.kernel.data.Shape;
import org.strowger.shell.api.Details;
import org.strowger.shell.api.Table;

@Service
@Command(scope = "tariff", name = "show", description = "Shows a tariff and its first ten rates in order of prefix")
public final class TariffShow implements Action {

  private static final int FIRST = 10;

  @Reference TariffService tariffs;

  @Argument(index = 0, name = "name", description = "Tariff", required = true)
  @Completion(TariffNames.class)
  String name;

  @Option(name = "--json", description = "For programs")
  boolean json;


  @Override
  public Object execute() {
    Tariff tariff = Names.tariff(tariffs, name);
    var rates = tariffs.rates(tariff.id(), "", 0, FIRST + 1);
    var first = rates.stream().limit(FIRST).map(Shape.of(Rate.class)::encode).toList();
    var fields = Made.fields(tariff);
    if (json) {
      fields.put("rates", first);
      Details.of(fields).print(System.out, true);
      return null;
    }
    Details.of(fields).print(System.out, false);
    System.out.println();
    Table.of(first).print(System.out, false);
    if (rates.size() > FIRST) {
      System.out.println("… and more: tariff:rates " + name);
    }
    return null;
  }
}

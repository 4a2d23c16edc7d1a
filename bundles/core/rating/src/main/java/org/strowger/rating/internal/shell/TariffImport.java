package org.strowger.rating.internal.shell;

import java.nio.file.Path;
import java.util.Map;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.completers.FileCompleter;
import org.strowger.billing.api.TariffService;
import org.strowger.kernel.TariffId;

@Service
@Command(scope = "tariff", name = "import", description = "Adds the rates of a CSV file: prefix,price1,priceN,interval1,intervalN,forbidden,… (a header names the columns)")
public final class TariffImport implements Action {

  @Reference TariffService tariffs;

  @Argument(index = 0, name = "name", description = "Tariff", required = true)
  @Completion(TariffNames.class)
  String name;

  @Argument(index = 1, name = "file", description = "CSV file on the machine of the switch", required = true)
  @Completion(FileCompleter.class)
  String file;

  @Option(name = "--replace", description = "The tariff has only these rates afterwards")
  boolean replace;

  @Option(name = "--json", description = "For programs")
  boolean json;

  @Override
  public Object execute() {
    TariffId id = Names.tariff(tariffs, name).id();
    var rates = RateCsv.read(Path.of(file));
    if (replace) {
      tariffs.replaceRates(id, rates);
    } else {
      tariffs.putRates(id, rates);
    }
    Made.print("imported " + rates.size() + " rates into " + name, Map.of("tariff", id.value(), "imported", rates.size(), "replaced", replace), json);
    return null;
  }
}

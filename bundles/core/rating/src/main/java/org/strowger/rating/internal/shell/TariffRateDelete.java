package org.strowger.rating.internal.shell;

import java.util.Map;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.strowger.billing.api.TariffService;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.TariffId;

@Service
@Command(scope = "tariff", name = "rate-delete", description = "Deletes every rate of exactly this prefix")
public final class TariffRateDelete implements Action {

  @Reference TariffService tariffs;

  @Argument(index = 0, name = "name", description = "Tariff", required = true)
  @Completion(TariffNames.class)
  String name;

  @Argument(index = 1, name = "prefix", description = "Prefix", required = true)
  String prefix;

  @Option(name = "--json", description = "For programs")
  boolean json;

  @Override
  public Object execute() {
    TariffId id = Names.tariff(tariffs, name).id();
    int deleted = tariffs.deleteRates(id, prefix);
    if (deleted == 0) {
      throw StrowgerException.notFound("rate for prefix", prefix);
    }
    Made.print("deleted " + deleted + (deleted == 1 ? " rate" : " rates"), Map.of("tariff", id.value(), "prefix", prefix, "deleted", deleted), json);
    return null;
  }
}

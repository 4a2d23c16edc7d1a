package org.strowger.rating.internal.shell;

import java.util.LinkedHashMap;
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
import org.strowger.shell.api.Details;

@Service
@Command(scope = "tariff", name = "show", description = "Shows a tariff and its first rates")
public final class TariffShow implements Action {

  @Reference TariffService tariffs;

  @Argument(index = 0, name = "name", description = "Tariff", required = true)
  @Completion(TariffNames.class)
  String name;

  @Option(name = "--json", description = "For programs")
  boolean json;


  @Override
  public Object execute() {
    Tariff tariff = Names.tariff(tariffs, name);
    var fields = new LinkedHashMap<String, Object>();
    fields.put("id", tariff.id().value());
    fields.put("version", tariff.version());
    fields.putAll(Shape.of(TariffTerms.class).encode(tariff.terms()));
    Details.of(fields).print(System.out, json);
    return null;
  }
}

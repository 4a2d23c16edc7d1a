package org.strowger.rating.internal.shell;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.strowger.billing.api.TariffService;

@Service
@Command(scope = "tariff", name = "delete", description = "Deletes a tariff and its rates")
public final class TariffDelete implements Action {

  @Reference TariffService tariffs;

  @Argument(index = 0, name = "name", description = "Tariff", required = true)
  @Completion(TariffNames.class)
  String name;


  @Override
  public Object execute() {
    tariffs.delete(Names.tariff(tariffs, name).id());
    System.out.println("tariff " + name + " is deleted");
    return null;
  }
}

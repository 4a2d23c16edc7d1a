package org.strowger.rating.internal.shell;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.strowger.billing.api.Tariff;
import org.strowger.billing.api.TariffService;
import org.strowger.kernel.CustomerId;
import org.strowger.shell.api.Table;

@Service
@Command(scope = "tariff", name = "list", description = "Lists tariffs")
public final class TariffList implements Action {

  @Reference TariffService tariffs;

  @Option(name = "--json", description = "For programs")
  boolean json;


  @Override
  public Object execute() {
    Table table = Table.of("id", "name", "currency", "connectFee", "onNet");
    for (Tariff tariff : tariffs.list(CustomerId.ROOT)) {
      var terms = tariff.terms();
      table.row(tariff.id().value(), terms.name(), terms.currency(), terms.connectFee() == null ? null : terms.connectFee().toPlainString(), terms.onNet());
    }
    table.print(System.out, json);
    return null;
  }
}

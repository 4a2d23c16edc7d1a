package org.strowger.routing.internal.shell;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.strowger.kernel.CustomerId;
import org.strowger.routing.internal.Carriers;
import org.strowger.routing.internal.model.Carrier;
import org.strowger.shell.api.Table;

@Service
@Command(scope = "route", name = "carrier-list", description = "Lists carriers")
public final class CarrierList implements Action {

  @Reference Carriers carriers;

  @Option(name = "--json", description = "For programs")
  boolean json;

  @Override
  public Object execute() {
    Table table = Table.of("id", "name", "address", "transport", "username", "capacity", "tariff", "blocked");
    for (Carrier carrier : carriers.list(CustomerId.ROOT)) {
      var terms = carrier.terms();
      table.row(carrier.id().value(), terms.name(), terms.address(), terms.transport(), terms.username(), terms.capacity(),
          terms.tariff() == null ? null : terms.tariff().value(), terms.blocked());
    }
    table.print(System.out, json);
    return null;
  }
}

package org.strowger.routing.internal.shell;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.strowger.routing.internal.Carriers;
import org.strowger.routing.internal.model.Carrier;

@Service
@Command(scope = "route", name = "carrier-delete", description = "Deletes a carrier that no routing group uses and to which nothing is owed")
public final class CarrierDelete implements Action {

  @Reference Carriers carriers;

  @Argument(index = 0, name = "carrier", description = "Name of a carrier", required = true)
  @Completion(CarrierNames.class)
  String name;

  @Option(name = "--json", description = "For programs")
  boolean json;

  @Override
  public Object execute() {
    Carrier carrier = Names.carrier(carriers, name);
    carriers.delete(carrier.id());
    Said.that("carrier " + name + " is deleted", json);
    return null;
  }
}

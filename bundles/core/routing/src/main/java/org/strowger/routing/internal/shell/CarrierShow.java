package org.strowger.routing.internal.shell;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.strowger.routing.internal.Carriers;
import org.strowger.routing.internal.view.CarrierView;
import org.strowger.shell.api.Details;

@Service
@Command(scope = "route", name = "carrier-show", description = "Shows a carrier")
public final class CarrierShow implements Action {

  @Reference Carriers carriers;

  @Argument(index = 0, name = "carrier", description = "Name of a carrier", required = true)
  @Completion(CarrierNames.class)
  String name;

  @Option(name = "--json", description = "For programs")
  boolean json;

  @Override
  public Object execute() {
    Details.of(CarrierView.of(Names.carrier(carriers, name))).print(System.out, json);
    return null;
  }
}

package org.strowger.routing.internal.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.strowger.billing.api.TariffService;
import org.strowger.routing.internal.Carriers;
import org.strowger.routing.internal.model.Carrier;
import org.strowger.routing.internal.view.CarrierView;
import org.strowger.shell.api.Details;

@Service
@Command(scope = "route", name = "carrier-update", description = "Changes some fields of a carrier; acts on calls set up afterwards")
public final class CarrierUpdate implements Action {

  @Reference Carriers carriers;
  @Reference TariffService tariffs;
  @Reference Session session;

  @Argument(index = 0, name = "carrier", description = "Name of a carrier", required = true)
  @Completion(CarrierNames.class)
  String name;

  @Argument(index = 1, name = "field=value", description = "Such as capacity=30 blocked=true; field= sets the initial value", multiValued = true)
  @Completion(CarrierFields.class)
  List<String> assignments;

  @Option(name = "--ask", description = "Type the password at the carrier yourself, unseen")
  boolean ask;

  @Option(name = "--json", description = "For programs")
  boolean json;

  @Override
  public Object execute() throws Exception {
    Carrier carrier = Names.carrier(carriers, name);
    CarrierView.Asked asked = CarrierView.change(carrier, CarrierInput.of(assignments, ask, session, tariffs));
    Details.of(CarrierView.of(carriers.update(carrier.id(), carrier.version(), asked.terms(), asked.password()))).print(System.out, json);
    return null;
  }
}

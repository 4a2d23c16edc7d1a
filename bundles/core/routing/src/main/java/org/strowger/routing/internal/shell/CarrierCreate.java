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
import org.strowger.kernel.CustomerId;
import org.strowger.routing.internal.Carriers;
import org.strowger.routing.internal.view.CarrierView;
import org.strowger.shell.api.Details;

@Service
@Command(scope = "route", name = "carrier-create", description = "Makes a carrier: somebody who takes calls")
public final class CarrierCreate implements Action {

  @Reference Carriers carriers;
  @Reference TariffService tariffs;
  @Reference Session session;

  @Argument(index = 0, name = "name", description = "Unique name", required = true)
  String name;

  @Argument(index = 1, name = "address", description = "host:port or [IPv6]:port; without a port 5060", required = true)
  String address;

  @Argument(index = 2, name = "field=value", description = "Such as transport=TCP username=us tariff=cost stopCodes=404,486 'cldTranslation=s/^0/44/'", multiValued = true)
  @Completion(CarrierFields.class)
  List<String> assignments;

  @Option(name = "--ask", description = "Type the password at the carrier yourself, unseen")
  boolean ask;

  @Option(name = "--json", description = "For programs")
  boolean json;

  @Override
  public Object execute() throws Exception {
    var data = CarrierInput.of(assignments, ask, session, tariffs);
    data.put("name", name);
    data.put("address", address);
    CarrierView.Asked asked = CarrierView.create(data);
    Details.of(CarrierView.of(carriers.create(CustomerId.ROOT, asked.terms(), asked.password()))).print(System.out, json);
    return null;
  }
}

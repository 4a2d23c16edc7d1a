package org.strowger.rating.internal.shell;

import java.util.LinkedHashMap;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.strowger.billing.api.Plan;
import org.strowger.billing.api.PlanService;
import org.strowger.billing.api.PlanTerms;
import org.strowger.billing.api.TariffService;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.data.Shape;

@Service
@Command(scope = "plan", name = "create", description = "Makes a service plan")
public final class PlanCreate implements Action {

  @Reference PlanService plans;
  @Reference TariffService tariffs;

  @Argument(index = 0, name = "name", description = "Unique name", required = true)
  String name;

  @Argument(index = 1, name = "tariff", description = "Tariff", required = true)
  @Completion(TariffNames.class)
  String tariff;

  @Option(name = "--rounding", description = "ROUND or ROUND_UP")
  @Completion(Roundings.class)
  String rounding = "ROUND";

  @Option(name = "--json", description = "For programs")
  boolean json;

  @Override
  public Object execute() {
    var data = new LinkedHashMap<String, Object>();
    data.put("name", name);
    data.put("tariff", (long) Names.tariff(tariffs, tariff).id().value());
    data.put("rounding", rounding);
    Plan plan = plans.create(CustomerId.ROOT, Shape.of(PlanTerms.class).decode(data));
    Made.print("plan " + name + " has id " + plan.id() + ", currency " + plan.currency(), Made.fields(plan), json);
    return null;
  }
}

package org.strowger.rating.internal.shell;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.strowger.billing.api.Plan;
import org.strowger.billing.api.PlanService;
import org.strowger.kernel.CustomerId;
import org.strowger.shell.api.Table;

@Service
@Command(scope = "plan", name = "list", description = "Lists service plans")
public final class PlanList implements Action {

  @Reference PlanService plans;

  @Option(name = "--json", description = "For programs")
  boolean json;


  @Override
  public Object execute() {
    Table table = Table.of("id", "name", "tariff", "currency", "rounding");
    for (Plan plan : plans.list(CustomerId.ROOT)) {
      table.row(plan.id().value(), plan.terms().name(), plan.terms().tariff().value(), plan.currency(), plan.terms().rounding());
    }
    table.print(System.out, json);
    return null;
  }
}

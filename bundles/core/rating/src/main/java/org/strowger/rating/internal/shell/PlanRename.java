package org.strowger.rating.internal.shell;

import java.util.Map;
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
import org.strowger.kernel.data.Shape;

@Service
@Command(scope = "plan", name = "rename", description = "Renames a service plan")
public final class PlanRename implements Action {

  @Reference PlanService plans;

  @Argument(index = 0, name = "name", description = "Plan", required = true)
  @Completion(PlanNames.class)
  String name;

  @Argument(index = 1, name = "new-name", description = "Unique name", required = true)
  String newName;

  @Option(name = "--json", description = "For programs")
  boolean json;

  @Override
  public Object execute() {
    Plan plan = Names.plan(plans, name);
    var terms = Shape.of(PlanTerms.class).with(plan.terms(), Map.of("name", newName));
    Plan renamed = plans.update(plan.id(), plan.version(), terms);
    Made.print("plan " + name + " is now called " + newName, Made.fields(renamed), json);
    return null;
  }
}

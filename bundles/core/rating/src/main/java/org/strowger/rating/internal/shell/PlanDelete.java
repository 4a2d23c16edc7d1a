package org.strowger.rating.internal.shell;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.strowger.billing.api.PlanService;

@Service
@Command(scope = "plan", name = "delete", description = "Deletes a service plan that was never given to an account")
public final class PlanDelete implements Action {

  @Reference PlanService plans;

  @Argument(index = 0, name = "name", description = "Plan", required = true)
  @Completion(PlanNames.class)
  String name;


  @Override
  public Object execute() {
    plans.delete(Names.plan(plans, name).id());
    System.out.println("plan " + name + " is deleted");
    return null;
  }
}

package org.strowger.accounts.internal.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.strowger.billing.api.PlanService;
import org.strowger.kernel.CustomerId;

@Service
public final class PlanNames implements Completer {

  @Reference(optional = true) PlanService plans;

  @Override
  public int complete(Session session, CommandLine line, List<String> candidates) {
    List<String> names = plans == null ? List.of() : plans.list(CustomerId.ROOT).stream().map(plan -> plan.terms().name()).toList();
    return new StringsCompleter(names).complete(session, line, candidates);
  }
}

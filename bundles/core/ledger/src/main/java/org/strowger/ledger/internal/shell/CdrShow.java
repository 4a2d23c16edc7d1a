package org.strowger.ledger.internal.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.strowger.billing.api.Cdr;
import org.strowger.billing.api.CdrQuery;
import org.strowger.billing.api.CdrService;
import org.strowger.kernel.CallId;
import org.strowger.kernel.StrowgerException;
import org.strowger.ledger.internal.CdrView;
import org.strowger.shell.api.Details;
import org.strowger.shell.api.Json;

@Service
@Command(scope = "cdr", name = "show", description = "Shows the CDRs of a call with every field: one for each who paid")
public final class CdrShow implements Action {

  @Reference CdrService cdrs;

  @Argument(index = 0, name = "call", description = "Call's id", required = true)
  @Completion(RecentCalls.class)
  String call;

  @Option(name = "--json", description = "For programs")
  boolean json;

  @Override
  public Object execute() {
    List<Cdr> found = cdrs.find(CdrQuery.ofCall(CallId.parse(call)));
    if (found.isEmpty()) {
      throw StrowgerException.notFound("CDR of call", call + "; a call has one when it is over");
    }
    if (json) {
      System.out.println(Json.print(found.stream().map(CdrView::of).toList()));
      return null;
    }
    String gap = "";
    for (Cdr cdr : found) {
      System.out.print(gap);
      Details.of(CdrView.of(cdr)).print(System.out, false);
      gap = System.lineSeparator();
    }
    return null;
  }
}

package org.strowger.calls.internal.shell;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.strowger.calls.api.CallService;
import org.strowger.kernel.CallId;
import org.strowger.kernel.StrowgerException;

@Service
@Command(scope = "call", name = "explain", description = "Tells step by step why a call did what it did")
public final class CallExplain implements Action {

  @Reference CallService calls;

  @Argument(index = 0, name = "id", description = "Call, as in call:list and cdr:list", required = true)
  @Completion(CallIds.class)
  String id;

  @Option(name = "--json", description = "For programs")
  boolean json;

  @Override
  public Object execute() {
    Steps.print(calls.explain(CallId.parse(id)).orElseThrow(() -> StrowgerException.notFound("trace of call", id)), json);
    return null;
  }
}

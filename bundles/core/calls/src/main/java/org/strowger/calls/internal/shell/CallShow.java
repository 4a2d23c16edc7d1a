package org.strowger.calls.internal.shell;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.strowger.calls.api.ActiveCall;
import org.strowger.calls.api.CallService;
import org.strowger.kernel.CallId;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.data.Shape;
import org.strowger.shell.api.Details;

@Service
@Command(scope = "call", name = "show", description = "Shows a call that is up")
public final class CallShow implements Action {

  @Reference CallService calls;

  @Argument(index = 0, name = "id", description = "Call", required = true)
  @Completion(CallIds.class)
  String id;

  @Option(name = "--json", description = "For programs")
  boolean json;

  @Override
  public Object execute() {
    CallId wanted = CallId.parse(id);
    ActiveCall call = calls.active().stream().filter(c -> c.call().equals(wanted)).findFirst()
        .orElseThrow(() -> StrowgerException.notFound("call that is up,", id + "; see call:list, or call:explain for one that is over"));
    Details.of(Shape.of(ActiveCall.class).encode(call)).print(System.out, json);
    return null;
  }
}

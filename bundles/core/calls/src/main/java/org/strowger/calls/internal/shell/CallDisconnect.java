package org.strowger.calls.internal.shell;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.strowger.calls.api.CallService;
import org.strowger.kernel.CallId;
import org.strowger.kernel.StrowgerException;

@Service
@Command(scope = "call", name = "disconnect", description = "Ends a call: BYE to both sides, or a refusal if it is not answered")
public final class CallDisconnect implements Action {

  @Reference CallService calls;

  @Argument(index = 0, name = "id", description = "Call", required = true)
  @Completion(CallIds.class)
  String id;

  @Override
  public Object execute() {
    if (!calls.disconnect(CallId.parse(id), "an operator at the shell")) {
      throw StrowgerException.notFound("call that is up,", id + "; see call:list");
    }
    System.out.println("call " + id + " is being ended");
    return null;
  }
}

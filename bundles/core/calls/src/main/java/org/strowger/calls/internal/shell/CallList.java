package org.strowger.calls.internal.shell;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.strowger.calls.api.ActiveCall;
import org.strowger.calls.api.CallService;
import org.strowger.shell.api.Table;

@Service
@Command(scope = "call", name = "list", description = "Lists calls that are up or being set up")
public final class CallList implements Action {

  @Reference CallService calls;

  @Option(name = "--json", description = "For programs")
  boolean json;

  @Override
  public Object execute() {
    Table table = Table.of("call", "state", "cli", "cld", "caller", "callee", "carrier", "setupTime", "seconds", "paidSeconds");
    for (ActiveCall call : calls.active()) {
      table.row(call.call().toString(), call.state(), call.cli(), call.cld(), call.caller() == null ? null : call.caller().value(),
          call.callee() == null ? null : call.callee().value(), call.carrier() == null ? null : call.carrier().value(), call.setupTime().toString(),
          call.sinceAnswer() == null ? null : call.sinceAnswer().toSeconds(), call.granted() == null ? null : call.granted().toSeconds());
    }
    table.print(System.out, json);
    return null;
  }
}

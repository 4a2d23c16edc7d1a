package org.strowger.calls.internal.shell;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.strowger.calls.api.CallService;
import org.strowger.calls.api.Simulation;
import org.strowger.kernel.InvalidInput;

@Service
@Command(scope = "call", name = "simulate", description = "Tells what would become of a call, without making it")
public final class CallSimulate implements Action {

  @Reference CallService calls;

  @Argument(index = 0, name = "account", description = "Name of the calling account", required = true)
  @Completion(AccountNames.class)
  String account;

  @Argument(index = 1, name = "cld", description = "Number or name dialled", required = true)
  String cld;

  @Option(name = "--cli", description = "Caller's number; the account's name if absent")
  String cli;

  @Option(name = "--at", description = "As if it were then, UTC: 2026-12-24T18:00:00Z")
  String at;

  @Option(name = "--json", description = "For programs")
  boolean json;

  @Override
  public Object execute() {
    Steps.print(calls.simulate(new Simulation(account, cld, cli, at == null ? null : instant(at))), json);
    return null;
  }

  private static Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw new InvalidInput("--at", text, "is a moment in UTC such as 2026-12-24T18:00:00Z");
    }
  }
}

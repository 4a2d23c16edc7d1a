package org.strowger.calls.internal.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.strowger.calls.api.CallService;

/** Completes ids of calls that are up. */
@Service
public final class CallIds implements Completer {

  @Reference CallService calls;

  @Override
  public int complete(Session session, CommandLine line, List<String> candidates) {
    return new StringsCompleter(calls.active().stream().map(call -> call.call().toString()).toList()).complete(session, line, candidates);
  }
}

package org.strowger.registrar.internal.shell;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.strowger.registrar.internal.RegistrationView;
import org.strowger.shell.api.Table;

@Service
@Command(scope = "switch", name = "registrations", description = "Lists all registrations there are now, in order of account")
public final class SwitchRegistrations implements Action {

  @Reference RegistrationView view;

  @Option(name = "--limit", description = "How many to show")
  int limit = 1000;

  @Option(name = "--json", description = "For programs")
  boolean json;

  @Override
  public Object execute() {
    Table.of(view.all(Math.max(1, limit))).print(System.out, json);
    return null;
  }
}

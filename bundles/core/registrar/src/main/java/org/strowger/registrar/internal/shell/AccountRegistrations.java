package org.strowger.registrar.internal.shell;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.strowger.registrar.internal.RegistrationView;
import org.strowger.shell.api.Table;

@Service
@Command(scope = "account", name = "registrations", description = "Lists where an account is registered now")
public final class AccountRegistrations implements Action {

  @Reference RegistrationView view;

  @Argument(index = 0, name = "name", description = "Account", required = true)
  @Completion(RegisteredNames.class)
  String name;

  @Option(name = "--json", description = "For programs")
  boolean json;

  @Override
  public Object execute() {
    Table.of(view.ofName(name)).print(System.out, json);
    return null;
  }
}

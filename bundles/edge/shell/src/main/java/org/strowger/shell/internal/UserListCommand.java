package org.strowger.shell.internal;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.osgi.framework.BundleContext;
import org.strowger.shell.api.Table;

@Service
@Command(scope = "switch", name = "user-list", description = "Who may log in to the shell, REST and SOAP")
public final class UserListCommand implements Action {

  @Reference BundleContext context;

  @Option(name = "--json", description = "For programs")
  boolean json;

  @Override
  public Object execute() {
    Table table = Table.of("name", "role", "roles");
    for (Users.User user : new Users(new Services(context)).list()) {
      table.row(user.name(), user.role() == null ? null : user.role().name(), String.join(" ", user.roles()));
    }
    table.print(System.out, json);
    return null;
  }
}

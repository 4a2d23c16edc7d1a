package org.strowger.shell.internal;

import java.util.LinkedHashMap;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.osgi.framework.BundleContext;
import org.strowger.shell.api.Details;

@Service
@Command(scope = "switch", name = "user-create", description = "Makes a user of the shell, REST and SOAP; the password is shown once")
public final class UserCreateCommand implements Action {

  @Reference BundleContext context;

  @Argument(index = 0, name = "name", description = "Login", required = true)
  String name;

  @Argument(index = 1, name = "role", description = "admin or viewer", required = true)
  @Completion(value = StringsCompleter.class, values = {"admin", "viewer"})
  String role;

  @Option(name = "--json", description = "For programs")
  boolean json;

  @Override
  public Object execute() {
    String password = new Users(new Services(context)).create(name, Users.role(role));
    var made = new LinkedHashMap<String, Object>();
    made.put("name", name);
    made.put("role", Users.role(role).name());
    made.put("password", password);
    Details.of(made).print(System.out, json);
    return null;
  }
}

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
@Command(scope = "switch", name = "user-role", description = "Makes a user an administrator or a viewer")
public final class UserRoleCommand implements Action {

  @Reference BundleContext context;

  @Argument(index = 0, name = "name", description = "User", required = true)
  @Completion(UserNames.class)
  String name;

  @Argument(index = 1, name = "role", description = "admin or viewer", required = true)
  @Completion(value = StringsCompleter.class, values = {"admin", "viewer"})
  String role;

  @Option(name = "--json", description = "For programs")
  boolean json;

  @Override
  public Object execute() {
    new Users(new Services(context)).changeRole(name, Users.role(role));
    var changed = new LinkedHashMap<String, Object>();
    changed.put("name", name);
    changed.put("role", Users.role(role).name());
    Details.of(changed).print(System.out, json);
    return null;
  }
}

package org.strowger.shell.internal;

import java.util.Map;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.osgi.framework.BundleContext;
import org.strowger.shell.api.Details;

@Service
@Command(scope = "switch", name = "user-delete", description = "Removes a user; REST and SOAP refuse it within ten seconds")
public final class UserDeleteCommand implements Action {

  @Reference BundleContext context;

  @Argument(index = 0, name = "name", description = "User", required = true)
  @Completion(UserNames.class)
  String name;

  @Option(name = "--json", description = "For programs")
  boolean json;

  @Override
  public Object execute() {
    new Users(new Services(context)).delete(name);
    Details.of(Map.of("deleted", name)).print(System.out, json);
    return null;
  }
}

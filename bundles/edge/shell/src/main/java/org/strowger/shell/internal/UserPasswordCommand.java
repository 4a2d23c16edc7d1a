package org.strowger.shell.internal;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
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
@Command(scope = "switch", name = "user-password", description = "Gives a user a new password; it is shown once")
public final class UserPasswordCommand implements Action {

  @Reference BundleContext context;

  @Argument(index = 0, name = "name", description = "User", required = true)
  @Completion(UserNames.class)
  String name;

  @Option(name = "--json", description = "For programs")
  boolean json;

  @Override
  public Object execute() {
    String password = new Users(new Services(context)).renewPassword(name);
    var changed = new LinkedHashMap<String, Object>();
    changed.put("name", name);
    changed.put("password", password);
    if (name.equals(AdminPasswordFile.ADMIN)) {
      changed.put("clientUses", keep(password));
    }
    Details.of(changed).print(System.out, json);
    return null;
  }

  /** The password counts already: that it could not be kept must not hide it. */
  private static String keep(String password) {
    try {
      new AdminPasswordFile(Path.of(System.getProperty("strowger.home", System.getProperty("karaf.base", ".")))).write(password);
      return "this password from now on";
    } catch (UncheckedIOException refused) {
      return "the old password still: keys/admin-password could not be written (" + refused.getCause().getMessage() + "); put this one there";
    }
  }
}

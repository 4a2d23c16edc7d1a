package org.strowger.shell.internal;

import java.util.LinkedHashMap;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.osgi.framework.BundleContext;
import org.strowger.rest.api.Role;
import org.strowger.rest.api.Tokens;
import org.strowger.shell.api.Details;

@Service
@Command(scope = "switch", name = "token-create", description = "Makes a token for REST and SOAP; it is shown once")
public final class TokenCreateCommand implements Action {

  @Reference BundleContext context;

  @Argument(index = 0, name = "name", description = "Who will use it", required = true)
  String name;

  @Option(name = "--read-only", description = "It may look and not touch")
  boolean readOnly;

  @Option(name = "--json", description = "For programs")
  boolean json;

  @Override
  public Object execute() {
    Role role = readOnly ? Role.READ_ONLY : Role.ADMIN;
    String secret = new Services(context).one(Tokens.class, "REST", tokens -> tokens.create(name, role));
    var made = new LinkedHashMap<String, Object>();
    made.put("name", name);
    made.put("role", role.name());
    made.put("token", secret);
    Details.of(made).print(System.out, json);
    return null;
  }
}

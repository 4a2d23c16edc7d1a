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
import org.strowger.rest.api.Tokens;
import org.strowger.shell.api.Details;

@Service
@Command(scope = "switch", name = "token-revoke", description = "Refuses a token from now on")
public final class TokenRevokeCommand implements Action {

  @Reference BundleContext context;

  @Argument(index = 0, name = "name", description = "Token", required = true)
  @Completion(TokenNames.class)
  String name;

  @Option(name = "--json", description = "For programs")
  boolean json;

  @Override
  public Object execute() {
    new Services(context).one(Tokens.class, "REST", tokens -> {
      tokens.revoke(name);
      return name;
    });
    Details.of(Map.of("revoked", name)).print(System.out, json);
    return null;
  }
}

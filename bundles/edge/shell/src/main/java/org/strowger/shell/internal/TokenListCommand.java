package org.strowger.shell.internal;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.osgi.framework.BundleContext;
import org.strowger.rest.api.Tokens;
import org.strowger.shell.api.Table;

@Service
@Command(scope = "switch", name = "token-list", description = "The tokens there are, without their secrets")
public final class TokenListCommand implements Action {

  @Reference BundleContext context;

  @Option(name = "--json", description = "For programs")
  boolean json;

  @Override
  public Object execute() {
    Table table = Table.of("name", "role", "created");
    for (Tokens.Token token : new Services(context).one(Tokens.class, "REST", Tokens::list)) {
      table.row(token.name(), token.role().name(), token.created().toString());
    }
    table.print(System.out, json);
    return null;
  }
}

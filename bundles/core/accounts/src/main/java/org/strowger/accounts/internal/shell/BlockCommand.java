package org.strowger.accounts.internal.shell;

import java.util.Map;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.strowger.accounts.api.AccountChange;
import org.strowger.accounts.api.AccountService;

@Service
@Command(scope = "account", name = "block", description = "Neither calls nor registers any more, and is not called; calls that are up go on")
public final class BlockCommand implements Action {

  @Reference AccountService accounts;
  @Reference Session session;

  @Argument(index = 0, name = "name", description = "Account", required = true)
  @Completion(AccountNames.class)
  String name;

  @Override
  public Object execute() {
    accounts.change(Names.account(accounts, name).id(), AccountChange.ofProfile(Map.of("blocked", true)), Names.user(session));
    System.out.println("account " + name + " is blocked");
    return null;
  }
}

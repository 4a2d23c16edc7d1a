package org.strowger.accounts.internal.shell;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.strowger.accounts.api.AccountService;

@Service
@Command(scope = "account", name = "delete", description = "Deletes an account without balance and calls; its CDRs and payments stay")
public final class DeleteCommand implements Action {

  @Reference AccountService accounts;
  @Reference Session session;

  @Argument(index = 0, name = "name", description = "Account", required = true)
  @Completion(AccountNames.class)
  String name;

  @Override
  public Object execute() {
    accounts.delete(Names.account(accounts, name).id(), Names.user(session));
    System.out.println("account " + name + " is deleted");
    return null;
  }
}

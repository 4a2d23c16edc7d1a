package org.strowger.accounts.internal.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.strowger.accounts.api.Account;
import org.strowger.accounts.api.AccountChange;
import org.strowger.accounts.api.AccountService;
import org.strowger.accounts.internal.view.AccountView;
import org.strowger.billing.api.PlanService;
import org.strowger.shell.api.Details;

@Service
@Command(scope = "account", name = "update", description = "Changes fields of an account; field= sets the initial value")
public final class UpdateCommand implements Action {

  @Reference AccountService accounts;
  @Reference(optional = true) PlanService plans;
  @Reference Session session;

  @Argument(index = 0, name = "name", description = "Account", required = true)
  @Completion(AccountNames.class)
  String name;

  @Argument(index = 1, name = "field=value", description = "Fields, such as description=Lobby", required = true, multiValued = true)
  @Completion(ProfileFields.class)
  List<String> assignments;

  @Option(name = "--json", description = "For programs")
  boolean json;

  @Override
  public Object execute() {
    Account account = Names.account(accounts, name);
    Assignments given = Assignments.of(assignments, accounts, plans);
    var change = new AccountChange(account.version(), given.profile, given.features, null, null);
    Details.of(AccountView.line(accounts.change(account.id(), change, Names.user(session)))).print(System.out, json);
    return null;
  }
}

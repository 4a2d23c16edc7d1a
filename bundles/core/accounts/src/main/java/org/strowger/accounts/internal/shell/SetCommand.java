package org.strowger.accounts.internal.shell;

import java.util.LinkedHashMap;
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
import org.strowger.kernel.InvalidInput;
import org.strowger.shell.api.Details;

@Service
@Command(scope = "account", name = "set", description = "Changes settings of features on an account; feature.setting= sets the initial value")
public final class SetCommand implements Action {

  @Reference AccountService accounts;
  @Reference Session session;

  @Argument(index = 0, name = "name", description = "Account", required = true)
  @Completion(AccountNames.class)
  String name;

  @Argument(index = 1, name = "feature.setting=value", description = "Settings, such as registration.regAllowed=false", required = true, multiValued = true)
  @Completion(SettingNames.class)
  List<String> assignments;

  @Option(name = "--json", description = "For programs")
  boolean json;

  @Override
  public Object execute() {
    Account account = Names.account(accounts, name);
    Assignments given = Assignments.of(assignments, accounts, null);
    given.profile.keySet().stream().findFirst().ifPresent(field -> {
      throw new InvalidInput(field, null, "is no feature.setting; fields of the account itself are changed with account:update");
    });
    Account changed = accounts.change(account.id(), new AccountChange(account.version(), given.profile, given.features, null, null), Names.user(session));
    var shown = new LinkedHashMap<String, Object>();
    given.features.keySet().forEach(feature -> accounts.settings(changed, feature).ifPresent(values -> shown.put(feature, values)));
    Details.of(shown).print(System.out, json);
    return null;
  }
}

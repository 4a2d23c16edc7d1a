package org.strowger.accounts.internal.shell;

import java.math.BigDecimal;
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
import org.strowger.accounts.api.AccountService;
import org.strowger.accounts.api.NewAccount;
import org.strowger.accounts.internal.view.AccountForm;
import org.strowger.billing.api.PlanService;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.Money;
import org.strowger.shell.api.Details;

@Service
@Command(scope = "account", name = "create", description = "Makes an account; passwords that the switch makes are shown once")
public final class CreateCommand implements Action {

  @Reference AccountService accounts;
  @Reference(optional = true) PlanService plans;
  @Reference Session session;

  @Argument(index = 0, name = "name", description = "SIP user name, and the number other accounts dial", required = true)
  String name;

  @Argument(index = 1, name = "plan", description = "Service plan", required = true)
  @Completion(PlanNames.class)
  String plan;

  @Argument(index = 2, name = "field=value", description = "Further fields, such as creditLimit=5 or registration.regAllowed=false", multiValued = true)
  @Completion(ProfileFields.class)
  List<String> assignments;

  @Option(name = "--balance", description = "Opening balance, in the plan's currency")
  String balance = "0";

  @Option(name = "--voip-password", description = "Instead of one that the switch makes; a line with it is not kept in this shell's history")
  String voipPassword;

  @Option(name = "--web-password", description = "Instead of one that the switch makes; a line with it is not kept in this shell's history")
  String webPassword;

  @Option(name = "--json", description = "For programs")
  boolean json;

  @Override
  public Object execute() {
    Assignments given = Assignments.of(assignments, accounts, plans);
    given.profile.put("name", name);
    given.profile.put("plan", Names.plan(plans, plan));
    BigDecimal opening = Money.parseAmount("balance", balance);
    var asked = AccountForm.account(given.profile, opening, voipPassword, webPassword, List.of());
    NewAccount.Created created = accounts.create(CustomerId.ROOT, asked, given.features, Names.user(session));
    var shown = new LinkedHashMap<String, Object>();
    shown.put("id", (long) created.account().id().value());
    shown.put("name", created.account().name());
    shown.put("voipLogin", created.account().profile().voipLogin());
    if (created.voipPassword() != null) {
      shown.put("voipPassword", created.voipPassword());
    }
    if (created.webPassword() != null) {
      shown.put("webPassword", created.webPassword());
    }
    Details.of(shown).print(System.out, json);
    return null;
  }
}

package org.strowger.accounts.internal.shell;

import org.apache.karaf.shell.api.console.Session;
import org.strowger.accounts.api.Account;
import org.strowger.accounts.api.AccountService;
import org.strowger.billing.api.PlanService;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.Unavailable;

/** Things as people name them at the prompt. */
final class Names {

  private Names() {}

  static Account account(AccountService accounts, String name) {
    return accounts.byName(CustomerId.ROOT, name).orElseThrow(() -> StrowgerException.notFound("account", "'" + name + "'; see account:list"));
  }

  /** @param plans null while rating is away */
  static long plan(PlanService plans, String name) {
    if (plans == null) {
      throw new Unavailable("rating");
    }
    return plans.byName(CustomerId.ROOT, name).orElseThrow(() -> StrowgerException.notFound("plan", "'" + name + "'; see plan:list")).id().value();
  }

  /** Who types, for the info block. */
  static String user(Session session) {
    Object user = session == null ? null : session.get("USER");
    return user == null ? "shell" : user.toString();
  }
}

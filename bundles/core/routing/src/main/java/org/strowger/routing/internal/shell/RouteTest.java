package org.strowger.routing.internal.shell;

import java.util.List;
import java.util.Optional;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.strowger.accounts.api.Account;
import org.strowger.accounts.api.AccountService;
import org.strowger.calls.api.Change;
import org.strowger.calls.api.Leg;
import org.strowger.calls.api.Verdict;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.RoutingGroupId;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.Time;
import org.strowger.routing.internal.RouteBook;
import org.strowger.routing.internal.RoutePolicy;

@Service
@Command(scope = "route", name = "test", description = "Shows where a call of an account would go; the number as it is after the account's own translations")
public final class RouteTest implements Action {

  @Reference RoutePolicy policy;
  @Reference RouteBook book;
  @Reference AccountService accounts;
  @Reference Time time;

  @Argument(index = 0, name = "account", description = "Name of the calling account", required = true)
  @Completion(AccountNames.class)
  String name;

  @Argument(index = 1, name = "number", description = "What is dialled", required = true)
  String number;

  @Option(name = "--cli", description = "The caller's number; the account's name if absent")
  String cli;

  @Option(name = "--json", description = "For programs")
  boolean json;

  @Override
  public Object execute() {
    Account caller = accounts.byName(CustomerId.ROOT, name).orElseThrow(() -> StrowgerException.notFound("account", "'" + name + "'; see account:list"));
    String from = cli == null ? name : cli;
    Verdict verdict = policy.route(Optional.of(caller), from, number, time.now());
    boolean onNet = verdict instanceof Verdict.Proceed proceed && ((Change.Legs) proceed.changes().get(0)).legs().get(0) instanceof Leg.OnNet;
    RoutingGroupId group = caller.profile().routingGroup();
    new Trial(verdict, onNet || group == null ? List.of() : book.candidates(group, from, number)).print(System.out, json);
    return null;
  }
}

package org.strowger.ledger.internal.shell;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.strowger.accounts.api.AccountService;
import org.strowger.billing.api.Cdr;
import org.strowger.billing.api.CdrQuery;
import org.strowger.billing.api.CdrService;
import org.strowger.kernel.data.Shape;
import org.strowger.ledger.internal.CdrView;
import org.strowger.shell.api.Json;
import org.strowger.shell.api.Table;

@Service
@Command(scope = "cdr", name = "list", description = "Lists CDRs, newest first, of the last hour unless a time or a call is given")
public final class CdrList implements Action {

  private static final Shape<CdrQuery> QUERY = Shape.of(CdrQuery.class);

  @Reference CdrService cdrs;
  @Reference AccountService accounts;

  @Option(name = "--account", description = "Who paid: account name, or id:12")
  @Completion(AccountNames.class)
  String account;

  @Option(name = "--carrier", description = "Carrier's id")
  String carrier;

  @Option(name = "--call", description = "Call's id")
  @Completion(RecentCalls.class)
  String call;

  @Option(name = "--cli", description = "Calling number after translation")
  String cli;

  @Option(name = "--cld", description = "Called number after translation")
  String cld;

  @Option(name = "--from", description = "UTC, inclusive, such as 2026-11-21T12:00:00Z")
  String from;

  @Option(name = "--until", description = "UTC, exclusive")
  String until;

  @Option(name = "--type", description = "ALL, COMPLETE, INCOMPLETE, NON_ZERO, ERRORS or NON_ZERO_AND_ERRORS")
  @Completion(Types.class)
  String type = "ALL";

  @Option(name = "--offset", description = "How many to pass over")
  int offset;

  @Option(name = "--limit", description = "How many to show, at most 1000")
  int limit = 50;

  @Option(name = "--count", description = "Show only how many there are, whatever the page")
  boolean count;

  @Option(name = "--json", description = "For programs, with every field")
  boolean json;

  @Override
  public Object execute() {
    if (count) {
      long number = cdrs.count(QUERY.decode(query()));
      System.out.println(json ? Json.print(Map.of("count", number)) : Long.toString(number));
      return null;
    }
    List<Cdr> found = cdrs.find(QUERY.decode(query()));
    if (json) {
      System.out.println(Json.print(found.stream().map(CdrView::of).toList()));
      return null;
    }
    Table table = Table.of("call", "setup", "cli", "cld", "payer", "seconds", "billed", "cost", "currency", "result", "reason");
    for (Cdr cdr : found) {
      table.row(cdr.call().call(), cdr.call().setupTime(), cdr.call().cli(), cdr.call().cld(), cdr.payer(), CdrView.seconds(cdr.end().duration()),
          cdr.billedSeconds(), cdr.cost() == null ? null : cdr.cost().amount(), cdr.cost() == null ? null : cdr.cost().currency(), cdr.end().result(),
          cdr.crashed() ? cdr.end().reason() + " (crashed)" : cdr.end().reason());
    }
    table.print(System.out, false);
    return null;
  }

  private Map<String, Object> query() {
    var query = new LinkedHashMap<String, Object>();
    query.put("account", account == null ? null : (long) Payers.account(accounts, account).id());
    query.put("carrier", carrier);
    query.put("call", call);
    query.put("cli", cli);
    query.put("cld", cld);
    query.put("from", from);
    query.put("until", until);
    query.put("type", type);
    query.put("offset", offset);
    query.put("limit", limit);
    return query;
  }

  /** The filters. */
  @Service
  public static final class Types implements Completer {
    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
      var names = java.util.Arrays.stream(CdrQuery.Filter.values()).map(Enum::name).toList();
      return new StringsCompleter(names).complete(session, line, candidates);
    }
  }
}

package org.strowger.ledger.internal.shell;

import java.util.List;
import java.util.Map;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.strowger.billing.api.CdrQuery;
import org.strowger.billing.api.CdrService;
import org.strowger.kernel.data.Shape;

/** Ids of the last hour's newest calls. */
@Service
public final class RecentCalls implements Completer {

  private static final int SHOWN = 50;
  private static final Shape<CdrQuery> QUERY = Shape.of(CdrQuery.class);

  @Reference CdrService cdrs;

  @Override
  public int complete(Session session, CommandLine line, List<String> candidates) {
    List<String> found = cdrs.find(QUERY.decode(Map.of("limit", SHOWN))).stream().map(cdr -> cdr.call().call().toString()).distinct().toList();
    return new StringsCompleter(found).complete(session, line, candidates);
  }
}

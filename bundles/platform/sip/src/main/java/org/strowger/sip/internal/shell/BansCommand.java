package org.strowger.sip.internal.shell;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.strowger.shell.api.Table;
import org.strowger.sip.internal.admission.Admission;
import org.strowger.sip.internal.admission.Ban;

/** Readers may list; that only administrators lift stands in {@code etc/org.apache.karaf.command.acl.switch.cfg}. */
@Service
@Command(scope = "switch", name = "bans", description = "Lists the sources of SIP messages that are banned or slowed now, those first who came first, or lets one in again")
public final class BansCommand implements Action {

  @Reference Admission admission;

  @Reference Session session;

  @Option(name = "--lift", description = "An address as it is listed: it is let in again, and what it did is forgotten")
  @Completion(BannedSources.class)
  String lift;

  @Option(name = "--json", description = "For programs")
  boolean json;

  @Override
  public Object execute() {
    if (lift != null) {
      admission.lift(lift, String.valueOf(session.get("USER")));
    }
    Table table = Table.of("source", "effect", "since", "until", "reason", "dropped");
    for (Ban ban : admission.list()) {
      table.row(ban.source(), ban.effect(), ban.since().toString(), ban.until().toString(), ban.reason(), ban.dropped());
    }
    table.print(System.out, json);
    return null;
  }
}

package org.strowger.instance.internal.shell;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.osgi.framework.Bundle;
import org.strowger.instance.internal.BundleHistory;
import org.strowger.shell.api.Table;

/** Who was restarted or updated since the switch started: nobody, or those that were meant to. */
@Service
@Command(scope = "switch", name = "bundles", description = "All bundles, and how often each was stopped and updated since the switch started")
public final class BundlesCommand implements Action {

  @Option(name = "--json", description = "Print a list of JSON objects")
  private boolean json;

  @Option(name = "--moved", description = "Only bundles that were stopped or updated")
  private boolean moved;

  @Reference private Session session;
  @Reference private BundleHistory history;

  @Override
  public Object execute() {
    Table table = Table.of("id", "name", "version", "active", "stopped", "updated");
    for (Bundle bundle : history.bundles()) {
      BundleHistory.Moves moves = history.of(bundle);
      if (!moved || moves.stopped() + moves.updated() > 0) {
        table.row(bundle.getBundleId(), bundle.getSymbolicName(), bundle.getVersion().toString(), bundle.getState() == Bundle.ACTIVE,
            moves.stopped(), moves.updated());
      }
    }
    table.print(session.getConsole(), json);
    return null;
  }
}

package org.strowger.shell.internal;

import java.util.stream.Collectors;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.osgi.framework.BundleContext;
import org.strowger.kernel.ErrorCode;
import org.strowger.kernel.Health;
import org.strowger.kernel.StrowgerException;
import org.strowger.rest.door.Checkup.Finding;
import org.strowger.shell.api.Table;

@Service
@Command(scope = "switch", name = "health", description = "How each part of the switch is; fails when one is down")
public final class HealthCommand implements Action {

  @Reference BundleContext context;

  @Option(name = "--json", description = "For programs")
  boolean json;

  @Override
  public Object execute() {
    Parts parts = Parts.of(new Services(context));
    Table table = Table.of("part", "state", "detail");
    parts.list().forEach(part -> table.row(part.name(), part.health().state().name(), part.health().detail()));
    table.print(System.out, json);
    if (parts.worst() == Health.State.DOWN) {
      throw new StrowgerException(ErrorCode.UNAVAILABLE, parts.list().isEmpty() ? "no part of the switch runs"
          : "down: " + parts.list().stream().filter(part -> part.health().state() == Health.State.DOWN).map(Finding::name).collect(Collectors.joining(", ")));
    }
    return null;
  }
}

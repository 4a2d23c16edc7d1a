package org.strowger.shell.internal;

import java.util.Comparator;
import java.util.List;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.strowger.kernel.StrowgerException;
import org.strowger.shell.api.Table;

/** What {@code help} runs, each command on one line of its own and whole: Karaf's own breaks lines and loses letters there. */
@Service
@Command(scope = "switch", name = "commands", description = "Lists the commands there are, or describes one")
public final class CommandsCommand implements Action {

  private static final String EVERYWHERE = "*";

  @Reference Session session;

  @Argument(index = 0, name = "prefix", description = "Only commands that begin so: account, or account:s; of a whole name its description")
  String prefix = "";

  @Option(name = "--json", description = "For programs")
  boolean json;

  private record Line(String name, String description) {}

  @Override
  public Object execute() throws Exception {
    List<Line> lines = session.getRegistry().getCommands().stream().filter(command -> !command.getScope().equals(EVERYWHERE))
        .map(command -> new Line(command.getScope() + ":" + command.getName(), command.getDescription() == null ? "" : command.getDescription().strip()))
        .filter(line -> line.name.startsWith(prefix)).distinct().sorted(Comparator.comparing(Line::name)).toList();
    if (lines.isEmpty()) {
      throw StrowgerException.notFound("command that begins with", "'" + prefix + "'; see switch:commands");
    }
    if (!json && lines.stream().anyMatch(line -> line.name.equals(prefix))) {
      return session.execute(prefix + " --help");
    }
    Table table = Table.of("command", "description");
    lines.forEach(line -> table.row(line.name, line.description));
    table.print(System.out, json);
    return null;
  }
}

package org.strowger.dncl.internal.shell;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.strowger.dncl.internal.DnclView;
import org.strowger.shell.api.Table;

@Service
@Command(scope = "dncl", name = "lists", description = "Lists the do-not-call lists, how many numbers each has and since when")
public final class ListsCommand implements Action {

  @Reference DnclView view;

  @Option(name = "--json", description = "For programs")
  boolean json;

  @Override
  public Object execute() {
    Table.of(view.all()).print(System.out, json);
    return null;
  }
}

package org.strowger.dncl.internal.shell;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.strowger.dncl.internal.DnclView;
import org.strowger.shell.api.Table;

@Service
@Command(scope = "dncl", name = "reload", description = "Starts to read one list, or all, afresh; the old one answers until the new one is whole. dncl:lists shows when that is")
public final class ReloadCommand implements Action {

  @Reference DnclView view;

  @Argument(index = 0, name = "list", description = "Name of the list; all if absent")
  @Completion(ListNames.class)
  String list;

  @Option(name = "--json", description = "For programs")
  boolean json;

  @Override
  public Object execute() {
    Table.of(view.reload(list)).print(System.out, json);
    return null;
  }
}

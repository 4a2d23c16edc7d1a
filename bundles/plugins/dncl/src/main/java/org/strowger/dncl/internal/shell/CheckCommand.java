package org.strowger.dncl.internal.shell;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.strowger.dncl.internal.DnclView;
import org.strowger.shell.api.Table;

@Service
@Command(scope = "dncl", name = "check", description = "Says what each do-not-call list knows of a number")
public final class CheckCommand implements Action {

  @Reference DnclView view;

  @Argument(index = 0, name = "number", description = "As calls have it at the stage of the lookup", required = true)
  String number;

  @Option(name = "--json", description = "For programs")
  boolean json;

  @Override
  public Object execute() {
    Table.of(view.check(number)).print(System.out, json);
    return null;
  }
}

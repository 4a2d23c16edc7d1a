package org.strowger.accounts.internal.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.strowger.accounts.api.AccountService;

/** Settings of the features installed now. */
@Service
public final class SettingNames implements Completer {

  @Reference AccountService accounts;

  @Override
  public int complete(Session session, CommandLine line, List<String> candidates) {
    List<String> names = accounts.features().stream()
        .flatMap(schema -> schema.schema().fields().stream().map(field -> schema.feature() + "." + field.name() + "=")).toList();
    return new StringsCompleter(names).complete(session, line, candidates);
  }
}

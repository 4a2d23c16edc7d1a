package org.strowger.accounts.internal.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.strowger.accounts.internal.view.AccountView;

@Service
public final class ProfileFields implements Completer {

  @Override
  public int complete(Session session, CommandLine line, List<String> candidates) {
    var names = new StringsCompleter(AccountView.PROFILE.schema().fields().stream().map(field -> field.name() + "=").toList());
    return names.complete(session, line, candidates);
  }
}

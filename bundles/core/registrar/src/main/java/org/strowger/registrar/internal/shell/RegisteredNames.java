package org.strowger.registrar.internal.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.strowger.registrar.internal.RegistrationView;

/** Accounts that are registered now. */
@Service
public final class RegisteredNames implements Completer {

  @Reference RegistrationView view;

  @Override
  public int complete(Session session, CommandLine line, List<String> candidates) {
    List<String> names = view.all(1000).stream().map(one -> one.get("name").toString()).distinct().toList();
    return new StringsCompleter(names).complete(session, line, candidates);
  }
}

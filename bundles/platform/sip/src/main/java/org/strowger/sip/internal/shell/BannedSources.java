package org.strowger.sip.internal.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.strowger.sip.internal.admission.Admission;
import org.strowger.sip.internal.admission.Ban;

/** Sources that are banned or slowed now. */
@Service
public final class BannedSources implements Completer {

  @Reference Admission admission;

  @Override
  public int complete(Session session, CommandLine line, List<String> candidates) {
    return new StringsCompleter(admission.list().stream().map(Ban::source).distinct().toList()).complete(session, line, candidates);
  }
}

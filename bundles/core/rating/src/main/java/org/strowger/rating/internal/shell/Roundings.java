package org.strowger.rating.internal.shell;

import java.util.Arrays;
import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.strowger.billing.api.DurationRounding;

@Service
public final class Roundings implements Completer {

  @Override
  public int complete(Session session, CommandLine line, List<String> candidates) {
    return new StringsCompleter(Arrays.stream(DurationRounding.values()).map(Enum::name).toList()).complete(session, line, candidates);
  }
}

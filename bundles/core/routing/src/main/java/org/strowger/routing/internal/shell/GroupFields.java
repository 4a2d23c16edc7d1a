package org.strowger.routing.internal.shell;

import java.util.ArrayList;
import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.strowger.routing.internal.model.GroupTerms;

/** What can be assigned to a routing group: {@code policy=PREFIX_LENGTH}. */
@Service
public final class GroupFields implements Completer {

  @Override
  public int complete(Session session, CommandLine line, List<String> candidates) {
    var words = new ArrayList<String>(List.of("name="));
    for (GroupTerms.Policy policy : GroupTerms.Policy.values()) {
      words.add("policy=" + policy);
    }
    return new StringsCompleter(words).complete(session, line, candidates);
  }
}

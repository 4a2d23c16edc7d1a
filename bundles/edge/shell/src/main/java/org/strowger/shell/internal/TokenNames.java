package org.strowger.shell.internal;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.osgi.framework.BundleContext;
import org.strowger.rest.api.Tokens;

@Service
public final class TokenNames implements Completer {

  @Reference BundleContext context;

  @Override
  public int complete(Session session, CommandLine line, List<String> candidates) {
    List<String> names = new Services(context).each(Tokens.class, Tokens::list).stream().flatMap(List::stream).map(Tokens.Token::name).toList();
    return new StringsCompleter(names).complete(session, line, candidates);
  }
}

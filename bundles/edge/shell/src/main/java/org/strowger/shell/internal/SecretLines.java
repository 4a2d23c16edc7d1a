package org.strowger.shell.internal;

import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.CommandSessionListener;
import org.apache.felix.service.command.Function;
import org.osgi.service.component.annotations.Component;

/**
 * Keeps what is typed after a command's name where it was typed: there may be a password in it. Karaf's
 * language runs each command on a thread that it names after the whole line, and so whatever tells
 * threads' names, log and thread dump, would tell the line; here the name is cut to {@code pipe-account:create}.
 */
@Component
public final class SecretLines implements CommandSessionListener {

  /**
   * The first thing the language asks for on the thread of a command, before it runs it: whether to
   * echo the line. A name with a # before it is a variable that is computed by a function.
   */
  private static final String ASKED_FIRST = "#echo";
  private static final String IGNORED_BY_HISTORY = "history-ignore";
  private static final Function CUT = (session, arguments) -> {
    cut(Thread.currentThread());
    return null;
  };

  @Override
  public void beforeExecute(CommandSession session, CharSequence command) {
    session.put(ASKED_FIRST, CUT);
    if (session.get(IGNORED_BY_HISTORY) == null) {
      session.put(IGNORED_BY_HISTORY, "*assword*:*ecret*");
    }
  }

  @Override
  public void afterExecute(CommandSession session, CharSequence command, Object result) {
    // the thread has its own name again
  }

  @Override
  public void afterExecute(CommandSession session, CharSequence command, Exception failure) {
    // the thread has its own name again
  }

  private static void cut(Thread thread) {
    String name = thread.getName();
    String line = name.startsWith("pipe-") ? name.stripTrailing() : "";
    int blank = 0;
    while (blank < line.length() && !Character.isWhitespace(line.charAt(blank))) {
      blank++;
    }
    if (blank < line.length()) {
      thread.setName(line.substring(0, blank));
    }
  }
}

package org.strowger.shell.internal;

import java.util.regex.Pattern;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.CommandSessionListener;
import org.apache.karaf.shell.support.CommandException;
import org.osgi.service.component.annotations.Component;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.kernel.StrowgerException;

/**
 * Looks at every command that failed, of ours and of Karaf's. A typing error or a refusal is told to who typed it and nobody else: Karaf's own log
 * of each as an ERROR with a stack trace is turned off ({@code org.apache.karaf.shell.support.ShellUtil}). What nobody foresaw is logged here.
 */
@Component
public final class ShellFailures implements CommandSessionListener {

  private static final Logger LOG = LoggerFactory.getLogger(ShellFailures.class);
  private static final Pattern OPTION_AFTER_ARGUMENT = Pattern.compile("\\S+(\\s+-\\S+)*\\s+[^-\\s](.*\\s)?--?[a-zA-Z].*", Pattern.DOTALL);

  @Override
  public void beforeExecute(CommandSession session, CharSequence command) {
    // nothing to look at yet
  }

  @Override
  public void afterExecute(CommandSession session, CharSequence command, Object result) {
    // it went well
  }

  @Override
  public void afterExecute(CommandSession session, CharSequence command, Exception failure) {
    String typed = command.toString().strip();
    if (failure instanceof CommandException && String.valueOf(failure.getMessage()).contains("Too many arguments") && OPTION_AFTER_ARGUMENT.matcher(typed).matches()) {
      session.getConsole().println("Options stand before the arguments: " + name(typed) + " [options] [arguments]");
    }
    if (!isExpected(failure)) {
      // The rest of the line may hold a password.
      LOG.error("The command {} failed", name(typed), failure);
    }
  }

  private static String name(String typed) {
    return typed.split("\\s", 2)[0].replaceAll("\\p{Cntrl}", "?");
  }

  /** Refusals of ours, of Karaf's and of its language: unknown commands, wrong syntax, missing rights. */
  private static boolean isExpected(Exception failure) {
    return failure instanceof StrowgerException || failure instanceof CommandException || failure instanceof SecurityException
        || failure instanceof InterruptedException || failure.getClass().getName().startsWith("org.apache.felix.gogo.");
  }
}

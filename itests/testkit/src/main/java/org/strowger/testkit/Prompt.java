package org.strowger.testkit;

import java.util.ArrayList;
import java.util.List;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.support.completers.ArgumentCommandLine;

/** What the shell's prompt offers after a Tab. */
public final class Prompt {

  private Prompt() {}

  /** @param typed so far of the argument */
  public static List<String> offered(Completer completer, String typed) {
    var candidates = new ArrayList<String>();
    completer.complete(null, new ArgumentCommandLine(typed, typed.length()), candidates);
    return candidates.stream().map(String::strip).toList();
  }

  /** Which completer an argument or option of a command has. @throws AssertionError if it has none */
  public static Class<?> of(Class<?> command, String field) {
    for (Class<?> type = command; type != null; type = type.getSuperclass()) {
      for (var each : type.getDeclaredFields()) {
        Completion completion = each.getName().equals(field) ? each.getAnnotation(Completion.class) : null;
        if (completion != null) {
          return completion.value();
        }
      }
    }
    throw new AssertionError(command.getSimpleName() + "." + field + " is not completed");
  }
}

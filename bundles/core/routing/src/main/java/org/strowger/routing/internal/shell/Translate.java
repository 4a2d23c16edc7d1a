package org.strowger.routing.internal.shell;

import java.util.Map;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.strowger.calls.api.TranslationRule;
import org.strowger.shell.api.Json;

@Service
@Command(scope = "route", name = "translate", description = "Shows what a translation rule makes of a number")
public final class Translate implements Action {

  @Argument(index = 0, name = "rule", description = "Such as 's/^0/44/;s/^44/+44/'", required = true)
  String rule;

  @Argument(index = 1, name = "number", description = "What is translated", required = true)
  String number;

  @Option(name = "--json", description = "For programs")
  boolean json;

  @Override
  public Object execute() {
    String result = TranslationRule.parse("rule", rule).apply(number);
    System.out.println(json ? Json.print(Map.of("result", result)) : result);
    return null;
  }
}

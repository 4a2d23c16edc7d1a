package org.strowger.accounts.internal.shell;

import java.util.LinkedHashMap;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.strowger.accounts.internal.KeyRotation;
import org.strowger.kernel.InvalidInput;
import org.strowger.shell.api.Details;

@Service
@Command(scope = "switch", name = "keys", description = "Shows which key seals VoIP passwords; 'rotate' seals them all under a new one")
public final class KeysCommand implements Action {

  @Reference KeyRotation rotation;

  @Argument(index = 0, name = "what", description = "rotate, or nothing to look")
  @Completion(value = StringsCompleter.class, values = "rotate")
  String what;

  @Option(name = "--json", description = "For programs")
  boolean json;

  @Override
  public Object execute() {
    if (what != null && !what.equals("rotate")) {
      throw new InvalidInput("what", what, "is rotate, or nothing");
    }
    KeyRotation.Report report = what == null ? rotation.status() : rotation.rotate();
    var shown = new LinkedHashMap<String, Object>();
    shown.put("key", report.key());
    shown.put(what == null ? "sealedUnderOthers" : "sealed", report.sealed());
    if (what != null) {
      shown.put("resumed", report.resumed());
    }
    shown.put("olderKeys", report.noLongerUsed());
    Details.of(shown).print(System.out, json);
    return null;
  }
}

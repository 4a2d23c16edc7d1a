package org.strowger.sip.internal.shell;

import java.util.LinkedHashMap;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.strowger.kernel.InvalidInput;
import org.strowger.shell.api.Details;
import org.strowger.sip.internal.SipTrace;

/** Turns the trace of SIP messages on and off. */
@Service
@Command(scope = "switch", name = "trace", description = "Writes SIP messages, without secrets, to log/sip-trace.log for a while; without an argument says how it is")
public final class TraceCommand implements Action {

  @Reference SipTrace trace;

  @Argument(index = 0, name = "what", description = "on, off, or nothing to look")
  @Completion(value = StringsCompleter.class, values = {"on", "off"})
  String what;

  @Option(name = "--call-id", description = "Only the leg with this SIP Call-ID; the two legs of a call have different ones")
  String callId;

  @Option(name = "--peer", description = "Only messages from and to this address")
  String peer;

  @Option(name = "--minutes", description = "Goes off by itself after so many, 1 to 1440")
  int minutes = 10;

  @Option(name = "--json", description = "For programs")
  boolean json;

  @Override
  public Object execute() {
    if (what != null && !what.equals("on") && !what.equals("off")) {
      throw new InvalidInput("what", what, "is on, off, or nothing to look");
    }
    if ("on".equals(what)) {
      trace.on(new SipTrace.Filter(callId, peer), minutes);
    } else if (callId != null || peer != null) {
      throw new InvalidInput("what", what, "is on where something is looked for: switch:trace --peer 192.0.2.7 on");
    } else if ("off".equals(what)) {
      trace.off();
    }
    show();
    return null;
  }

  private void show() {
    SipTrace.Status status = trace.status();
    var shown = new LinkedHashMap<String, Object>();
    shown.put("trace", status.on().isPresent() ? "on" : "off");
    status.on().ifPresent(on -> {
      shown.put("secondsLeft", on.left().toSeconds());
      shown.put("callId", on.filter().callId());
      shown.put("peer", on.filter().peer());
    });
    shown.put("file", "log/sip-trace.log");
    shown.put("written", status.written());
    shown.put("dropped", status.dropped());
    Details.of(shown).print(System.out, json);
  }
}

package org.strowger.routing.internal.shell;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.strowger.calls.api.Change;
import org.strowger.calls.api.Leg;
import org.strowger.calls.api.Verdict;
import org.strowger.routing.internal.Candidate;
import org.strowger.routing.internal.model.Carrier;
import org.strowger.shell.api.Json;
import org.strowger.shell.api.Table;

/** Where a call would go, in words: the same decision as for a call, then every way out that was looked at. */
final class Trial {

  private final Verdict verdict;
  private final List<Candidate> candidates;

  Trial(Verdict verdict, List<Candidate> candidates) {
    this.verdict = verdict;
    this.candidates = candidates;
  }

  void print(PrintStream out, boolean json) {
    if (json) {
      out.println(Json.print(data()));
      return;
    }
    if (verdict instanceof Verdict.Reject reject) {
      out.println("refused with " + reject.status() + ": " + reject.reason());
    } else {
      Table.of(legs()).print(out, false);
    }
    candidates.stream().filter(candidate -> candidate.leg().isEmpty()).forEach(candidate -> out.println("passed over: " + candidate.why()));
  }

  private Map<String, Object> data() {
    var data = new LinkedHashMap<String, Object>();
    data.put("routed", !(verdict instanceof Verdict.Reject));
    data.put("status", verdict instanceof Verdict.Reject reject ? reject.status().code() : null);
    data.put("reason", verdict instanceof Verdict.Reject reject ? reject.reason() : null);
    data.put("legs", legs());
    data.put("passedOver", candidates.stream().filter(candidate -> candidate.leg().isEmpty()).map(Candidate::why).toList());
    return data;
  }

  private List<Map<String, Object>> legs() {
    if (!(verdict instanceof Verdict.Proceed proceed)) {
      return List.of();
    }
    return proceed.changes().stream().flatMap(change -> ((Change.Legs) change).legs().stream()).map(this::leg).toList();
  }

  private Map<String, Object> leg(Leg leg) {
    var data = new LinkedHashMap<String, Object>();
    data.put("leg", leg.label());
    data.put("cld", leg.cld());
    data.put("cli", leg.cli());
    data.put("prefix", candidates.stream().filter(candidate -> candidate.leg().filter(leg::equals).isPresent()).findFirst()
        .map(candidate -> candidate.match().prefix()).orElse(null));
    data.put("to", leg instanceof Leg.Carrier carrier ? carrier.transport().name().toLowerCase(Locale.ROOT) + " " + carrier.hop().hostPort() : "its registrations");
    data.put("answerWithin", leg.timers().answer().toSeconds());
    return data;
  }
}

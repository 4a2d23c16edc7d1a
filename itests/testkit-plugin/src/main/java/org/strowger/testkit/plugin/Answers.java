package org.strowger.testkit.plugin;

import static org.strowger.calls.api.Phase.IDENTIFY;
import static org.strowger.calls.api.Phase.PRESENT;
import static org.strowger.calls.api.Phase.RECOVER;
import static org.strowger.calls.api.Phase.ROUTE;

import java.util.List;
import org.strowger.calls.api.Change;
import org.strowger.calls.api.Phase;
import org.strowger.calls.api.Sense;
import org.strowger.calls.api.Verdict;
import org.strowger.kernel.Time;

/**
 * What is wrong with an answer: what the switch calls a fault of the plugin, by its own rules; and what it passes over in silence,
 * because it is not for that phase or that header does not pass, which an author wants to hear of.
 */
final class Answers {

  private Answers() {}

  /** One line; null if nothing is. */
  static String lacking(Phase phase, Verdict verdict) {
    String wrong = Sense.lacking(phase, verdict, Time.SYSTEM.now());
    if (wrong != null || !(verdict instanceof Verdict.Proceed proceed)) {
      return wrong;
    }
    return proceed.changes().stream().map(change -> passedOver(phase, change)).filter(java.util.Objects::nonNull).findFirst().orElse(null);
  }

  private static String passedOver(Phase phase, Change change) {
    if (change instanceof Change.Caller) {
      return only(phase, change, IDENTIFY);
    } else if (change instanceof Change.HideCaller || change instanceof Change.AssertIdentity) {
      return only(phase, change, PRESENT);
    } else if (change instanceof Change.Header header) {
      return Sense.passes(header) ? only(phase, change, PRESENT) : "the header " + header.name() + " does not pass, only " + Sense.HEADERS + " and X-…";
    }
    return change instanceof Change.Legs ? only(phase, change, ROUTE, RECOVER) : null;
  }

  private static String only(Phase phase, Change change, Phase... right) {
    return List.of(right).contains(phase) ? null : change.getClass().getSimpleName() + " is for " + List.of(right) + ", not for " + phase;
  }
}

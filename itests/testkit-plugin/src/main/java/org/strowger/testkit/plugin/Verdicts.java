package org.strowger.testkit.plugin;

import static org.strowger.calls.api.Phase.IDENTIFY;
import static org.strowger.calls.api.Phase.PRESENT;
import static org.strowger.calls.api.Phase.RECOVER;
import static org.strowger.calls.api.Phase.ROUTE;

import java.util.List;
import java.util.Set;
import org.strowger.calls.api.Change;
import org.strowger.calls.api.Phase;
import org.strowger.calls.api.Verdict;

/** Whether a verdict makes sense in its phase: one that does not is a fault of the plugin, and its failure policy answers instead. */
final class Verdicts {

  private static final int LONGEST_NUMBER = 128;
  private static final int LONGEST_NAME = 256;
  private static final int LONGEST_TEXT = 1024;
  private static final Set<String> HEADERS = Set.of("p-asserted-identity", "privacy", "diversion", "history-info", "reason", "alert-info", "user-to-user");

  private Verdicts() {}

  /** What is wrong, one line; null if nothing is. */
  static String lacking(Phase phase, Verdict verdict) {
    if (verdict == null) {
      return "no verdict";
    } else if (verdict instanceof Verdict.Reject reject) {
      return reject.status() == null ? "a refusal without a status" : text("reason", reject.reason(), LONGEST_TEXT);
    } else if (verdict instanceof Verdict.Divert divert) {
      if (phase == IDENTIFY || phase == PRESENT) {
        return "a diversion is not for " + phase;
      }
      return divert.cld() == null || divert.cld().isBlank() ? "a diversion to nowhere" : text("diversion", divert.cld(), LONGEST_NUMBER);
    } else if (verdict instanceof Verdict.StopHunting stop) {
      return phase == RECOVER ? text("reason", stop.reason(), LONGEST_TEXT) : "to stop hunting is not for " + phase;
    }
    for (Change change : ((Verdict.Proceed) verdict).changes()) {
      String wrong = change(phase, change);
      if (wrong != null) {
        return wrong;
      }
    }
    return null;
  }

  private static String change(Phase phase, Change change) {
    if (change instanceof Change.Caller) {
      return only(phase, change, IDENTIFY);
    } else if (change instanceof Change.Cli cli) {
      return text("CLI", cli.number(), LONGEST_NUMBER);
    } else if (change instanceof Change.Cld cld) {
      return text("CLD", cld.number(), LONGEST_NUMBER);
    } else if (change instanceof Change.DisplayName name) {
      return text("display name", name.name(), LONGEST_NAME);
    } else if (change instanceof Change.HideCaller || change instanceof Change.AssertIdentity) {
      return only(phase, change, PRESENT);
    } else if (change instanceof Change.Header header) {
      String name = String.valueOf(header.name()).toLowerCase(java.util.Locale.ROOT);
      if (!HEADERS.contains(name) && !name.startsWith("x-")) {
        return "the header " + header.name() + " does not pass, only " + HEADERS + " and X-…";
      }
      String wrong = only(phase, change, PRESENT);
      return wrong == null ? text("header", header.value(), LONGEST_TEXT) : wrong;
    } else if (change instanceof Change.Legs) {
      return only(phase, change, ROUTE, RECOVER);
    } else if (change instanceof Change.MaxDuration most) {
      return most.limit() == null || most.limit().isNegative() || most.limit().isZero() ? "maximum duration " + most.limit() : null;
    }
    return null;
  }

  private static String only(Phase phase, Change change, Phase... right) {
    return List.of(right).contains(phase) ? null : change.getClass().getSimpleName() + " is for " + List.of(right) + ", not for " + phase;
  }

  private static String text(String what, String text, int longest) {
    if (text == null || text.length() > longest) {
      return text == null ? "no " + what : what + " of " + text.length() + " characters, " + longest + " are taken";
    }
    return text.chars().anyMatch(Character::isISOControl) ? what + " with a control character" : null;
  }
}

package org.strowger.calls.internal;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.strowger.calls.api.CallView;
import org.strowger.calls.api.Change;
import org.strowger.calls.api.Phase;
import org.strowger.calls.api.SipStatus;
import org.strowger.calls.api.Verdict;
import org.strowger.calls.spi.CallPolicy;
import org.strowger.plugins.api.Guarded;
import org.strowger.plugins.api.Plugin;
import org.strowger.plugins.api.PluginRegistry;
import org.strowger.plugins.api.PluginSet;

/** Asks the policies of a phase, in order, and has their changes applied. Threads: call workers. */
final class Chain {

  /** What a phase came to. */
  sealed interface Outcome {
    record Go() implements Outcome {}

    record Refused(SipStatus status, String reason) implements Outcome {}

    record Diverted(String cld, String reason) implements Outcome {}

    record Stopped(String reason) implements Outcome {}
  }

  static final Outcome GO = new Outcome.Go();

  /** Which SCREEN is meant. */
  enum Side { CALLER, CALLEE }

  private final PluginRegistry plugins;
  private final PluginSet<CallPolicy> policies;

  Chain(PluginRegistry plugins, PluginSet<CallPolicy> policies) {
    this.plugins = plugins;
    this.policies = policies;
  }

  /** Whether anybody decides in this phase. */
  boolean answers(Phase phase) {
    for (Plugin<CallPolicy> plugin : policies.snapshot()) {
      if (lists(plugin.properties().get("call.phase"), phase.name())) {
        return true;
      }
    }
    return false;
  }

  /**
   * @param view made anew for each policy: it sees what earlier ones changed
   * @param changes applies what a policy wants
   */
  Outcome run(Phase phase, Side side, Supplier<CallView> view, Changes changes, Trace trace) {
    List<Plugin<CallPolicy>> all = policies.snapshot();
    for (Plugin<CallPolicy> plugin : all) {
      if (!asked(plugin, phase, side)) {
        continue;
      }
      CallView shown = view.get();
      Outcome outcome = judge(phase, plugin, plugins.ask(plugin, policy -> policy.decide(phase, shown)), changes, trace);
      if (outcome != GO) {
        return outcome;
      }
    }
    return GO;
  }

  private static Outcome judge(Phase phase, Plugin<CallPolicy> plugin, Guarded<Verdict> answer, Changes changes, Trace trace) {
    String by = plugin.id() + " " + plugin.version();
    if (answer instanceof Guarded.Failed<Verdict> failed) {
      trace.add(phase.name(), by, failed.took(), "gave no answer ({}), its failure policy is {}", failed.why(), failed.onFailure());
      return failed.onFailure() == Plugin.FailurePolicy.OPEN ? GO
          : new Outcome.Refused(SipStatus.SERVICE_UNAVAILABLE, "policy " + plugin.id() + " gave no answer");
    }
    Verdict verdict = ((Guarded.Answered<Verdict>) answer).value();
    Duration took = answer.took();
    if (verdict instanceof Verdict.Proceed proceed) {
      if (proceed.changes().isEmpty()) {
        trace.add(phase.name(), by, took, "lets it pass");
        return GO;
      }
      trace.add(phase.name(), by, took, "{}", new Told(proceed.changes()));
      return changes.apply(phase, plugin.id(), proceed.changes());
    }
    if (verdict instanceof Verdict.Reject reject) {
      trace.add(phase.name(), by, took, "refuses with {}: {}", reject.status(), reject.reason());
      return new Outcome.Refused(reject.status(), reject.reason());
    }
    if (verdict instanceof Verdict.Divert divert) {
      trace.add(phase.name(), by, took, "diverts to {}: {}", divert.cld(), divert.reason());
      return new Outcome.Diverted(divert.cld(), divert.reason());
    }
    var stop = (Verdict.StopHunting) verdict;
    trace.add(phase.name(), by, took, "stops hunting: {}", stop.reason());
    return new Outcome.Stopped(stop.reason());
  }

  private static boolean asked(Plugin<CallPolicy> plugin, Phase phase, Side side) {
    if (!lists(plugin.properties().get("call.phase"), phase.name())) {
      return false;
    }
    if (phase != Phase.SCREEN) {
      return true;
    }
    Object given = plugin.properties().get("call.side");
    return given == null ? side == Side.CALLER : lists(given, side.name());
  }

  /** Properties come as a text (perhaps with commas) or an array of texts. */
  private static boolean lists(Object property, String word) {
    if (property instanceof String text) {
      if (text.indexOf(',') < 0) {
        return text.trim().equalsIgnoreCase(word);
      }
      for (String one : text.split(",")) {
        if (one.trim().equalsIgnoreCase(word)) {
          return true;
        }
      }
      return false;
    }
    if (property instanceof String[] texts) {
      for (String one : texts) {
        if (one.trim().equalsIgnoreCase(word)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Changes in words, when somebody reads the trace. */
  private record Told(List<Change> changes) {
    @Override
    public String toString() {
      return Changes.inWords(changes);
    }
  }
}

package org.strowger.calls.internal;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.strowger.calls.api.CallView;
import org.strowger.calls.api.Change;
import org.strowger.calls.api.Phase;
import org.strowger.calls.api.Sense;
import org.strowger.calls.api.SipStatus;
import org.strowger.calls.api.Verdict;
import org.strowger.calls.internal.Policies.Asked;
import org.strowger.calls.spi.AsyncCallPolicy;
import org.strowger.calls.spi.CallPolicy;
import org.strowger.kernel.Time;
import org.strowger.kernel.Unavailable;
import org.strowger.plugins.api.Asker;
import org.strowger.plugins.api.Guarded;
import org.strowger.plugins.api.Plugin;
import org.strowger.plugins.api.PluginRegistry;

/** Asks the policies of a phase, in order, and has their changes applied. Threads: call workers. */
final class Chain {

  /** What a phase came to. */
  sealed interface Outcome {
    record Go() implements Outcome {}

    record Refused(SipStatus status, String reason) implements Outcome {}

    record Diverted(String cld, String reason) implements Outcome {}

    record Stopped(String reason) implements Outcome {}

    /** A verdict needs a part of the switch that is being replaced. */
    record Away(Unavailable part) implements Outcome {}

    /** A plugin without which no call is taken is not there: 503 for the whole call, not for one leg of it. */
    record Lacking(String reason) implements Outcome {}
  }

  static final Outcome GO = new Outcome.Go();

  /** Which SCREEN is meant. */
  enum Side { CALLER, CALLEE }

  private final PluginRegistry plugins;
  private final Policies policies;
  private final Time time;

  Chain(PluginRegistry plugins, Policies policies, Time time) {
    this.plugins = plugins;
    this.policies = policies;
    this.time = time;
  }

  /** Whether anybody decides in this phase. */
  boolean answers(Phase phase) {
    return policies.of(phase, Side.CALLER).length > 0;
  }

  /** Whether the switch's own routing is among those who decide. */
  boolean routes() {
    return policies.routes();
  }

  /** Whether the switch's own routing is being replaced, or is to run and does not. */
  boolean isRoutingAway() {
    return policies.isRoutingAway();
  }

  /**
   * Asks them all, until one decides. {@code then} is told on this thread if all answer at once, else on the desk's; if the
   * desk does not wait any more, never. This thread may have been lost when the method returns: do nothing after it.
   *
   * @param view made anew for each policy: it sees what earlier ones changed
   * @param changes applies what a policy wants
   */
  void run(Phase phase, Side side, Supplier<CallView> view, Changes changes, Trace trace, Desk desk, Consumer<Outcome> then) {
    run(phase, side, view, changes, trace, desk, Heard.NOTHING, then);
  }

  /** @param heard what they answered when this was asked before, and answer now */
  void run(Phase phase, Side side, Supplier<CallView> view, Changes changes, Trace trace, Desk desk, Heard heard, Consumer<Outcome> then) {
    Asked[] asked;
    Set<String> missing;
    do {
      // What leaves is missing first and off the list then, what comes is on the list first: a list that was the same before and after lacks nobody unnoticed.
      asked = policies.of(phase, side);
      missing = plugins.missing();
    } while (asked != policies.of(phase, side));
    if (!missing.isEmpty()) {
      String reason = (missing.size() == 1 ? "mandatory plugin " : "mandatory plugins ") + String.join(", ", new TreeSet<>(missing)) + (missing.size() == 1 ? " is" : " are") + " not there";
      trace.add(phase.name(), "", Duration.ZERO, "{}", reason);
      then.accept(new Outcome.Lacking(reason));
    } else if (asked.length == 0) {
      then.accept(GO);
    } else {
      new Run(phase, side, asked, view, changes, trace, desk, heard, then).go();
    }
  }

  /** One phase of one call. Belongs to the desk's row of events. */
  private final class Run implements Asker<Verdict> {

    private final Phase phase;
    private final Side side;
    private Asked[] asked;
    private final Supplier<CallView> view;
    private final Changes changes;
    private final Trace trace;
    private final Desk desk;
    private final Heard heard;
    private final Consumer<Outcome> then;
    private int next;
    /** Where in the row a successor was put last. */
    private int succeeded = -1;
    /** What the one that is being asked was shown. */
    private CallView shown;
    /** Whether the policy is being asked right now, on the thread that works here. */
    private boolean asking;
    private Guarded<Verdict> answer;

    Run(Phase phase, Side side, Asked[] asked, Supplier<CallView> view, Changes changes, Trace trace, Desk desk, Heard heard, Consumer<Outcome> then) {
      this.phase = phase;
      this.side = side;
      this.asked = asked;
      this.view = view;
      this.changes = changes;
      this.trace = trace;
      this.desk = desk;
      this.heard = heard;
      this.then = then;
    }

    void go() {
      Outcome outcome = GO;
      while (outcome == GO && next < asked.length) {
        shown = view.get();
        if (!asked[next].concern().has(side, shown)) {
          passOver(asked[next++]);
          continue;
        }
        Guarded<Verdict> before = heard.find(asked[next], shown);
        if (before != null) {
          outcome = again(asked[next++], before);
          continue;
        }
        asking = true;
        answer = null;
        if (!ask(asked[next])) {
          // Another worker has this call now.
          return;
        }
        asking = false;
        if (answer == null) {
          return;
        }
        outcome = judge(asked[next++], answer);
      }
      then.accept(outcome);
    }

    private void passOver(Asked who) {
      trace.add(phase.name(), who.by(), Duration.ZERO, "is not asked: {} is off", who.concern());
    }

    @SuppressWarnings("unchecked")
    private boolean ask(Asked who) {
      Phase when = phase;
      CallView now = shown;
      return who.later() ? plugins.askLater((Plugin<AsyncCallPolicy>) who.plugin(), policy -> policy.decide(when, now), this)
          : plugins.ask((Plugin<CallPolicy>) who.plugin(), policy -> policy.decide(when, now), this);
    }

    /** It let the call go on before, or this would not be asked again; the trace has it. */
    private Outcome again(Asked who, Guarded<Verdict> before) {
      return before instanceof Guarded.Answered<Verdict> given && given.value() instanceof Verdict.Proceed proceed ? changes.apply(phase, who.plugin(), proceed.changes()) : GO;
    }

    @Override
    public String nonsense(Verdict verdict) {
      return Sense.lacking(phase, verdict, time.now());
    }

    @Override
    public void answered(Guarded<Verdict> given) {
      answer = given;
      if (asking || !desk.waits()) {
        return;
      }
      Outcome outcome = judge(asked[next++], given);
      if (outcome == GO) {
        go();
      } else {
        then.accept(outcome);
      }
    }

    @Override
    public void later(Runnable answered) {
      desk.later(answered);
    }

    @Override
    public void lost(Thread stuck, Runnable answered) {
      desk.lost(stuck, () -> {
        asking = false;
        answered.run();
      });
    }

    private Outcome judge(Asked who, Guarded<Verdict> given) {
      if (given instanceof Guarded.Failed<Verdict> && Policies.isRouting(who.plugin()) && policies.isLeaving(who.plugin())) {
        return new Outcome.Away(new Unavailable("routing"));
      }
      if (given instanceof Guarded.Failed<Verdict> failed && hasLeft(who.plugin(), failed)) {
        return withoutIt(who, failed);
      }
      heard.add(who, shown, given);
      try {
        return Chain.judge(phase, who, given, changes, trace);
      } catch (Unavailable away) {
        return new Outcome.Away(away);
      }
    }

    /** Nobody was there to decide: its successor does, once; else only who is mandatory is not done without. */
    private Outcome withoutIt(Asked who, Guarded.Failed<Verdict> failed) {
      String id = who.plugin().id();
      boolean mandatory = plugins.missing().contains(id);
      int place = next - 1;
      Asked successor = succeeded == place ? null : policies.successor(phase, side, asked, place);
      if (successor != null) {
        trace.add(phase.name(), who.by(), failed.took(), "has left, {} is asked in its place ({})", successor.by(), failed.why());
        asked = asked.clone();
        asked[place] = successor;
        succeeded = place;
        next = place;
        return GO;
      }
      // Asked twice: it may have come, or gone, while its successor was looked for.
      mandatory |= plugins.missing().contains(id);
      trace.add(phase.name(), who.by(), failed.took(), mandatory ? "has left and is mandatory ({})" : "has left and decides nothing ({})", failed.why());
      return mandatory ? new Outcome.Lacking("mandatory policy " + id + " has left") : GO;
    }
  }

  /** The guard answers with another failure policy than a closed plugin's own for one that has left only; of an open one the list knows. */
  private boolean hasLeft(Plugin<?> plugin, Guarded.Failed<Verdict> failed) {
    return plugin.onFailure() == Plugin.FailurePolicy.OPEN ? policies.isLeaving(plugin) || plugins.missing().contains(plugin.id())
        : failed.onFailure() != plugin.onFailure();
  }

  private static Outcome judge(Phase phase, Asked who, Guarded<Verdict> answer, Changes changes, Trace trace) {
    if (answer instanceof Guarded.Failed<Verdict> failed) {
      trace.add(phase.name(), who.by(), failed.took(), "gave no answer ({}), its failure policy is {}", failed.why(), failed.onFailure());
      return failed.onFailure() == Plugin.FailurePolicy.OPEN ? GO
          : new Outcome.Refused(SipStatus.SERVICE_UNAVAILABLE, "policy " + who.plugin().id() + " gave no answer");
    }
    Verdict verdict = ((Guarded.Answered<Verdict>) answer).value();
    var took = answer.took();
    if (verdict instanceof Verdict.Proceed proceed) {
      if (proceed.changes().isEmpty()) {
        trace.add(phase.name(), who.by(), took, "lets it pass");
        return GO;
      }
      trace.add(phase.name(), who.by(), took, "{}", new Told(proceed.changes()));
      return changes.apply(phase, who.plugin(), proceed.changes());
    }
    if (verdict instanceof Verdict.Reject reject) {
      trace.add(phase.name(), who.by(), took, "refuses with {}: {}", reject.status(), reject.reason());
      return new Outcome.Refused(reject.status(), reject.reason());
    }
    if (verdict instanceof Verdict.Divert divert) {
      trace.add(phase.name(), who.by(), took, "diverts to {}: {}", divert.cld(), divert.reason());
      return new Outcome.Diverted(divert.cld(), divert.reason());
    }
    var stop = (Verdict.StopHunting) verdict;
    trace.add(phase.name(), who.by(), took, "stops hunting: {}", stop.reason());
    return new Outcome.Stopped(stop.reason());
  }

  /** Changes in words, when somebody reads the trace. */
  private record Told(List<Change> changes) {
    @Override
    public String toString() {
      return Changes.inWords(changes);
    }
  }
}

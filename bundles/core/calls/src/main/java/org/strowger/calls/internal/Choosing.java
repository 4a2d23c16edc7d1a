package org.strowger.calls.internal;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.strowger.accounts.api.Account;
import org.strowger.billing.api.CallEnd.ReleaseSource;
import org.strowger.calls.api.CallView.LegFailure;
import org.strowger.calls.api.Leg;
import org.strowger.calls.api.Locations.Binding;
import org.strowger.calls.api.Phase;
import org.strowger.calls.internal.Chain.Outcome;
import org.strowger.calls.internal.Chain.Side;
import org.strowger.kernel.Unavailable;

/** Which leg is next: screens the callee, presents the caller, asks the price, takes the carrier's slot. */
final class Choosing extends Setup {

  /** What became of preparing a leg. */
  private sealed interface Prepared {
    record Ready(State next) implements Prepared {}

    /** As if the peer had refused. */
    record Failed(LegFailure failure) implements Prepared {}

    /** Not tried, the next one is. */
    record Skipped(LegFailure why) implements Prepared {}

    record Refused(int status, String reason) implements Prepared {}
  }

  private final Optional<LegFailure> before;
  /** What the caller is told when no leg is left. */
  private LegFailure last;

  Choosing(Call call) {
    super(call);
    this.before = Optional.empty();
  }

  /** After the leg that was tried has failed. */
  Choosing(Call call, LegFailure failure) {
    super(call);
    this.before = Optional.of(failure);
    this.last = failure;
  }

  @Override
  String name() {
    return "choosing";
  }

  @Override
  void enter() {
    if (before.isEmpty() || goesOn(call.leg(), before.get())) {
      go(this::choose);
    }
  }

  /** A leg that needs what is away is tried again for as long as a call waits. */
  private void go(Runnable step) {
    try {
      step.run();
    } catch (Unavailable away) {
      later(away);
    }
  }

  private void later(Unavailable away) {
    again(() -> go(this::choose), () -> call.refuse(503, away.getMessage(), ReleaseSource.SWITCH));
  }

  private void choose() {
    exchange.services().orThrow();
    for (Leg next = call.draft.legs.poll(); next != null; next = call.draft.legs.poll()) {
      var leg = new LegDraft(next, call.draft.displayName);
      call.take(leg);
      if (next instanceof Leg.OnNet to) {
        findCallee(leg, to);
        return;
      }
      if (!proceeds(leg, () -> prepare(leg, List.of()))) {
        return;
      }
    }
    nothingLeft();
  }

  private void findCallee(LegDraft leg, Leg.OnNet to) {
    lookUp(() -> exchange.services().directory.orThrow().find(to.account()), callee -> go(() -> {
      if (proceeds(leg, () -> prepare(leg, to, callee))) {
        choose();
      }
    }), failure -> {
      if (failure instanceof Unavailable away) {
        call.draft.legs.addFirst(to);
        later(away);
      } else {
        Complaints.warn("A callee's account could not be looked up", failure);
        call.refuse(503, "account " + to.name() + " cannot be looked up now", ReleaseSource.SWITCH);
      }
    });
  }

  /** @return whether the next leg's turn has come; if not the call went elsewhere */
  private boolean proceeds(LegDraft leg, Supplier<Prepared> preparing) {
    Prepared prepared;
    try {
      prepared = preparing.get();
    } catch (Unavailable away) {
      call.draft.legs.addFirst(leg.leg);
      throw away;
    }
    if (prepared instanceof Prepared.Ready ready) {
      call.become(ready.next());
      return false;
    } else if (prepared instanceof Prepared.Refused refused) {
      call.refuse(refused.status(), refused.reason(), ReleaseSource.SWITCH);
      return false;
    } else if (prepared instanceof Prepared.Skipped skipped) {
      call.trace.note("call", "{} is skipped: {}", leg.leg.label(), skipped.why().reason());
      last = last == null ? skipped.why() : last;
    } else if (prepared instanceof Prepared.Failed failed) {
      call.trace.note("call", "{} fails with {}: {}", leg.leg.label(), failed.failure().status(), failed.failure().reason());
      last = failed.failure();
      return goesOn(leg, last);
    }
    return true;
  }

  private void nothingLeft() {
    if (last == null) {
      call.refuse(404, "no routes found for the call", ReleaseSource.SWITCH);
    } else {
      boolean theirs = before.filter(last::equals).isPresent() && last.status() != 408;
      call.refuse(Hunting.toCaller(last.status()), last.reason(), theirs ? ReleaseSource.CALLEE : ReleaseSource.SWITCH);
    }
  }

  private Prepared prepare(LegDraft leg, Leg.OnNet to, Optional<Account> callee) {
    if (callee.isEmpty() || !callee.get().usable(call.setupTime)) {
      return new Prepared.Failed(new LegFailure(480, "account " + to.name() + " cannot be called"));
    }
    leg.callee = callee;
    Outcome screened = run(Phase.SCREEN, leg);
    if (screened instanceof Outcome.Refused refused) {
      return new Prepared.Failed(new LegFailure(refused.status().code(), refused.reason()));
    } else if (screened instanceof Outcome.Diverted diverted) {
      return new Prepared.Ready(new Deciding(call, diverted));
    }
    List<Binding> contacts = exchange.services().locations.orThrow().locate(to.account());
    if (contacts.isEmpty()) {
      return new Prepared.Failed(new LegFailure(480, "account " + to.name() + " is not registered"));
    }
    return prepare(leg, contacts);
  }

  private Prepared prepare(LegDraft leg, List<Binding> contacts) {
    if (run(Phase.PRESENT, leg) instanceof Outcome.Refused refused) {
      return new Prepared.Skipped(new LegFailure(refused.status().code(), refused.reason()));
    }
    if (leg.leg instanceof Leg.Carrier carrier && carrier.capacity() > 0) {
      String slot = "carrier:" + carrier.carrier();
      if (!exchange.limits().hold(slot, carrier.capacity())) {
        return new Prepared.Skipped(new LegFailure(503, "carrier " + carrier.name() + " has its " + carrier.capacity() + " calls up"));
      }
      leg.slots.add(slot);
    }
    return priced(leg, contacts);
  }

  private Prepared priced(LegDraft leg, List<Binding> contacts) {
    Pricing.Result prices = Pricing.of(exchange.services().rating.orThrow(), call.draft.caller.orElseThrow(), leg.leg, call.draft.cld, call.setupTime, call.trace);
    if (prices instanceof Pricing.Result.CallerRefused refused) {
      return new Prepared.Refused(403, refused.reason());
    } else if (prices instanceof Pricing.Result.LegSkipped skipped) {
      return new Prepared.Skipped(new LegFailure(503, skipped.reason()));
    }
    return new Prepared.Ready(new Holding(call, leg, contacts, ((Pricing.Result.Shares) prices).shares()));
  }

  private Outcome run(Phase phase, LegDraft leg) {
    var changes = new Changes(exchange.services(), exchange.limits(), call.draft, leg, call.trace);
    return exchange.chain().run(phase, Side.CALLEE, () -> call.draft.view(leg), changes, call.trace);
  }

  /** Asks RECOVER. @return whether this state still chooses; if not the call went elsewhere */
  private boolean goesOn(LegDraft leg, LegFailure failure) {
    call.releaseLeg();
    int legsBefore = call.draft.legs.size();
    var changes = new Changes(exchange.services(), exchange.limits(), call.draft, null, call.trace);
    Outcome outcome = exchange.chain().run(Phase.RECOVER, Side.CALLER, () -> call.draft.view(leg, failure), changes, call.trace);
    if (outcome instanceof Outcome.Refused refused) {
      call.refuse(refused.status().code(), refused.reason(), ReleaseSource.SWITCH);
      return false;
    } else if (outcome instanceof Outcome.Diverted diverted) {
      call.become(new Deciding(call, diverted));
      return false;
    } else if (outcome instanceof Outcome.Stopped || (!Hunting.goesOn(leg.leg, failure) && call.draft.legs.size() == legsBefore)) {
      call.draft.legs.clear();
      nothingLeft();
      return false;
    }
    return true;
  }
}

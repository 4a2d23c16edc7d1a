package org.strowger.calls.internal;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
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

  /** What became of asking for a leg's price and its carrier's slot. */
  private sealed interface Prepared {
    record Ready(State next) implements Prepared {}

    /** Not tried, the next one is. */
    record Skipped(LegFailure why) implements Prepared {}

    record Refused(int status, String reason) implements Prepared {}
  }

  private final Optional<LegFailure> before;
  /** Whose failure that is; null for none. */
  private final Leg tried;
  /** What the caller is told when no leg is left. */
  private LegFailure last;

  Choosing(Call call) {
    super(call);
    this.before = Optional.empty();
    this.tried = null;
  }

  /** After the leg that was tried has failed. */
  Choosing(Call call, LegFailure failure) {
    super(call);
    this.before = Optional.of(failure);
    this.tried = call.leg().leg;
    this.last = failure;
  }

  @Override
  String name() {
    return "choosing";
  }

  @Override
  void enter() {
    if (before.isEmpty()) {
      go(this::choose);
    } else {
      recover(call.leg(), before.get());
    }
  }

  /** A leg that needs what is away is tried again for as long as a call waits. */
  private void go(Runnable step) {
    try {
      step.run();
    } catch (Unavailable away) {
      waitFor(away);
    }
  }

  private void waitFor(Unavailable away) {
    again(() -> go(this::choose), () -> call.refuse(503, away.getMessage(), ReleaseSource.SWITCH));
  }

  /** For this leg something is away: it stays the next one. */
  private void waitFor(LegDraft leg, Unavailable away) {
    call.draft.legs.addFirst(leg.leg);
    waitFor(away);
  }

  private void choose() {
    exchange.services().orThrow();
    Leg next = call.draft.legs.poll();
    if (next == null) {
      nothingLeft();
      return;
    }
    var leg = new LegDraft(next, call.draft.displayName);
    call.take(leg);
    if (next instanceof Leg.OnNet to) {
      findCallee(leg, to);
    } else {
      present(leg, List.of());
    }
  }

  /** Chooses on, as an event of its own: however many legs fail, the stack stays flat. */
  private void next() {
    call.tell(() -> {
      if (waits()) {
        go(this::choose);
      }
    });
  }

  private void findCallee(LegDraft leg, Leg.OnNet to) {
    lookUp(() -> exchange.services().directory.ask(directory -> directory.find(to.account())), callee -> screen(leg, to, callee), failure -> {
      if (failure instanceof Unavailable away) {
        waitFor(leg, away);
      } else {
        Complaints.warn("A callee's account could not be looked up", failure);
        call.refuse(503, "account " + to.name() + " cannot be looked up now", ReleaseSource.SWITCH);
      }
    });
  }

  private void screen(LegDraft leg, Leg.OnNet to, Optional<Account> callee) {
    if (callee.isEmpty() || !callee.get().usable(call.setupTime)) {
      failed(leg, new LegFailure(480, "account " + to.name() + " cannot be called"));
      return;
    }
    leg.callee = callee;
    ask(Phase.SCREEN, leg, outcome -> screened(leg, to, outcome));
  }

  private void screened(LegDraft leg, Leg.OnNet to, Outcome outcome) {
    if (outcome instanceof Outcome.Refused refused) {
      failed(leg, new LegFailure(refused.status().code(), refused.reason()));
      return;
    } else if (outcome instanceof Outcome.Diverted diverted) {
      call.become(new Deciding(call, diverted));
      return;
    }
    List<Binding> contacts;
    try {
      contacts = exchange.services().locations.orThrow().locate(to.account());
    } catch (Unavailable away) {
      waitFor(leg, away);
      return;
    }
    if (contacts.isEmpty()) {
      failed(leg, new LegFailure(480, "account " + to.name() + " is not registered"));
    } else {
      present(leg, contacts);
    }
  }

  private void present(LegDraft leg, List<Binding> contacts) {
    ask(Phase.PRESENT, leg, outcome -> {
      if (outcome instanceof Outcome.Refused refused) {
        skipped(leg, new LegFailure(refused.status().code(), refused.reason()));
      } else {
        presented(leg, contacts);
      }
    });
  }

  private void presented(LegDraft leg, List<Binding> contacts) {
    Prepared prepared;
    try {
      prepared = prepare(leg, contacts);
    } catch (Unavailable away) {
      waitFor(leg, away);
      return;
    }
    if (prepared instanceof Prepared.Ready ready) {
      call.become(ready.next());
    } else if (prepared instanceof Prepared.Refused refused) {
      call.refuse(refused.status(), refused.reason(), ReleaseSource.SWITCH);
    } else {
      skipped(leg, ((Prepared.Skipped) prepared).why());
    }
  }

  private Prepared prepare(LegDraft leg, List<Binding> contacts) {
    if (leg.leg instanceof Leg.Carrier carrier && carrier.capacity() > 0) {
      String slot = "carrier:" + carrier.carrier();
      if (!exchange.limits().hold(slot, carrier.capacity())) {
        return new Prepared.Skipped(new LegFailure(503, "carrier " + carrier.name() + " has its " + carrier.capacity() + " calls up"));
      }
      leg.slots.add(slot);
    }
    Pricing.Result prices = exchange.services().rating
        .ask(rating -> Pricing.of(rating, call.draft.caller.orElseThrow(), leg.leg, call.draft.cld, call.setupTime, call.trace));
    if (prices instanceof Pricing.Result.CallerRefused refused) {
      return new Prepared.Refused(refused.status(), refused.reason());
    } else if (prices instanceof Pricing.Result.LegSkipped skipped) {
      return new Prepared.Skipped(new LegFailure(503, skipped.reason()));
    }
    return new Prepared.Ready(new Holding(call, leg, contacts, ((Pricing.Result.Shares) prices).shares()));
  }

  private void skipped(LegDraft leg, LegFailure why) {
    call.trace.note("call", "{} is skipped: {}", leg.leg.label(), why.reason());
    last = last == null ? why : last;
    next();
  }

  /** As if the peer had refused. */
  private void failed(LegDraft leg, LegFailure failure) {
    call.trace.note("call", "{} fails with {}: {}", leg.leg.label(), failure.status(), failure.reason());
    last = failure;
    recover(leg, failure);
  }

  private void nothingLeft() {
    if (last == null) {
      call.refuse(404, "no routes found for the call", ReleaseSource.SWITCH);
    } else {
      boolean ofTried = before.filter(last::equals).isPresent();
      int status = ofTried ? Hunting.toCaller(tried, last.status()) : last.status() == 503 ? 503 : Hunting.toCaller(last.status());
      call.refuse(status, last.reason(), ofTried && last.status() != 408 ? ReleaseSource.CALLEE : ReleaseSource.SWITCH);
    }
  }

  private void ask(Phase phase, LegDraft leg, Consumer<Outcome> then) {
    var changes = new Changes(exchange.services(), exchange.limits(), call.draft, leg, call.trace);
    exchange.chain().run(phase, Side.CALLEE, () -> call.draft.view(leg), changes, call.trace, this, outcome -> {
      if (outcome instanceof Outcome.Lacking lacking) {
        shed(lacking.reason());
      } else {
        then.accept(outcome);
      }
    });
  }

  /** Asks RECOVER whether, and where, the call goes on. */
  private void recover(LegDraft leg, LegFailure failure) {
    call.releaseLeg();
    int legsBefore = call.draft.legs.size();
    var changes = new Changes(exchange.services(), exchange.limits(), call.draft, null, call.trace);
    exchange.chain().run(Phase.RECOVER, Side.CALLER, () -> call.draft.view(leg, failure), changes, call.trace, this, outcome -> {
      if (outcome instanceof Outcome.Refused refused) {
        call.refuse(refused.status().code(), refused.reason(), ReleaseSource.SWITCH);
      } else if (outcome instanceof Outcome.Lacking lacking) {
        shed(lacking.reason());
      } else if (outcome instanceof Outcome.Diverted diverted) {
        call.become(new Deciding(call, diverted));
      } else if (outcome instanceof Outcome.Stopped || (!Hunting.goesOn(leg.leg, failure) && call.draft.legs.size() == legsBefore)) {
        call.draft.legs.clear();
        nothingLeft();
      } else {
        next();
      }
    });
  }
}

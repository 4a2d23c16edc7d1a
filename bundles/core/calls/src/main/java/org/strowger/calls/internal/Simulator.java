package org.strowger.calls.internal;

import java.time.Instant;
import java.util.Optional;
import org.strowger.accounts.api.Account;
import org.strowger.billing.api.Share;
import org.strowger.calls.api.CallTrace;
import org.strowger.calls.api.Leg;
import org.strowger.calls.api.Phase;
import org.strowger.calls.api.Simulation;
import org.strowger.calls.internal.Chain.Outcome;
import org.strowger.calls.internal.Chain.Side;
import org.strowger.kernel.CallId;
import org.strowger.kernel.HostPort;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.StrowgerException;
import org.strowger.sip.api.Flow;
import org.strowger.sip.api.NameAddr;
import org.strowger.sip.api.SipHeaders;
import org.strowger.sip.api.SipUri;
import org.strowger.sip.api.Transport;

/** Runs the chain, the routes and the prices of a call that never happens. Takes no slot, holds no money, sends nothing. */
final class Simulator {

  private static final HostPort NOWHERE = new HostPort("127.0.0.1", 0);
  private static final int MOST_DIVERSIONS = 5;

  private final Exchange exchange;

  Simulator(Exchange exchange) {
    this.exchange = exchange;
  }

  CallTrace run(Simulation wanted) {
    if (wanted.cld().isBlank()) {
      throw new InvalidInput("cld", wanted.cld(), "is the number dialled");
    }
    exchange.services().orThrow();
    Account caller = exchange.services().directory.orThrow().byName(wanted.account()).orElseThrow(() -> StrowgerException.notFound("account", wanted.account()));
    Instant at = wanted.at() == null ? exchange.time().now() : wanted.at();
    String cli = wanted.cli() == null ? caller.name() : wanted.cli();
    CallId id = exchange.ids().nextCall();
    var from = NameAddr.of(SipUri.of(cli, NOWHERE));
    var draft = new Draft(id, at, new Flow(Transport.UDP, NOWHERE, NOWHERE), from, SipHeaders.NONE, cli, wanted.cld(), true);
    draft.caller = Optional.of(caller);
    draft.digestUser = Optional.of(caller.profile().voipLogin());
    var trace = new Trace(id, at, exchange.time().ticks(), exchange.time());
    trace.note("call", "simulated: {} dials {} at {}", caller.name(), wanted.cld(), at);
    decide(draft, trace);
    return trace.print();
  }

  private void decide(Draft draft, Trace trace) {
    if (!go(Phase.IDENTIFY, draft, trace)) {
      return;
    }
    Account caller = draft.caller.orElseThrow();
    if (!caller.usable(draft.at)) {
      trace.note("call", "refused with 403: account {} is blocked or has expired", caller.name());
      return;
    }
    if (go(Phase.TRANSLATE, draft, trace) && go(Phase.SCREEN, draft, trace) && go(Phase.ROUTE, draft, trace)) {
      if (draft.legs.isEmpty()) {
        trace.note("call", "refused with 404: no routes found for the call");
      }
      int number = 0;
      while (!draft.legs.isEmpty()) {
        leg(++number, draft.legs.poll(), draft, trace);
      }
      if (draft.maxDuration != null) {
        trace.note("call", "lasts {} s at the most", draft.maxDuration.toSeconds());
      }
    }
  }

  private boolean go(Phase phase, Draft draft, Trace trace) {
    Outcome outcome = exchange.chain().run(phase, Side.CALLER, draft::view, new Changes(exchange.services(), exchange.limits(), draft, null, trace), trace);
    if (outcome instanceof Outcome.Diverted diverted) {
      draft.cld = diverted.cld();
      draft.legs.clear();
      if (++draft.diversions > MOST_DIVERSIONS) {
        trace.note("call", "refused with 482: diverted more than {} times", MOST_DIVERSIONS);
        return false;
      }
      return phase == Phase.TRANSLATE ? go(phase, draft, trace) : again(phase, draft, trace);
    }
    if (outcome instanceof Outcome.Refused refused) {
      trace.note("call", "refused with {}: {}", refused.status(), refused.reason());
      return false;
    }
    return true;
  }

  /** From TRANSLATE up to the phase that diverted. */
  private boolean again(Phase upTo, Draft draft, Trace trace) {
    for (Phase phase : new Phase[] {Phase.TRANSLATE, Phase.SCREEN, Phase.ROUTE}) {
      if (phase.compareTo(upTo) <= 0 && !go(phase, draft, trace)) {
        return false;
      }
    }
    return true;
  }

  private void leg(int number, Leg next, Draft draft, Trace trace) {
    var leg = new LegDraft(next, draft.displayName);
    trace.note("call", "leg {}: {}", number, next.label());
    if (next instanceof Leg.OnNet to) {
      leg.callee = exchange.services().directory.orThrow().find(to.account());
      if (leg.callee.isEmpty() || !leg.callee.get().usable(draft.at)) {
        trace.note("call", "leg {} would fail with 480: account {} cannot be called", number, to.name());
        return;
      }
      if (!passes(Phase.SCREEN, number, leg, draft, trace)) {
        return;
      }
      int contacts = exchange.services().locations.orThrow().locate(to.account()).size();
      trace.note("call", contacts == 0 ? "leg {} would fail with 480: {} is not registered" : "leg {} rings {} at " + contacts + " contact(s)", number, to.name());
    }
    if (passes(Phase.PRESENT, number, leg, draft, trace)) {
      trace.note("call", "leg {} shows {} and calls {}", number, leg.identity == LegDraft.Identity.HIDDEN ? "nobody" : leg.cli(), leg.cld());
      price(number, leg, draft, trace);
    }
  }

  private boolean passes(Phase phase, int number, LegDraft leg, Draft draft, Trace trace) {
    Outcome outcome = exchange.chain().run(phase, Side.CALLEE, () -> draft.view(leg), new Changes(exchange.services(), exchange.limits(), draft, leg, trace), trace);
    if (outcome == Chain.GO) {
      return true;
    }
    trace.note("call", "leg {} goes no further: {}", number, outcome);
    return false;
  }

  private void price(int number, LegDraft leg, Draft draft, Trace trace) {
    Pricing.Result prices = Pricing.of(exchange.services().rating.orThrow(), draft.caller.orElseThrow(), leg.leg, draft.cld, draft.at, trace);
    if (prices instanceof Pricing.Result.CallerRefused refused) {
      trace.note("rating", "refused with 403: {}", refused.reason());
    } else if (prices instanceof Pricing.Result.LegSkipped skipped) {
      trace.note("rating", "leg {} would be skipped: {}", number, skipped.reason());
    } else {
      for (Share share : ((Pricing.Result.Shares) prices).shares()) {
        trace.note("rating", "leg {}: the first minute costs {} {}", number, share.payer(), share.rate().cost(60, draft.at));
      }
    }
  }
}

package org.strowger.calls.internal;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.strowger.accounts.api.Account;
import org.strowger.billing.api.FirstHold;
import org.strowger.billing.api.Reservation;
import org.strowger.billing.api.Share;
import org.strowger.calls.api.CallTrace;
import org.strowger.calls.api.Leg;
import org.strowger.calls.api.Phase;
import org.strowger.calls.api.Sense;
import org.strowger.calls.api.Simulation;
import org.strowger.calls.internal.Chain.Outcome;
import org.strowger.calls.internal.Chain.Side;
import org.strowger.kernel.CallId;
import org.strowger.kernel.HostPort;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.Unavailable;
import org.strowger.sip.api.Flow;
import org.strowger.sip.api.NameAddr;
import org.strowger.sip.api.SipHeaders;
import org.strowger.sip.api.SipUri;
import org.strowger.sip.api.Transport;

/** Runs the chain, the routes and the prices of a call that never happens. Takes no slot, holds no money, sends nothing. */
final class Simulator {

  private static final HostPort NOWHERE = new HostPort("127.0.0.1", 0);
  private static final int MOST_DIVERSIONS = 5;
  private static final long PATIENCE_SECONDS = 30;

  private final Exchange exchange;

  Simulator(Exchange exchange) {
    this.exchange = exchange;
  }

  /** Waits for it; threads of doors only. */
  CallTrace run(Simulation wanted) {
    try {
      return start(wanted).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException why ? why : new IllegalStateException(e.getCause());
    } catch (TimeoutException e) {
      throw new Unavailable("an answer of all policies");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Unavailable("the simulation");
    }
  }

  CompletableFuture<CallTrace> start(Simulation wanted) {
    if (wanted.cld().isBlank()) {
      throw new InvalidInput("cld", wanted.cld(), "is the number dialled");
    }
    if (wanted.cld().length() > Sense.LONGEST_NUMBER || Dialled.flaw("cld", wanted.cld()) != null) {
      throw new InvalidInput("cld", wanted.cld(), "has at most " + Sense.LONGEST_NUMBER + " characters, none of them a control character");
    }
    exchange.services().orThrow();
    Account caller = exchange.services().directory.ask(directory -> directory.byName(wanted.account())).orElseThrow(() -> StrowgerException.notFound("account", wanted.account()));
    Instant at = wanted.at() == null ? exchange.time().now() : wanted.at();
    String cli = wanted.cli() == null ? caller.name() : wanted.cli();
    CallId id = exchange.ids().nextCall();
    var from = NameAddr.of(SipUri.of(cli, NOWHERE));
    var draft = new Draft(id, at, new Flow(Transport.UDP, NOWHERE, NOWHERE), from, SipHeaders.NONE, cli, wanted.cld(), true);
    draft.caller = Optional.of(caller);
    draft.digestUser = Optional.of(caller.profile().voipLogin());
    var trace = new Trace(id, at, exchange.time().ticks(), exchange.time());
    trace.note("call", "simulated: {} dials {} at {}", caller.name(), wanted.cld(), at);
    draft.cld = dialled(wanted.cld());
    if (!draft.cld.equals(wanted.cld())) {
      trace.note("call", "CLD becomes {}", draft.cld);
    }
    var played = new Played(draft, trace);
    played.mailbox.put(played::decide);
    return played.over;
  }

  /** The number as policies see it, see {@link Deciding}. Where this runs the disk may be waited for; the policies that ask who has the number may not. */
  private String dialled(String user) {
    String name = Dialled.name(user);
    return exchange.services().directory.ask(directory -> {
      String cld = directory.byName(name).isPresent() ? name : Dialled.number(name);
      directory.byName(cld);
      return cld;
    });
  }

  /** One simulation. Its policies are asked on workers, as those of a call are: nobody's hanging holds up a door. */
  private final class Played implements Desk {

    private final Draft draft;
    private final Trace trace;
    private final CompletableFuture<CallTrace> over = new CompletableFuture<>();
    private final Mailbox mailbox = new Mailbox(exchange.workers(), over::completeExceptionally);
    private int number;

    Played(Draft draft, Trace trace) {
      this.draft = draft;
      this.trace = trace;
    }

    @Override
    public boolean waits() {
      return !over.isDone();
    }

    @Override
    public void later(Runnable then) {
      mailbox.put(then);
    }

    @Override
    public void lost(Thread stuck, Runnable then) {
      mailbox.lose(then);
      exchange.workers().lose(stuck);
    }

    void decide() {
      pass(Phase.IDENTIFY, () -> {
        Account caller = draft.caller.orElseThrow();
        if (caller.usable(draft.at)) {
          if (draft.showsAccount(caller)) {
            trace.note("call", "CLI becomes the account's name {}", caller.name());
          }
          translate();
        } else {
          end("refused with 403: account {} is blocked or has expired", caller.name());
        }
      });
    }

    private void translate() {
      pass(Phase.TRANSLATE, () -> pass(Phase.SCREEN, () -> pass(Phase.ROUTE, () -> {
        if (draft.legs.isEmpty()) {
          trace.note("call", "refused with 404: no routes found for the call");
        }
        nextLeg();
      })));
    }

    private void pass(Phase phase, Runnable next) {
      var changes = new Changes(exchange.services(), exchange.limits(), draft, null, trace);
      exchange.chain().run(phase, Side.CALLER, draft::view, changes, trace, this, outcome -> {
        if (outcome instanceof Outcome.Refused refused) {
          end("refused with {}: {}", refused.status(), refused.reason());
        } else if (outcome instanceof Outcome.Lacking lacking) {
          end("refused with 503: {}", lacking.reason());
        } else if (outcome instanceof Outcome.Away away) {
          over.completeExceptionally(away.part());
        } else if (outcome instanceof Outcome.Diverted diverted) {
          divert(diverted);
        } else {
          next.run();
        }
      });
    }

    private void divert(Outcome.Diverted to) {
      if (++draft.diversions > MOST_DIVERSIONS) {
        end("refused with 482: diverted more than {} times", MOST_DIVERSIONS);
        return;
      }
      lookUp(() -> dialled(to.cld()), cld -> {
        draft.divert(cld);
        translate();
      });
    }

    /** Asks what may have to come from the disk: no worker of calls waits for that. */
    private <T> void lookUp(Supplier<T> question, Consumer<T> then) {
      CompletableFuture<T> asked;
      try {
        asked = CompletableFuture.supplyAsync(question, exchange.lookups());
      } catch (RejectedExecutionException e) {
        over.completeExceptionally(new Unavailable("an account, of which too many are looked up at once,"));
        return;
      }
      asked.whenComplete((found, failure) -> mailbox.put(() -> {
        if (failure == null) {
          then.accept(found);
        } else {
          over.completeExceptionally(failure instanceof CompletionException wrapped ? wrapped.getCause() : failure);
        }
      }));
    }

    private void nextLeg() {
      Leg next = draft.legs.poll();
      if (next != null) {
        mailbox.put(() -> leg(++number, next));
        return;
      }
      if (draft.maxDuration != null) {
        trace.note("call", "lasts {} s at the most", draft.maxDuration.toSeconds());
      }
      over.complete(trace.print());
    }

    private void leg(int number, Leg next) {
      var leg = new LegDraft(next, draft.displayName);
      trace.note("call", "leg {}: {}", number, next.label());
      if (!(next instanceof Leg.OnNet to)) {
        present(number, leg);
        return;
      }
      lookUp(() -> exchange.services().directory.ask(directory -> directory.find(to.account())), callee -> {
        leg.callee = callee;
        onNet(number, leg, to);
      });
    }

    private void onNet(int number, LegDraft leg, Leg.OnNet to) {
      if (leg.callee.isEmpty() || !leg.callee.get().usable(draft.at)) {
        trace.note("call", "leg {} would fail with 480: account {} cannot be called", number, to.name());
        nextLeg();
        return;
      }
      pass(Phase.SCREEN, number, leg, () -> {
        int contacts = exchange.services().locations.orThrow().locate(to.account()).size();
        trace.note("call", contacts == 0 ? "leg {} would fail with 480: {} is not registered" : "leg {} rings {} at " + contacts + " contact(s)", number, to.name());
        present(number, leg);
      });
    }

    private void present(int number, LegDraft leg) {
      pass(Phase.PRESENT, number, leg, () -> {
        trace.note("call", "leg {} shows {} and calls {}", number, leg.identity == LegDraft.Identity.HIDDEN ? "nobody" : leg.cli(), leg.cld());
        price(number, leg);
      });
    }

    private void pass(Phase phase, int number, LegDraft leg, Runnable next) {
      var changes = new Changes(exchange.services(), exchange.limits(), draft, leg, trace);
      exchange.chain().run(phase, Side.CALLEE, () -> draft.view(leg), changes, trace, this, outcome -> {
        if (outcome == Chain.GO) {
          next.run();
        } else if (outcome instanceof Outcome.Diverted diverted) {
          divert(diverted);
        } else if (outcome instanceof Outcome.Lacking lacking) {
          end("refused with 503: {}", lacking.reason());
        } else if (outcome instanceof Outcome.Refused refused) {
          trace.note("call", "leg {} would fail with {}: {}", number, refused.status(), refused.reason());
          nextLeg();
        } else {
          trace.note("call", "leg {} goes no further: {}", number, outcome);
          nextLeg();
        }
      });
    }

    private void end(String what, Object... values) {
      trace.note("call", what, values);
      over.complete(trace.print());
    }

    private void price(int number, LegDraft leg) {
      Pricing.Result prices = exchange.services().rating.ask(rating -> Pricing.of(rating, draft.caller.orElseThrow(), leg.leg, draft.cld, draft.at, trace));
      if (prices instanceof Pricing.Result.CallerRefused refused) {
        end("refused with {}: {}", refused.status(), refused.reason());
        return;
      }
      if (prices instanceof Pricing.Result.LegSkipped skipped) {
        trace.note("rating", "leg {} would be skipped: {}", number, skipped.reason());
        nextLeg();
        return;
      }
      List<Share> shares = ((Pricing.Result.Shares) prices).shares();
      for (Share share : shares) {
        trace.note("rating", "leg {}: the first minute costs {} {}", number, share.payer(), share.rate().cost(60, draft.at));
      }
      exchange.services().ledger.orThrow().firstHold(shares, draft.at).whenComplete((hold, failure) -> mailbox.put(() -> hold(number, hold, failure)));
    }

    /** As {@link Holding}, but nothing is held. */
    private void hold(int number, FirstHold hold, Throwable failure) {
      if (failure != null) {
        over.completeExceptionally(failure instanceof CompletionException wrapped ? wrapped.getCause() : failure);
      } else if (hold.answer() instanceof Reservation.Refused refused) {
        trace.note("ledger", "leg {}: nothing would be held: {}", number, refused.why());
        end("refused with 402: insufficient funds: {}", refused.why());
      } else {
        for (FirstHold.Part part : hold.parts()) {
          trace.note("ledger", "leg {}: {} of {} available would be held of {} for the first {} s", number, part.amount(), part.available(), part.payer(), hold.slice().toSeconds());
        }
        long seconds = ((Reservation.Granted) hold.answer()).total().toSeconds();
        trace.note("ledger", "leg {}: {} s would be paid for at first", number, seconds);
        nextLeg();
      }
    }
  }
}

package org.strowger.calls.internal;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.strowger.billing.api.CallEnd;
import org.strowger.billing.api.CallFacts;
import org.strowger.billing.api.Cdr;
import org.strowger.billing.api.FirstHold;
import org.strowger.billing.api.Hold;
import org.strowger.billing.api.LedgerService;
import org.strowger.billing.api.Payer;
import org.strowger.billing.api.Reservation;
import org.strowger.billing.api.Settlement;
import org.strowger.billing.api.Share;
import org.strowger.kernel.CallId;
import org.strowger.kernel.CdrId;
import org.strowger.kernel.Money;
import org.strowger.kernel.Unavailable;

/** A ledger of one purse per payer: slices of 10, 20, 40 … 200 s, as spec B.6 has them. */
final class FakeLedger implements LedgerService {

  /** What is known of a call that holds money. */
  private static final class Tab {
    private List<Share> shares;
    private long seconds;
    private long slice = 10;
    private boolean last;
  }

  record Settled(CallFacts facts, CallEnd end, List<Share> shares, long billedSeconds) {}

  private static final BigDecimal PLENTY = new BigDecimal("1000000");
  final Map<Payer, BigDecimal> balances = new HashMap<>();
  final Map<CallId, Settled> settled = new LinkedHashMap<>();
  final Set<CallId> journal = new HashSet<>();
  /** Stages that a test completes by hand; null: at once. */
  List<Runnable> held;
  boolean away;
  /** Run when it is asked to settle. */
  Runnable told = () -> { };
  /** What an answer is told where the hour has changed; null: what was granted before. */
  Reservation atTheAnswer;
  private final Map<CallId, Tab> tabs = new HashMap<>();
  private final List<CallId> differently = new ArrayList<>();
  final Map<CallId, Integer> asked = new HashMap<>();
  private long ids = 1;

  @Override
  public CompletionStage<Reservation> reserve(CallId call, List<Share> shares) {
    return later(() -> {
      tabs.remove(call);
      var tab = new Tab();
      tab.shares = shares;
      tabs.put(call, tab);
      Reservation answer = grow(call, tab, 10);
      if (answer instanceof Reservation.Refused) {
        tabs.remove(call);
      }
      return answer;
    });
  }

  @Override
  public CompletionStage<FirstHold> firstHold(List<Share> shares, Instant at) {
    return later(() -> {
      var tab = new Tab();
      tab.shares = shares;
      Reservation answer = grow(null, tab, 10);
      return new FirstHold(answer, Duration.ofSeconds(10), shares.stream().filter(Share::limited)
          .map(share -> new FirstHold.Part(share.payer(), share.rate().cost(10, at), Money.of(available(share.payer(), null), share.rate().currency()))).toList());
    });
  }

  @Override
  public CompletionStage<Reservation> extend(CallId call) {
    return later(() -> {
      Tab tab = tabs.get(call);
      if (tab == null) {
        throw new IllegalStateException("extends a call that holds nothing");
      }
      tab.slice = Math.min(200, tab.slice * 2);
      return grow(call, tab, tab.slice);
    });
  }

  private Reservation grow(CallId call, Tab tab, long slice) {
    long total = tab.seconds + slice;
    boolean last = false;
    for (Share share : tab.shares) {
      if (share.limited()) {
        long most = share.rate().affordableSeconds(available(share.payer(), call), total);
        if (most < total) {
          total = most;
          last = true;
        }
        if (most <= tab.seconds) {
          return new Reservation.Refused(share.payer(), share.payer() + " has too little");
        }
      }
    }
    tab.seconds = total;
    tab.last = last;
    return new Reservation.Granted(Duration.ofSeconds(total), last);
  }

  BigDecimal available(Payer payer, CallId but) {
    BigDecimal left = balances.getOrDefault(payer, PLENTY);
    for (Map.Entry<CallId, Tab> tab : tabs.entrySet()) {
      for (Share share : tab.getValue().shares) {
        if (share.payer().equals(payer) && !tab.getKey().equals(but)) {
          left = left.subtract(share.rate().cost(tab.getValue().seconds).amount());
        }
      }
    }
    return left;
  }

  @Override
  public CompletionStage<Reservation> answered(CallFacts call, Instant connectTime) {
    return later(() -> {
      Tab tab = tabs.get(call.call());
      Reservation answer = atTheAnswer == null ? new Reservation.Granted(Duration.ofSeconds(tab.seconds), tab.last) : atTheAnswer;
      if (answer instanceof Reservation.Granted granted) {
        tab.seconds = granted.total().toSeconds();
        journal.add(call.call());
      }
      return answer;
    });
  }

  @Override
  public CompletionStage<Settlement> settle(CallFacts call, CallEnd end, List<Share> shares) {
    return later(() -> {
      told.run();
      asked.merge(call.call(), 1, Integer::sum);
      if (settled.containsKey(call.call())) {
        if (!settled.get(call.call()).end().equals(end)) {
          differently.add(call.call());
        }
        return new Settlement(List.of());
      }
      Tab tab = tabs.remove(call.call());
      List<Share> payers = tab == null ? shares : tab.shares;
      var cdrs = new ArrayList<Cdr>();
      long billed = 0;
      for (Share share : payers) {
        billed = end.answered() ? share.rate().rounding().seconds(end.duration()) : 0;
        var cost = end.answered() ? share.rate().cost(billed) : share.rate().cost(0).minus(share.rate().cost(0));
        balances.put(share.payer(), balances.getOrDefault(share.payer(), PLENTY).subtract(cost.amount()));
        cdrs.add(new Cdr(new CdrId(ids++), call, end, share.payer(), share.rate(), billed, cost, false));
      }
      settled.put(call.call(), new Settled(call, end, payers, billed));
      journal.remove(call.call());
      return new Settlement(cdrs);
    });
  }

  private synchronized <T> CompletionStage<T> later(java.util.function.Supplier<T> work) {
    if (away) {
      return CompletableFuture.failedFuture(new Unavailable("the ledger"));
    }
    var stage = new CompletableFuture<T>();
    Runnable act = () -> {
      try {
        stage.complete(work.get());
      } catch (RuntimeException e) {
        stage.completeExceptionally(e);
      }
    };
    if (held == null) {
      act.run();
    } else {
      held.add(act);
    }
    return stage;
  }

  /** Completes the stages that wait. */
  void release() {
    List<Runnable> waiting = held;
    held = null;
    waiting.forEach(Runnable::run);
  }

  @Override
  public List<Hold> holds() {
    return List.of();
  }

  synchronized int held() {
    return tabs.size();
  }

  List<CallId> settledDifferently() {
    return differently;
  }

  synchronized Settled only() {
    if (settled.size() != 1) {
      throw new AssertionError("expected one settled call, there are " + settled.values());
    }
    return settled.values().iterator().next();
  }
}

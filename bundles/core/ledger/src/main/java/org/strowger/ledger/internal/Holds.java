package org.strowger.ledger.internal;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.strowger.billing.api.FirstHold;
import org.strowger.billing.api.FirstHold.Part;
import org.strowger.billing.api.Hold;
import org.strowger.billing.api.Payer;
import org.strowger.billing.api.Reservation;
import org.strowger.billing.api.Reservation.Granted;
import org.strowger.billing.api.Reservation.Refused;
import org.strowger.billing.api.Share;
import org.strowger.kernel.CallId;
import org.strowger.kernel.Money;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.Time;
import org.strowger.kernel.Unavailable;

/**
 * Money held for calls, in memory. A call holds for each limited payer what {@code granted} seconds cost, so
 * whatever it lasts within them is paid for. Threads: any; never blocks but for the locks of purses.
 */
final class Holds {

  /** A reservation that waited longer than this for its purses is not granted any more. */
  static final Duration LATEST = Duration.ofSeconds(30);
  /** Longer than any reservation may wait, so each that was asked before the end meets the mark. */
  private static final Duration REMEMBERED = LATEST.multipliedBy(2);

  private final Purses purses;
  private final Time time;
  private final Slices slices;
  private final Outage outage;
  private final ConcurrentHashMap<CallId, CallHold> calls = new ConcurrentHashMap<>();
  /** When calls ended; one that ended holds nothing any more, whatever was still on its way. */
  private final ConcurrentHashMap<CallId, Long> over = new ConcurrentHashMap<>();
  private volatile boolean closed;

  Holds(Purses purses, Time time, Slices slices, Outage outage) {
    this.slices = slices;
    this.outage = outage;
    this.purses = purses;
    this.time = time;
  }

  /** The call has ended: from now on it gets no hold. What it holds is found after this, or was never granted. */
  void over(CallId call) {
    over.put(call, time.ticks());
  }

  /** Forgets ends that no reservation can be late for. */
  void forgetOver() {
    over.values().removeIf(ended -> time.since(ended).compareTo(REMEMBERED) > 0);
  }

  /** From now on nothing is granted; what was granted is found after this. */
  void close() {
    closed = true;
  }

  long ticks() {
    return time.ticks();
  }

  private void mayGrant() {
    if (closed) {
      throw new Unavailable("the ledger");
    }
  }

  /** The call's hold, or null. */
  CallHold find(CallId call) {
    return calls.get(call);
  }

  List<CallHold> all() {
    return List.copyOf(calls.values());
  }

  int size() {
    return calls.size();
  }

  /**
   * Holds the first slice, instead of whatever the call held. Empty: a purse is not loaded; load and ask again.
   *
   * @param asked ticks when the call asked first
   */
  Optional<Reservation> reserve(CallId call, List<Share> shares, long asked) {
    while (true) {
      CallHold hold = calls.computeIfAbsent(call, CallHold::new);
      synchronized (hold) {
        if (hold.gone) {
          continue;
        }
        // The hold is listed before these checks, so whoever marks the end, or closes, finds what passed them.
        if (closed || over.containsKey(call) || time.since(asked).compareTo(LATEST) > 0) {
          if (hold.amounts.isEmpty() && !hold.answered()) {
            drop(hold);
          }
          mayGrant();
          throw over.containsKey(call) ? StrowgerException.conflict("call " + call + " is over: nothing is held for it any more") : new Unavailable("the ledger");
        }
        if (hold.answered()) {
          throw StrowgerException.conflict("call " + call + " is answered: what it holds is extended, not replaced");
        }
        release(hold);
        hold.start = time.now();
        hold.shares = List.copyOf(shares);
        hold.tabs = Tab.of(shares);
        Optional<Reservation> answer = purses.locked(payers(hold), locked -> first(hold, locked));
        if (answer.isEmpty() || answer.get() instanceof Refused) {
          drop(hold);
        }
        return answer;
      }
    }
  }

  private Optional<Reservation> first(CallHold hold, List<Purse> locked) {
    long slice = slices.first(hold.acd());
    Optional<Reservation> answer = judge(hold, locked, slice);
    if (answer.isPresent() && answer.get() instanceof Granted granted) {
      hold.nextSlice = slices.after(slice, hold.acd());
      grant(hold, locked, granted.total().toSeconds(), granted.last());
    }
    return answer;
  }

  /** What the payers could have of the first slice; changes nothing. Empty: a purse is not loaded. */
  private Optional<Reservation> judge(CallHold hold, List<Purse> locked, long slice) {
    long granted = CallHold.CEILING;
    for (int i = 0; i < locked.size(); i++) {
      Tab tab = hold.tabs.get(i);
      Purse purse = locked.get(i);
      if (purse.closing()) {
        return Optional.of(new Refused(tab.payer(), tab.payer() + " is being deleted"));
      }
      if (purse.row() == null) {
        return Optional.empty();
      }
      String refusal = refusal(tab, purse, hold.start, slice);
      if (refusal != null) {
        return Optional.of(new Refused(tab.payer(), refusal));
      }
      granted = Math.min(granted, tab.affordable(tab.cost(slice, hold.start), CallHold.CEILING, hold.start));
    }
    return Optional.of(new Granted(Duration.ofSeconds(granted), granted == CallHold.CEILING));
  }

  /** What {@link #reserve} would answer a call that is made at a moment. Empty: a purse is not loaded; load and ask again. */
  Optional<FirstHold> firstHold(List<Share> shares, Instant at) {
    mayGrant();
    var never = new CallHold(null);
    never.start = at;
    never.shares = List.copyOf(shares);
    never.tabs = Tab.of(shares);
    long slice = slices.first(never.acd());
    return purses.locked(payers(never), locked -> judge(never, locked, slice).map(answer -> {
      long seconds = answer instanceof Granted granted ? granted.total().toSeconds() : slice;
      var parts = new ArrayList<Part>(locked.size());
      for (int i = 0; i < locked.size(); i++) {
        Tab tab = never.tabs.get(i);
        Purse purse = locked.get(i);
        if (purse.row() == null || !tab.oneCurrency() || !tab.currency().equals(purse.row().currency())) {
          return new FirstHold(answer, Duration.ofSeconds(slice), List.of());
        }
        parts.add(new Part(tab.payer(), Money.of(tab.cost(seconds, at), tab.currency()), Money.of(purse.available(outage), tab.currency())));
      }
      return new FirstHold(answer, Duration.ofSeconds(slice), List.copyOf(parts));
    }));
  }

  /** Why a payer cannot pay the first slice, with figures; null if it can. */
  private String refusal(Tab tab, Purse purse, Instant start, long slice) {
    Currency currency = purse.row().currency();
    if (!tab.oneCurrency() || !tab.currency().equals(currency)) {
      return tab.payer() + " has " + currency + ", the call is priced in " + tab.currency();
    }
    if (purse.pastLimit()) {
      BigDecimal past = purse.row().balance().add(purse.row().creditLimit()).negate();
      return tab.payer() + " is " + Money.of(past, currency) + " past its credit limit";
    }
    BigDecimal needed = tab.cost(slice, start);
    if (needed.signum() > 0 && needed.compareTo(purse.available(outage)) > 0) {
      return tab.payer() + " has " + Money.of(purse.available(outage), currency) + " available, " + Money.of(needed, currency)
          + " needed for the first " + slice + " s";
    }
    return null;
  }

  /**
   * The call is answered: its time costs what it costs from this moment on. Where that depends on the hour the first slice is granted again: its
   * price is held, or what the money pays for is granted, or, if that is not a second, nothing: then the call holds what it held and is not
   * answered. Under the hold's monitor. Empty: a purse is not loaded; load and ask again.
   */
  Optional<Reservation> connected(CallHold hold, Instant connectTime) {
    if (hold.gone || over.containsKey(hold.call)) {
      throw StrowgerException.notFound("hold of call", hold.call);
    }
    Optional<Reservation> answer = hold.tabs.stream().noneMatch(Tab::isTimed)
        ? Optional.of(new Granted(Duration.ofSeconds(hold.granted), hold.granted == CallHold.CEILING))
        : purses.locked(payers(hold), locked -> firstAgain(hold, locked, connectTime));
    if (answer.isPresent() && answer.get() instanceof Granted) {
      hold.connectTime = connectTime;
      hold.start = connectTime;
    }
    return answer;
  }

  private Optional<Reservation> firstAgain(CallHold hold, List<Purse> locked, Instant start) {
    long granted = CallHold.CEILING;
    long slice = slices.first(hold.acd());
    boolean inFull = true;
    for (int i = 0; i < locked.size(); i++) {
      if (locked.get(i).row() == null) {
        return Optional.empty();
      }
      Tab tab = hold.tabs.get(i);
      BigDecimal needed = tab.cost(slice, start);
      BigDecimal most = most(hold, locked, i);
      inFull &= needed.compareTo(most) <= 0;
      granted = Math.min(granted, tab.affordable(needed.min(most), CallHold.CEILING, start));
      if (granted < 1) {
        return Optional.of(new Refused(tab.payer(), tab.payer() + " has " + Money.of(most, tab.currency()) + " available, " + Money.of(tab.cost(1, start), tab.currency())
            + " needed for the first second since a dearer hour began before the answer"));
      }
    }
    hold.start = start;
    hold.nextSlice = slices.after(slice, hold.acd());
    boolean last = !inFull && !isShortOfTheCeilingOnly(hold, locked, slice, start);
    return Optional.of(grant(hold, locked, granted, last || granted == CallHold.CEILING));
  }

  /** Holds the next slice, or what the money pays for. Empty: a purse is not loaded; load and ask again. */
  Optional<Reservation> extend(CallHold hold) {
    synchronized (hold) {
      if (hold.gone) {
        return Optional.of(new Granted(Duration.ofSeconds(hold.granted), true));
      }
      mayGrant();
      return purses.locked(payers(hold), locked -> next(hold, locked));
    }
  }

  private Optional<Reservation> next(CallHold hold, List<Purse> locked) {
    if (locked.stream().anyMatch(purse -> purse.row() == null)) {
      return Optional.empty();
    }
    long wanted = Math.min(hold.granted + hold.nextSlice, CallHold.CEILING);
    boolean inFull = true;
    for (int i = 0; i < locked.size(); i++) {
      inFull &= hold.tabs.get(i).cost(wanted, hold.start).compareTo(most(hold, locked, i)) <= 0;
    }
    long granted = CallHold.CEILING;
    for (int i = 0; i < locked.size(); i++) {
      Tab tab = hold.tabs.get(i);
      granted = Math.min(granted, tab.affordable(inFull ? tab.cost(wanted, hold.start) : most(hold, locked, i), CallHold.CEILING, hold.start));
    }
    if (inFull) {
      hold.nextSlice = slices.after(hold.nextSlice, hold.acd());
    }
    boolean last = !inFull && !isShortOfTheCeilingOnly(hold, locked, wanted, hold.start);
    return Optional.of(grant(hold, locked, Math.max(hold.granted, granted), last || granted == CallHold.CEILING));
  }

  /** The outage may be over before the granted time is: it is worth asking again. */
  private boolean isShortOfTheCeilingOnly(CallHold hold, List<Purse> locked, long wanted, Instant start) {
    for (int i = 0; i < locked.size(); i++) {
      BigDecimal needed = hold.tabs.get(i).cost(wanted, start);
      if (needed.compareTo(most(hold, locked, i)) > 0 && needed.compareTo(hold.amounts.get(i).add(locked.get(i).available())) > 0) {
        return false;
      }
    }
    return true;
  }

  /** What a payer could hold for the call at most: what it holds and what is left. */
  private BigDecimal most(CallHold hold, List<Purse> locked, int i) {
    return hold.amounts.get(i).add(locked.get(i).available(outage).max(BigDecimal.ZERO));
  }

  private static Granted grant(CallHold hold, List<Purse> locked, long granted, boolean last) {
    var amounts = new ArrayList<BigDecimal>(locked.size());
    for (int i = 0; i < locked.size(); i++) {
      BigDecimal amount = hold.tabs.get(i).cost(granted, hold.start);
      if (hold.amounts.isEmpty()) {
        locked.get(i).enter();
      }
      locked.get(i).hold(hold.amounts.isEmpty() ? amount : amount.subtract(hold.amounts.get(i)));
      amounts.add(amount);
    }
    hold.amounts = List.copyOf(amounts);
    hold.granted = granted;
    return new Granted(Duration.ofSeconds(granted), last);
  }

  /** Puts back a hold that an earlier instance of the ledger granted. The purses need not be loaded. */
  void restore(CallHold hold) {
    synchronized (hold) {
      hold.tabs = Tab.of(hold.shares);
      hold.start = hold.answered() ? hold.connectTime : time.now();
      purses.locked(payers(hold), locked -> grant(hold, locked, hold.granted, false));
      calls.put(hold.call, hold);
    }
  }

  /** Frees the call's money; for a call that costs nothing, or whose charge the purses know. */
  void end(CallHold hold) {
    end(hold, (payer, purse) -> { });
  }

  /** Frees the call's money and, under the same locks, lets {@code also} tell each purse its new balance. */
  void end(CallHold hold, BiConsumer<Payer, Purse> also) {
    synchronized (hold) {
      purses.locked(payers(hold), locked -> {
        locked.forEach(purse -> also.accept(purse.payer, purse));
        free(hold, locked);
        return null;
      });
      drop(hold);
    }
  }

  private void release(CallHold hold) {
    if (!hold.amounts.isEmpty()) {
      purses.locked(payers(hold), locked -> {
        free(hold, locked);
        return null;
      });
    }
    hold.granted = 0;
  }

  private static void free(CallHold hold, List<Purse> locked) {
    for (int i = 0; i < hold.amounts.size(); i++) {
      locked.get(i).free(hold.amounts.get(i));
      locked.get(i).leave();
    }
    hold.amounts = List.of();
  }

  private void drop(CallHold hold) {
    hold.gone = true;
    calls.remove(hold.call, hold);
  }

  List<Hold> list() {
    var list = new ArrayList<Hold>();
    for (CallHold hold : calls.values()) {
      synchronized (hold) {
        for (int i = 0; i < hold.amounts.size(); i++) {
          Tab tab = hold.tabs.get(i);
          list.add(new Hold(hold.call, tab.payer(), Money.of(hold.amounts.get(i), tab.currency()), Duration.ofSeconds(hold.granted)));
        }
      }
    }
    return list;
  }

  private static List<Payer> payers(CallHold hold) {
    return hold.tabs.stream().map(Tab::payer).toList();
  }
}

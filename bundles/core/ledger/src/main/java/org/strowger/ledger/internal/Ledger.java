package org.strowger.ledger.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.billing.api.CallEnd;
import org.strowger.billing.api.CallFacts;
import org.strowger.billing.api.FirstHold;
import org.strowger.billing.api.Hold;
import org.strowger.billing.api.LedgerService;
import org.strowger.billing.api.Payer;
import org.strowger.billing.api.Reservation;
import org.strowger.billing.api.Settlement;
import org.strowger.billing.api.Share;
import org.strowger.kernel.CallId;
import org.strowger.kernel.ErrorCode;
import org.strowger.kernel.Meter;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.Unavailable;
import org.strowger.ledger.internal.Write.Extended;
import org.strowger.ledger.internal.Write.Journaled;
import org.strowger.ledger.internal.Write.Settled;
import org.strowger.persistence.api.BatchWriter;
import org.strowger.persistence.api.DatabaseException;

/** Holds money for calls in memory, and has the writer make durable what must not be forgotten. */
final class Ledger implements LedgerService {

  private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);

  /** How often a purse may be forgotten between its loading and its use before we call that an outage. */
  private static final int LOADS = 5;

  private final Purses purses;
  private final Holds holds;
  private final BatchWriter<Write> writer;
  private final Duration answerPatience;
  private final Outage outage;
  private final LocalNotes notes;
  private final Runnable wroteCdrs;
  private final ConcurrentHashMap<CallId, CompletableFuture<Settlement>> settling = new ConcurrentHashMap<>();
  /** Ends that the database did not take; tried again until it does. */
  private final ConcurrentHashMap<CallId, Settled> unsettled = new ConcurrentHashMap<>();
  /** Answered calls whose journal row does not know the last extension yet. */
  private final Set<CallHold> extended = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;
  private final LongAdder granted;
  private final LongAdder refused;
  private final LongAdder settled;

  /**
   * @param answerPatience how long {@link #answered} waits for the database
   * @param wroteCdrs told when there are new CDRs
   */
  Ledger(Purses purses, Holds holds, BatchWriter<Write> writer, Duration answerPatience, Outage outage, LocalNotes notes, Meter meter, Runnable wroteCdrs) {
    this.outage = outage;
    this.notes = notes;
    this.purses = purses;
    this.holds = holds;
    this.writer = writer;
    this.answerPatience = answerPatience;
    this.wroteCdrs = wroteCdrs;
    this.granted = meter.counter("reservations.granted");
    this.refused = meter.counter("reservations.refused");
    this.settled = meter.counter("calls.settled");
    meter.gauge("calls.holding", holds::size);
    meter.gauge("calls.unsettled", unsettled::size);
    meter.gauge("calls.noted", notes::waiting);
    meter.gauge("purses", purses::size);
    meter.gauge("writer.waiting", writer::waiting);
  }

  @Override
  public CompletionStage<Reservation> reserve(CallId call, List<Share> shares) {
    if (closed || outage.refusesNewCalls()) {
      return away();
    }
    List<Payer> payers = Tab.of(shares).stream().map(Tab::payer).toList();
    long asked = holds.ticks();
    return counted(loaded(payers, false, LOADS, () -> holds.reserve(call, shares, asked), refused -> refused));
  }

  @Override
  public CompletionStage<FirstHold> firstHold(List<Share> shares, Instant at) {
    if (closed) {
      return away();
    }
    List<Payer> payers = Tab.of(shares).stream().map(Tab::payer).toList();
    Function<Reservation.Refused, FirstHold> unknown = refused -> new FirstHold(refused, Duration.ZERO, List.of());
    return loaded(payers, false, LOADS, () -> holds.firstHold(shares, at), unknown);
  }

  @Override
  public CompletionStage<Reservation> extend(CallId call) {
    if (closed) {
      return away();
    }
    CallHold hold = holds.find(call);
    if (hold == null) {
      return CompletableFuture.failedFuture(StrowgerException.notFound("hold of call", call));
    }
    return loaded(payers(hold), false, LOADS, () -> extend(hold), refused -> refused);
  }

  /** Under the monitor, so that {@link #handOver} finds each extension noted that was granted. */
  private Optional<Reservation> extend(CallHold hold) {
    synchronized (hold) {
      Optional<Reservation> answer = holds.extend(hold);
      if (answer.isPresent() && hold.answered() && !hold.gone) {
        extended.add(hold);
      }
      return answer;
    }
  }

  /**
   * Asks; where a purse was not loaded, loads and asks again. The first question costs no thread.
   *
   * @param unknown the answer when a payer turns out to have no balance
   */
  private <T> CompletableFuture<T> loaded(List<Payer> payers, boolean loadFirst, int tries, Supplier<Optional<T>> question, Function<Reservation.Refused, T> unknown) {
    if (tries == 0 || loadFirst && outage.isOn()) {
      return CompletableFuture.failedFuture(new Unavailable("the ledger"));
    }
    if (loadFirst) {
      return purses.load(payers).thenCompose(x -> {
        Optional<T> answer = question.get();
        return answer.map(CompletableFuture::completedFuture).orElseGet(() -> missing(payers, tries, question, unknown));
      });
    }
    try {
      Optional<T> answer = question.get();
      return answer.map(CompletableFuture::completedFuture).orElseGet(() -> loaded(payers, true, tries, question, unknown));
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private <T> CompletableFuture<T> missing(List<Payer> payers, int tries, Supplier<Optional<T>> question, Function<Reservation.Refused, T> unknown) {
    Optional<Payer> missing = payers.stream().filter(payer -> purses.locked(payer, purse -> purse.row() == null)).findFirst();
    return missing.isPresent()
        ? CompletableFuture.completedFuture(unknown.apply(new Reservation.Refused(missing.get(), missing.get() + " has no balance: it was never opened, or was deleted")))
        : loaded(payers, true, tries - 1, question, unknown);
  }

  /** This instance was replaced: the next one is asked. */
  private static <T> CompletableFuture<T> away() {
    return CompletableFuture.failedFuture(new Unavailable("the ledger"));
  }

  private CompletableFuture<Reservation> counted(CompletableFuture<Reservation> stage) {
    return stage.thenApply(reservation -> {
      (reservation instanceof Reservation.Refused ? refused : granted).increment();
      return reservation;
    });
  }

  @Override
  public CompletionStage<Reservation> answered(CallFacts call, Instant connectTime) {
    if (closed) {
      return away();
    }
    CallHold hold = holds.find(call.call());
    if (hold == null) {
      return CompletableFuture.failedFuture(StrowgerException.notFound("hold of call", call.call()));
    }
    CallFacts facts = Columns.stored(call);
    var durable = new CompletableFuture<Void>();
    return loaded(payers(hold), false, LOADS, () -> journal(hold, facts, Columns.stored(connectTime), durable), refused -> refused)
        .thenCompose(answer -> answer instanceof Reservation.Granted ? durable.thenApply(done -> answer) : CompletableFuture.completedFuture(answer))
        .orTimeout(answerPatience.toMillis() * (outage.allowsNewCalls() ? 2 : 1), TimeUnit.MILLISECONDS)
        .exceptionallyCompose(failure -> CompletableFuture.failedFuture(translated(failure)));
  }

  /** Under the monitor, so that {@link #handOver} finds the call either in set-up or written. */
  private Optional<Reservation> journal(CallHold hold, CallFacts facts, Instant connectTime, CompletableFuture<Void> durable) {
    synchronized (hold) {
      if (closed) {
        throw new Unavailable("the ledger");
      }
      Optional<Reservation> answer = holds.connected(hold, connectTime);
      if (answer.isPresent() && answer.get() instanceof Reservation.Granted) {
        promise(new Journaled(hold.call, facts, hold.connectTime, hold.shares, hold.granted, hold.nextSlice), hold).whenComplete((done, failure) -> {
          if (failure == null) {
            durable.complete(null);
          } else {
            durable.completeExceptionally(failure);
          }
        });
      }
      return answer;
    }
  }

  /** Makes the row durable: in the database or, if that is away and the operator allows it, on the local disk. */
  private CompletionStage<Void> promise(Journaled row, CallHold hold) {
    if (!outage.allowsNewCalls()) {
      return write(row, hold);
    }
    return outage.isOn() ? notes.answer(row) : write(row, hold).toCompletableFuture().copy().orTimeout(answerPatience.toMillis(), TimeUnit.MILLISECONDS)
        .exceptionallyCompose(failure -> isAway(translated(failure)) ? notes.answer(row) : CompletableFuture.failedFuture(failure));
  }

  private static boolean isAway(RuntimeException failure) {
    return failure instanceof StrowgerException e && e.code() == ErrorCode.UNAVAILABLE;
  }

  private CompletionStage<Void> write(Journaled row, CallHold hold) {
    return writer.write(row).thenRun(() -> isDurable(hold, row.granted()));
  }

  private static void isDurable(CallHold hold, long granted) {
    synchronized (hold) {
      hold.durable = Math.max(hold.durable, granted);
    }
  }

  private static List<Payer> payers(CallHold hold) {
    synchronized (hold) {
      return hold.tabs.stream().map(Tab::payer).toList();
    }
  }

  @Override
  public CompletionStage<Settlement> settle(CallFacts call, CallEnd end, List<Share> shares) {
    if (closed) {
      return away();
    }
    // Before the hold is looked for: a reservation that is still on its way either is found, or is refused.
    holds.over(call.call());
    var asked = new CompletableFuture<Settlement>();
    CompletableFuture<Settlement> first = settling.putIfAbsent(call.call(), asked);
    if (first != null) {
      return first.copy();
    }
    try {
      Settled before = unsettled.get(call.call());
      Settled settled = before == null ? settlement(call, end, shares) : before;
      if (before == null) {
        notes.begun(settled);
      }
      write(settled, asked);
    } catch (RuntimeException e) {
      settling.remove(call.call(), asked);
      asked.completeExceptionally(e);
    }
    return asked.copy();
  }

  private Settled settlement(CallFacts call, CallEnd end, List<Share> shares) {
    CallFacts facts = Columns.stored(call);
    CallEnd ended = CdrTable.stored(end);
    CallHold hold = holds.find(call.call());
    if (hold != null) {
      synchronized (hold) {
        if (!hold.gone) {
          hold.ending = true;
          var settled = new Settled(facts, ended, hold.shares, hold.granted, false, false);
          settled.refusedSince = ended.answered() ? null : hold.connectTime;
          return settled;
        }
      }
    }
    return new Settled(facts, ended, List.copyOf(shares), CallHold.CEILING, false, true);
  }

  private void write(Settled call, CompletableFuture<Settlement> asked) {
    CallHold hold = holds.find(call.call());
    if (hold != null && !call.end.answered()) {
      holds.end(hold);
    }
    // A crash would charge a call whose caller may have been told that it was refused.
    CompletionStage<Void> written = call.refusedSince == null ? writer.writeLazily(call) : writer.write(call);
    written.whenComplete((done, failure) -> {
      if (failure == null) {
        finish(call, asked);
      } else if (isDuplicate(failure) && call.secondTry()) {
        write(call, asked);
      } else {
        postpone(call, asked, failure);
      }
    });
  }

  /** Somebody else, as the instance that this one replaced, charged the call: the second try finds its CDRs. */
  private static boolean isDuplicate(Throwable failure) {
    return cause(failure) instanceof DatabaseException e && e.kind() == DatabaseException.Kind.DUPLICATE;
  }

  private void finish(Settled call, CompletableFuture<Settlement> asked) {
    Write.Settled.Outcome outcome = call.outcome;
    CallHold hold = holds.find(call.call());
    if (hold != null) {
      holds.end(hold, (payer, purse) -> outcome.balances().stream().filter(row -> row.payer().equals(payer)).forEach(purse::know));
      extended.remove(hold);
    }
    outcome.balances().forEach(this::knowIfInUse);
    unsettled.remove(call.call());
    notes.done(call.call());
    settling.remove(call.call(), asked);
    settled.increment();
    wroteCdrs.run();
    asked.complete(new Settlement(outcome.cdrs()));
  }

  private void knowIfInUse(BalanceRow row) {
    if (purses.contains(row.payer())) {
      purses.know(row);
    }
  }

  /** The money stays held and the end is kept: it is tried again until the database takes it. */
  private void postpone(Settled call, CompletableFuture<Settlement> asked, Throwable failure) {
    RuntimeException reason = translated(failure);
    unsettled.put(call.call(), call);
    if (!(reason instanceof Unavailable) && call.failed(holds.ticks())) {
      LOG.error("call {} cannot be settled, will be tried again in ever longer pauses", call.call(), failure);
    }
    settling.remove(call.call(), asked);
    asked.completeExceptionally(reason);
  }

  /** Writes what may be up to a tick late: extensions, and ends that were refused. */
  void tick() {
    for (CallHold hold : extended) {
      extended.remove(hold);
      synchronized (hold) {
        if (!hold.gone) {
          long granted = hold.granted;
          writer.writeLazily(new Extended(hold.call, granted, hold.nextSlice)).whenComplete((done, failure) -> {
            if (failure == null) {
              isDurable(hold, granted);
            } else if (!hold.gone) {
              extended.add(hold);
            }
          });
        }
      }
    }
    long now = holds.ticks();
    for (Settled call : unsettled.values()) {
      if (!call.due(now)) {
        continue;
      }
      var asked = new CompletableFuture<Settlement>();
      if (settling.putIfAbsent(call.call(), asked) == null) {
        write(call, asked);
      }
    }
    if (!outage.isOn()) {
      notes.answers().forEach(this::writeNoted);
    }
    purses.retryDoubts();
  }

  /** The journal row of a call that was answered while the database was away. Not after its end, which has taken it out for good. */
  private void writeNoted(Journaled row) {
    CallHold hold = holds.find(row.call());
    if (hold == null) {
      notes.known(row);
      return;
    }
    synchronized (hold) {
      if (!hold.ending && !hold.gone) {
        write(new Journaled(row.call(), row.facts(), row.connectTime(), row.shares(), hold.granted, hold.nextSlice), hold).thenRun(() -> notes.known(row));
      }
    }
  }

  /** Notes on the local disk what the database has not taken. Called twice a second on the disk's thread. */
  void note() {
    notes.tick(holds.all());
  }

  /** Notes all of it, however young: nobody will try again. */
  void noteAll() {
    notes.all(holds.all());
  }

  /** See {@link LocalNotes#leave}. */
  void leave() {
    notes.leave();
  }

  /** What a heartbeat says, see {@link LocalNotes#alive}. */
  Instant alive() {
    return notes.alive();
  }

  /** See {@link LocalNotes#beaten}. */
  void beaten(Instant alive) {
    notes.beaten(alive);
  }

  /** What an operator must know of the local journal; null while all is well. */
  String trouble() {
    return notes.trouble();
  }

  /**
   * Leaves to the next instance of the bundle what only memory knows: calls in set-up, and the last extensions. No
   * call may be begun or ended any more.
   */
  void handOver() {
    closed = true;
    holds.close();
    for (CallHold hold : holds.all()) {
      synchronized (hold) {
        if (!hold.answered() && !hold.gone) {
          writer.write(new Journaled(hold.call, null, null, hold.shares, hold.granted, hold.nextSlice));
        }
      }
    }
    // After every hold's monitor was passed: nothing is extended any more.
    tick();
  }

  /** Forgets calls that ended long ago. */
  void forgetOver() {
    holds.forgetOver();
  }

  /** Takes over what {@link #handOver} and the journal left. */
  void takeOver(List<JournalTable.Row> rows) {
    for (JournalTable.Row row : rows) {
      var hold = new CallHold(row.call().call());
      hold.shares = List.copyOf(row.call().shares());
      hold.granted = row.call().granted();
      hold.durable = hold.granted;
      hold.nextSlice = row.call().nextSlice();
      hold.connectTime = row.call().connectTime();
      holds.restore(hold);
    }
  }

  int holdingCalls() {
    return holds.size();
  }

  int unsettled() {
    return unsettled.size();
  }

  @Override
  public List<Hold> holds() {
    return holds.list();
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
  }

  private static RuntimeException translated(Throwable failure) {
    Throwable cause = cause(failure);
    if (cause instanceof java.util.concurrent.TimeoutException) {
      return new StrowgerException(ErrorCode.UNAVAILABLE, "the database did not answer in time; try again", cause);
    }
    return Sql.translated(cause);
  }
}

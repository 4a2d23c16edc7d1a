package org.strowger.plugins.internal;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.kernel.Meter;
import org.strowger.kernel.Time;
import org.strowger.plugins.api.Asker;
import org.strowger.plugins.api.Guarded;
import org.strowger.plugins.api.Plugin;
import org.strowger.plugins.api.Plugin.FailurePolicy;
import org.strowger.plugins.internal.Ward.Admission;

/**
 * Asks one question of one plugin and lets nothing but an answer out. The plugin runs on the caller's
 * thread; {@link #look} is the watchdog's round, which abandons what is over its limit.
 */
final class Guard {

  /** What may be turned. @param bulkhead threads that may be stuck in one plugin @param asyncBulkhead answers that may be overdue */
  record Limits(long limitNanos, long asyncNanos, int bulkhead, int asyncBulkhead, long quarantineNanos) {
    static Limits of(Duration limit, Duration asyncLimit, int bulkhead, int asyncBulkhead, Duration quarantine) {
      return new Limits(limit.toNanos(), asyncLimit.toNanos(), bulkhead, asyncBulkhead, quarantine.toNanos());
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(Guard.class);

  /** Threads that may be stuck in all plugins together; after that none of a bundle that holds one is asked. Who holds none goes on. */
  static final int MOST_STUCK = 64;
  /** A watchdog that is this late saw a pause of the whole machine. */
  private static final long PAUSE = Duration.ofMillis(40).toNanos();

  /** So many limits more has a thread that gets no processor. */
  private static final int STARVING = 3;

  private final Time time;
  private final Blame blame;
  private final LongAdder asked;
  private final LongAdder failed;
  private final LongAdder abandoned;
  private final ThreadLocal<Seat> seat = new ThreadLocal<>();
  private final List<Seat> seats = new CopyOnWriteArrayList<>();
  private final Set<Pending<?>> pending = ConcurrentHashMap.newKeySet();
  private final AtomicInteger stuck = new AtomicInteger();
  private final Runnable asking;
  private final BooleanSupplier crowded;
  private volatile Limits limits;
  /** When the watchdog last looked, and how much had been asked by then. Its own, as is the next. */
  private long looked;
  private long seen;
  private boolean busy;
  private boolean excused;

  /**
   * @param asking told before each question, by whoever asks, when {@link #look} sees it
   * @param crowded whether more threads want a processor than there are
   */
  Guard(Time time, Meter meter, Limits limits, Runnable asking, BooleanSupplier crowded) {
    this.crowded = crowded;
    this.time = time;
    this.asking = asking;
    this.blame = new Blame(time);
    this.asked = meter.counter("asked");
    this.failed = meter.counter("failed");
    this.abandoned = meter.counter("abandoned");
    meter.gauge("stuck", stuck::get);
    meter.gauge("waiting", pending::size);
    this.limits = limits;
    this.looked = time.ticks();
  }

  void limits(Limits limits) {
    this.limits = limits;
  }

  /** Threads that plugins hold. */
  int stuck() {
    return stuck.get();
  }

  /** Threads that ask, have asked or are stuck. */
  Set<Thread> threads() {
    return seats.stream().map(one -> one.thread).collect(Collectors.toSet());
  }

  /** Asks; the asker is told at once, or by the watchdog. @return false if the thread was lost meanwhile */
  <S, R> boolean ask(Plugin<S> plugin, Running running, Function<? super S, ? extends R> question, Asker<R> asker) {
    asked.increment();
    long start = time.ticks();
    Admission admission = admit(running, start);
    if (admission == Admission.REFUSED) {
      asker.answered(refused(plugin, running, start));
      return true;
    }
    return guarded(plugin, running, question, asker, admission, start, true);
  }

  /** As {@link #ask}; the asker may also be told when the stage is complete. */
  <S, R> boolean askLater(Plugin<S> plugin, Running running, Function<? super S, ? extends CompletionStage<? extends R>> question, Asker<R> asker) {
    Pending<R> waits = waiting(plugin, running, asker);
    return waits == null || guarded(plugin, running, attached(question, waits), waits, waits.admission, waits.start, false);
  }

  /** @return null if it is refused; the asker has been told */
  private <R> Pending<R> waiting(Plugin<?> plugin, Running running, Asker<R> asker) {
    asked.increment();
    long start = time.ticks();
    Admission admission = admit(running, start);
    if (admission == Admission.REFUSED) {
      asker.answered(refused(plugin, running, start));
      return null;
    }
    running.ward.enter();
    var waits = new Pending<>(this, new Pending.Waiting<>(plugin, running, asker, admission, start));
    pending.add(waits);
    asking.run();
    return waits;
  }

  private static <S, R> Function<S, CompletionStage<? extends R>> attached(Function<? super S, ? extends CompletionStage<? extends R>> question, Pending<R> waits) {
    return service -> {
      CompletionStage<? extends R> stage = question.apply(service);
      if (stage != null) {
        stage.whenComplete(waits);
      }
      return stage;
    };
  }

  private Admission admit(Running running, long now) {
    return running == null || isFull(running.ward) ? Admission.REFUSED : running.ward.admit(now, limits);
  }

  private boolean isFull(Ward ward) {
    int inBundle = ward.insideBundle();
    return inBundle >= Ward.MOST_STUCK_IN_A_BUNDLE || inBundle > 0 && stuck.get() >= MOST_STUCK;
  }

  private <R> Guarded<R> refused(Plugin<?> plugin, Running running, long now) {
    failed.increment();
    String why = running == null ? "has gone"
        : isFull(running.ward) ? "is not asked: " + stuck(running.ward.insideBundle()) + " stuck in its bundle" : running.ward.refusal(now);
    return new Guarded.Failed<>(why, onFailure(plugin, running), Duration.ZERO);
  }

  private static String stuck(int many) {
    return many + (many == 1 ? " thread is" : " threads are");
  }

  /** A plugin that is not there decides nothing: what its policy says of failures holds only while it is here. */
  private static FailurePolicy onFailure(Plugin<?> plugin, Running running) {
    return running == null || running.leaving() ? FailurePolicy.OPEN : plugin.onFailure();
  }

  /** @param whole whether this is the whole question; if not its stage is still to come */
  private <S, R> boolean guarded(Plugin<S> plugin, Running running, Function<? super S, ? extends R> question, Asker<R> asker, Admission admission, long start,
      boolean whole) {
    Seat seat = seat();
    if (!seat.idle()) {
      // A plugin asks another: its own limit holds for both.
      asker.answered(waited(plugin, running, question, asker, admission, start, whole));
      return true;
    }
    Thread thread = seat.thread;
    boolean interrupted = thread.isInterrupted();
    ClassLoader before = thread.getContextClassLoader();
    R value = null;
    Throwable thrown = null;
    seat.begin(plugin, running, asker, admission, start, running.limit(limits.limitNanos()));
    asking.run();
    thread.setContextClassLoader(running.loader());
    try {
      value = question.apply(plugin.service());
    } catch (Throwable e) {
      thrown = e;
    }
    boolean inTime = seat.end();
    thread.setContextClassLoader(before);
    if (!interrupted || !inTime) {
      // Ours or the plugin's: the next question must not find it.
      Thread.interrupted();
    }
    if (!inTime) {
      stuck.decrementAndGet();
      running.ward.unstuck();
      seat.reset();
      return false;
    }
    if (whole || thrown != null || value == null) {
      running.ward.back(admission);
    }
    asker.answered(judge(plugin, running, value, thrown, start, asker, whole));
    return true;
  }

  /** On this thread, which nobody takes away. */
  private <S, R> Guarded<R> waited(Plugin<S> plugin, Running running, Function<? super S, ? extends R> question, Asker<R> asker, Admission admission, long start,
      boolean whole) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    R value = null;
    Throwable thrown = null;
    thread.setContextClassLoader(running.loader());
    try {
      value = question.apply(plugin.service());
    } catch (Throwable e) {
      thrown = e;
    } finally {
      thread.setContextClassLoader(before);
    }
    if (whole || thrown != null || value == null) {
      running.ward.back(admission);
    }
    return judge(plugin, running, value, thrown, start, asker, whole);
  }

  /** A stage's. */
  <R> Guarded<R> judge(Pending.Waiting<R> asked, R value, Throwable failure) {
    asked.running().ward.back(asked.admission());
    Throwable thrown = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    return judge(asked.plugin(), asked.running(), value, thrown, asked.start(), asked.asker(), true);
  }

  private <R> Guarded<R> judge(Plugin<?> plugin, Running running, R value, Throwable thrown, long start, Asker<R> asker, boolean whole) {
    long took = time.ticks() - start;
    String wrong = thrown != null ? Blame.oneLine(thrown) : value == null ? "answered nothing" : nonsense(asker, value);
    if (wrong != null) {
      running.failed(wrong, took);
      failed.increment();
      if (!running.leaving()) {
        blame.warn(plugin, thrown != null ? thrown.getClass().getName() : value == null ? "nothing" : "nonsense", thrown, wrong);
      }
      return new Guarded.Failed<>(wrong, onFailure(plugin, running), Duration.ofNanos(took));
    }
    if (whole) {
      running.answered(took);
    }
    return new Guarded.Answered<>(value, Duration.ofNanos(took));
  }

  private static <R> String nonsense(Asker<R> asker, R value) {
    String wrong;
    try {
      wrong = asker.nonsense(value);
    } catch (RuntimeException | Error e) {
      // An answer that can't even be looked at.
      wrong = Blame.oneLine(e);
    }
    return wrong == null ? null : Blame.oneLine("answered nonsense: " + wrong);
  }

  private Seat seat() {
    Seat mine = seat.get();
    if (mine == null) {
      mine = new Seat();
      seat.set(mine);
      seats.add(mine);
    }
    return mine;
  }

  void forget(Pending<?> answered, Ward ward) {
    pending.remove(answered);
    ward.leave();
  }

  /** One round of the watchdog. One thread. @return whether anybody asks, has asked since the last round, or waits for an answer */
  boolean look() {
    long now = time.ticks();
    boolean paused = now - looked > PAUSE;
    boolean rested = !busy;
    looked = now;
    busy = isBusy();
    if (busy && paused && (rested || !excused)) {
      // Nobody is blamed for a pause of the machine: those who were about to answer do so before the next round.
      excused = !rested;
      return true;
    }
    excused = false;
    for (Seat one : seats) {
      long late = one.late(now);
      if (late != Seat.IN_TIME && !one.starves(now, STARVING * limits.limitNanos(), crowded) && one.take(late)) {
        lose(one, now);
      } else if (!one.thread.isAlive()) {
        seats.remove(one);
      }
    }
    for (Pending<?> one : pending) {
      expire(one, now);
    }
    return busy;
  }

  private boolean isBusy() {
    long before = seen;
    seen = asked.sum();
    return seen != before || !pending.isEmpty() || seats.stream().anyMatch(seat -> !seat.idle());
  }

  /** A thread is stuck: its asker goes on without it. */
  private void lose(Seat seat, long now) {
    Plugin<?> plugin = seat.plugin;
    try {
      Asker<?> asker = seat.asker;
      String why = "did not answer within " + seat.limit / 1_000_000 + " ms";
      stuck.incrementAndGet();
      seat.running.ward.stuck(seat.admission, now, limits);
      givenUp(seat.running, why, now - seat.start);
      lost(asker, seat.thread, new Guarded.Failed<>(why, onFailure(plugin, seat.running), Duration.ofNanos(now - seat.start)));
      blame.warn(plugin, "stuck", seat.thread.getStackTrace(), why + "; its thread is given up");
    } catch (RuntimeException | Error e) {
      LOG.error("Plugin {} {} could not be given up", plugin.id(), plugin.version(), e);
    } finally {
      seat.thread.interrupt();
      seat.leave();
    }
  }

  private static <R> void lost(Asker<R> asker, Thread thread, Guarded.Failed<?> failed) {
    asker.lost(thread, () -> asker.answered(new Guarded.Failed<>(failed.why(), failed.onFailure(), failed.took())));
  }

  private <R> void expire(Pending<R> one, long now) {
    Pending.Waiting<R> waits = one.look();
    if (waits == null || now - waits.start() <= limits.asyncNanos()) {
      return;
    }
    one.overdue();
    waits = one.take();
    if (waits == null) {
      return;
    }
    String why = "did not answer within " + limits.asyncNanos() / 1_000_000 + " ms";
    waits.running().ward.overdue(waits.admission(), now, limits);
    givenUp(waits.running(), why, now - waits.start());
    blame.warn(waits.plugin(), "overdue", why);
    Asker<R> asker = waits.asker();
    var answer = new Guarded.Failed<R>(why, onFailure(waits.plugin(), waits.running()), Duration.ofNanos(now - waits.start()));
    try {
      asker.later(() -> asker.answered(answer));
    } catch (RuntimeException | Error e) {
      LOG.error("Who asked plugin {} {} could not be told", waits.plugin().id(), waits.plugin().version(), e);
    }
  }

  private void givenUp(Running running, String why, long nanos) {
    running.abandoned(why, nanos);
    failed.increment();
    abandoned.increment();
  }
}

package org.strowger.plugins.internal;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.strowger.plugins.internal.Guard.Limits;

/**
 * Where the guard keeps what all services of one plugin have in common: how many threads are stuck in it,
 * and whether it is quarantined. One per build of a bundle and {@code plugin.id}: a newer one starts well,
 * but for the threads that are stuck in the bundle.
 * Threads: any.
 */
final class Ward {

  /** Whether a question may be asked. */
  enum Admission { ADMITTED, TRIAL, REFUSED }

  /** Questions that may wait for stages at once, but for a few asked at the same instant. */
  static final int MOST_WAITING = 2000;

  private static final long LATELY = Duration.ofSeconds(5).toNanos();

  /** Threads that may be stuck in all services of one bundle together, in all its builds; after that none of them is asked. */
  static final int MOST_STUCK_IN_A_BUNDLE = 16;

  private final AtomicInteger stuckInBundle;
  private final AtomicInteger stuck = new AtomicInteger();
  /** Questions that were abandoned and whose stages are still not complete. */
  private final AtomicInteger overdue = new AtomicInteger();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicBoolean trial = new AtomicBoolean();
  /** When calls were stuck in it lately, in ticks. Guarded by this. */
  private final ArrayDeque<Long> hangs = new ArrayDeque<>(4);
  private volatile boolean quarantined;
  private volatile long until;
  private volatile boolean drained;
  private volatile String why = "";
  private volatile String threads = "";
  private int services;

  /** Of the only service of its bundle. */
  Ward() {
    this(new AtomicInteger());
  }

  /** @param stuckInBundle counts for all wards of its bundle */
  Ward(AtomicInteger stuckInBundle) {
    this.stuckInBundle = stuckInBundle;
  }

  /** Once per service and SPI. Called, like {@link #release()}, under the lock of the map it lives in. */
  Ward retain() {
    services++;
    return this;
  }

  /** @return whether no service is left */
  boolean release() {
    return --services == 0;
  }

  Admission admit(long now, Limits limits) {
    if (!quarantined) {
      return waiting.get() < MOST_WAITING ? Admission.ADMITTED : Admission.REFUSED;
    }
    if (until - now > 0) {
      return Admission.REFUSED;
    }
    if (stuck.get() >= limits.bulkhead()) {
      // Nobody came back: another one would only join them.
      until = now + limits.quarantineNanos();
      return Admission.REFUSED;
    }
    return trial.compareAndSet(false, true) ? Admission.TRIAL : Admission.REFUSED;
  }

  /** A question that was let through came back in time. */
  void back(Admission admission) {
    if (admission == Admission.TRIAL) {
      quarantined = false;
      overdue.set(0);
      trial.set(false);
    }
  }

  /** A thread is stuck in it. One that heeds its interrupt is soon back: what hangs again and again is quarantined all the same. */
  synchronized void stuck(Admission admission, long now, Limits limits) {
    int inside = stuck.incrementAndGet();
    stuckInBundle.incrementAndGet();
    hangs.addLast(now);
    while (now - hangs.peekFirst() > LATELY) {
      hangs.removeFirst();
    }
    if (inside >= limits.bulkhead() || admission == Admission.TRIAL) {
      quarantine(now, limits, inside + (inside == 1 ? " call is" : " calls are") + " stuck in it");
    } else if (hangs.size() >= limits.bulkhead()) {
      quarantine(now, limits, hangs.size() + " calls hung in it within " + LATELY / 1_000_000_000 + " s");
    }
    endTrial(admission);
  }

  /** A thread that was stuck is back. */
  void unstuck() {
    stuck.decrementAndGet();
    stuckInBundle.decrementAndGet();
  }

  /** Threads that are stuck in its bundle. */
  int insideBundle() {
    return stuckInBundle.get();
  }

  int inside() {
    return stuck.get();
  }

  /** One more question waits for its stage. */
  void enter() {
    waiting.incrementAndGet();
  }

  void leave() {
    waiting.decrementAndGet();
  }

  /** A stage is not complete in time. */
  void overdue(Admission admission, long now, Limits limits) {
    int many = overdue.incrementAndGet();
    if (many >= limits.asyncBulkhead() || admission == Admission.TRIAL) {
      // No thread is held: what never completes is forgotten with the quarantine.
      overdue.set(0);
      quarantine(now, limits, many + (many == 1 ? " answer is" : " answers are") + " overdue");
    }
    endTrial(admission);
  }

  /** A stage that was overdue is complete. */
  void completed() {
    overdue.updateAndGet(many -> Math.max(0, many - 1));
  }

  private synchronized void quarantine(long now, Limits limits, String why) {
    hangs.clear();
    this.why = why;
    until = now + limits.quarantineNanos();
    quarantined = true;
  }

  private void endTrial(Admission admission) {
    if (admission == Admission.TRIAL) {
      trial.set(false);
    }
  }

  boolean quarantined() {
    return quarantined;
  }

  /** Why a question is refused, one line. */
  String refusal(long now) {
    if (!quarantined) {
      return "has " + MOST_WAITING + " questions waiting";
    }
    long left = until - now;
    return left > 0 ? "is quarantined for " + (left + 999_999_999) / 1_000_000_000 + " s more: " + why : "is quarantined, its trial call is under way: " + why;
  }

  String why() {
    return why;
  }

  /** What is wrong with its threads; empty if nothing is. */
  String threads() {
    return threads;
  }

  void threads(String wrong) {
    threads = wrong;
  }

  boolean drained() {
    return drained;
  }

  void drained(boolean wanted) {
    drained = wanted;
  }
}

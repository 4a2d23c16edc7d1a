package org.strowger.ledger.internal;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.strowger.billing.api.CallEnd;
import org.strowger.billing.api.CallFacts;
import org.strowger.billing.api.Cdr;
import org.strowger.billing.api.Share;
import org.strowger.kernel.CallId;

/** What the writer makes durable, in the order it is asked. */
sealed interface Write {

  CallId call();

  /**
   * The journal row of a call.
   *
   * @param facts null for a call in set-up that is handed over to the next instance of the ledger
   * @param connectTime null likewise
   */
  record Journaled(CallId call, CallFacts facts, Instant connectTime, List<Share> shares, long granted, long nextSlice) implements Write {}

  /** More talking time of a journaled call. */
  record Extended(CallId call, long granted, long nextSlice) implements Write {}

  /** The end of a call: charges and CDRs. */
  final class Settled implements Write {
    private static final int LONGEST_PAUSE_DOUBLINGS = 9;

    final CallFacts facts;
    final CallEnd end;
    final List<Share> shares;
    /** No limited payer is billed for more; {@link CallHold#CEILING} if nothing was granted. */
    final long granted;
    final boolean crashed;
    /** Whether it may have its CDRs already: then the writer looks before it charges. */
    boolean maybeWritten;
    /** Since when its journal row says that it is answered, where its end says that it was not: a crash would charge it from then on. Null: no row says so. */
    volatile Instant refusedSince;
    private boolean triedAgain;
    /** Ticks when it was first to be written. */
    volatile long begun;
    /** Whether it stands in the local journal. */
    volatile boolean noted;
    /** How often it failed for its own sake, not because the database was away. */
    private int failures;
    private long failedAt;
    /** Set by the attempt that committed: the CDRs, and the balances after. */
    volatile Outcome outcome;

    record Outcome(List<Cdr> cdrs, List<BalanceRow> balances) {}

    Settled(CallFacts facts, CallEnd end, List<Share> shares, long granted, boolean crashed, boolean maybeWritten) {
      this.facts = facts;
      this.end = end;
      this.shares = shares;
      this.granted = granted;
      this.crashed = crashed;
      this.maybeWritten = maybeWritten;
    }

    @Override
    public CallId call() {
      return facts.call();
    }

    /** Up to when a crash may take it for up; null if it never would. */
    Instant over() {
      return end.answered() ? end.connectTime().plus(end.duration()) : refusedSince;
    }

    /** It cannot be written, whatever the state of the database. @return true the first time */
    synchronized boolean failed(long ticks) {
      failures++;
      failedAt = ticks;
      return failures == 1;
    }

    /** Whether it is worth another try: 2, 4, 8 … s after it failed, up to 512 s; at once if only the database was away. */
    synchronized boolean due(long ticks) {
      return failures == 0 || ticks - failedAt >= TimeUnit.SECONDS.toNanos(1L << Math.min(failures, LONGEST_PAUSE_DOUBLINGS));
    }

    /** @return true the first time it is asked */
    boolean secondTry() {
      boolean first = !triedAgain;
      triedAgain = true;
      return first;
    }
  }
}

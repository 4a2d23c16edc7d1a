package org.strowger.ledger.internal;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.kernel.CallId;
import org.strowger.kernel.OncePerMinute;
import org.strowger.kernel.Time;
import org.strowger.kernel.Unavailable;
import org.strowger.ledger.internal.Write.Extended;
import org.strowger.ledger.internal.Write.Journaled;
import org.strowger.ledger.internal.Write.Settled;

/**
 * Puts into the {@link LocalJournal} what the database does not take in time, and takes it out when it did. Everything with the disk is done on
 * the thread of {@code disk}, which never waits for the database.
 */
final class LocalNotes {

  private static final Logger LOG = LoggerFactory.getLogger(LocalNotes.class);
  /** An end that the database has not taken by then is noted; together with a tick less than the 2 s in which an end may be lost. */
  private static final Duration LATE = Duration.ofMillis(700);

  /**
   * What is younger may have ended without our knowing: its BYE waits for its turn. Where that lasts for longer the switch is overloaded, by the default of
   * {@code queue.maxMillis} it refuses new calls then, and a call that ends in such a moment may be closed so much late if the process dies before its end is here.
   */
  private static final Duration UNDER_WAY = Duration.ofMillis(200);
  /** An end that neither the database nor the disk takes costs the calls that are up no more than that. */
  private static final Duration MOST_BACK = Duration.ofMillis(1500);

  private final LocalJournal journal;
  private final ExecutorService disk;
  private final Time time;
  private final Outage outage;
  /** Ends that the database has not confirmed. */
  private final ConcurrentHashMap<CallId, Settled> ends = new ConcurrentHashMap<>();
  /** Answered calls whose journal row stands here only. */
  private final ConcurrentHashMap<CallId, Journaled> answers = new ConcurrentHashMap<>();
  private final OncePerMinute complaints;
  private volatile String trouble;
  /** The last sign of life in the local journal, and the last that the database took; null if there is none. */
  private Instant noted;
  private volatile Instant beaten;
  /** When we ceased to be told of ends; null until then. */
  private volatile Instant left;

  /** @param disk of one thread */
  LocalNotes(LocalJournal journal, ExecutorService disk, Time time, Outage outage) {
    this.journal = journal;
    this.disk = disk;
    this.time = time;
    this.outage = outage;
    this.complaints = new OncePerMinute(time);
  }

  /** The database is being told how a call ended. */
  void begun(Settled end) {
    end.begun = time.ticks();
    ends.put(end.call(), end);
  }

  /** The database knows it. */
  void done(CallId call) {
    ends.remove(call);
    answers.remove(call);
  }

  /**
   * The moment up to which no end would be forgotten if the process died now: before every end that is not durable, but {@link #MOST_BACK} at most. A call that
   * has ended is taken for one that was up past its end only where neither database nor disk took it for so long.
   */
  Instant alive() {
    Instant now = told();
    Instant alive = now.minus(UNDER_WAY);
    for (Settled settled : ends.values()) {
      Instant end = settled.noted ? null : settled.over();
      alive = end != null && end.isBefore(alive) ? end : alive;
    }
    Instant least = now.minus(MOST_BACK);
    return alive.isBefore(least) ? least : alive;
  }

  /** The database took a heartbeat that says so. */
  void beaten(Instant alive) {
    beaten = alive;
  }

  /** No end is told from now on: what the calls do after this moment we do not know. */
  void leave() {
    if (left == null) {
      left = time.now();
    }
  }

  /** The moment up to which we were told of ends. */
  private Instant told() {
    Instant last = left;
    return last == null ? time.now() : last;
  }

  /** Completes when the row is on the local disk. */
  CompletionStage<Void> answer(Journaled row) {
    var noted = new CompletableFuture<Void>();
    try {
      disk.execute(() -> {
        try {
          journal.append(List.of(row), null);
          answers.put(row.call(), row);
          noted.complete(null);
        } catch (IOException | RuntimeException e) {
          failed(e);
          noted.completeExceptionally(new Unavailable("the database, and the local journal"));
        }
      });
    } catch (RejectedExecutionException gone) {
      noted.completeExceptionally(new Unavailable("the ledger"));
    }
    return noted;
  }

  /** Rows that the database is to be told when it is back. */
  Collection<Journaled> answers() {
    return answers.values();
  }

  void known(Journaled row) {
    answers.remove(row.call(), row);
  }

  /** Notes what is late. On the disk's thread, twice a second. Throws nothing. */
  void tick(Collection<CallHold> holds) {
    note(holds, LATE);
  }

  /** Notes whatever the database does not know, however young, before nobody tries again. */
  void all(Collection<CallHold> holds) {
    note(holds, Duration.ZERO);
    journal.close();
  }

  private void note(Collection<CallHold> holds, Duration late) {
    try {
      boolean away = outage.isSilent();
      // Before the ends are looked for: with a sign of life goes every end that it would pass.
      Instant alive = told().minus(UNDER_WAY);
      List<Settled> fresh = ends.values().stream().filter(end -> !end.noted && (away || time.since(end.begun).compareTo(late) >= 0)).toList();
      if (away || !fresh.isEmpty()) {
        List<Extended> extended = away ? holds.stream().map(LocalNotes::extension).flatMap(Optional::stream).toList() : List.of();
        journal.append(Stream.concat(fresh.stream(), extended.stream()).toList(), away ? alive : null);
        noted = away ? alive : noted;
        fresh.forEach(end -> end.noted = true);
      } else if (!journal.isEmpty() && isBeaten() && answers.isEmpty() && ends.values().stream().noneMatch(end -> end.noted) && holds.stream().noneMatch(LocalNotes::isHereOnly)) {
        journal.clear();
        noted = null;
      }
      trouble = null;
    } catch (IOException | RuntimeException e) {
      failed(e);
    }
  }

  /** Whether the database knows of a sign of life as late as the last one here: a heartbeat that hung may be seconds older. */
  private boolean isBeaten() {
    Instant last = beaten;
    return noted == null || last != null && !last.isBefore(noted);
  }

  /** Once for each: one that the disk did not take then is noted with the next, or the call is closed a slice early. */
  private static Optional<Extended> extension(CallHold hold) {
    synchronized (hold) {
      if (!hold.answered() || hold.gone || hold.granted <= Math.max(hold.durable, hold.noted)) {
        return Optional.empty();
      }
      hold.noted = hold.granted;
      return Optional.of(new Extended(hold.call, hold.granted, hold.nextSlice));
    }
  }

  private static boolean isHereOnly(CallHold hold) {
    synchronized (hold) {
      return !hold.gone && hold.noted > hold.durable;
    }
  }

  private void failed(Exception e) {
    trouble = "the local journal cannot be written: " + e.getMessage();
    if (complaints.due("disk")) {
      LOG.error("the local journal cannot be written; what the database does not take is in memory only", e);
    }
  }

  /** What an operator must know; null while all is well. */
  String trouble() {
    return trouble;
  }

  int waiting() {
    return ends.size() + answers.size();
  }
}

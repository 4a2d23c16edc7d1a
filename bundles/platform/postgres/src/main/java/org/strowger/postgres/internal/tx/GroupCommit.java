package org.strowger.postgres.internal.tx;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.kernel.Time;
import org.strowger.persistence.api.BatchSpec;
import org.strowger.persistence.api.BatchWriter;
import org.strowger.persistence.api.DatabaseException;
import org.strowger.persistence.api.DatabaseException.Kind;
import org.strowger.persistence.api.Tx;

/** One thread that writes whatever waits. */
public final class GroupCommit<T> implements BatchWriter<T> {

  private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);
  private static final Duration CLOSING = Duration.ofSeconds(10);
  private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final Duration PAUSE = Duration.ofMillis(200);
  /** A conflict stored nothing and passes quickly; it is tried this often even without patience. */
  private static final int CONFLICT_TRIES = 3;

  private record Item<T>(T row, CompletableFuture<Void> done) {}

  private final Tx tx;
  private final Time time;
  private final BatchSpec spec;
  private final Rows<T> rows;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition news = lock.newCondition();
  private final CountDownLatch hurry = new CountDownLatch(1);
  private final Thread thread;

  /** What the writing thread waits for: only that wakes it, as each waking costs more than the row. */
  private enum Wait { NOTHING, ANY_ROW, PROMPT_ROW, FULL_BATCH }

  // Guarded by the lock.
  private final ArrayDeque<Item<T>> prompt = new ArrayDeque<>();
  private final ArrayDeque<Item<T>> lazy = new ArrayDeque<>();
  private Wait wait = Wait.NOTHING;
  /** When the first of the lazy rows came. */
  private long lazySince;
  /** When the last batch was taken. */
  private long last;
  private int waiting;
  private boolean closed;
  private boolean ended;

  /** When an Error was logged last; null: never. Of the writing thread. */
  private Long complained;

  private GroupCommit(Tx tx, Time time, BatchSpec spec, Rows<T> rows) {
    this.tx = tx;
    this.time = time;
    this.spec = spec;
    this.rows = rows;
    this.last = time.ticks() - spec.gather().toNanos();
    this.thread = new Thread(this::writeUntilClosed, "strowger-writer-" + spec.name());
    this.thread.setDaemon(true);
  }

  public static <T> GroupCommit<T> start(Tx tx, Time time, BatchSpec spec, Rows<T> rows) {
    GroupCommit<T> writer = new GroupCommit<>(tx, time, spec, rows);
    writer.thread.start();
    return writer;
  }

  @Override
  public CompletionStage<Void> write(T row) {
    return queue(row, prompt);
  }

  @Override
  public CompletionStage<Void> writeLazily(T row) {
    return queue(row, lazy);
  }

  private CompletionStage<Void> queue(T row, ArrayDeque<Item<T>> queue) {
    Item<T> item = new Item<>(row, new CompletableFuture<>());
    lock.lock();
    try {
      if (closed || ended) {
        return refuse(item, "the " + spec.name() + " writer is closed");
      }
      if (prompt.size() + lazy.size() >= spec.maxQueue()) {
        return refuse(item, "the " + spec.name() + " writer's queue of " + spec.maxQueue() + " rows is full");
      }
      if (queue == lazy && lazy.isEmpty()) {
        lazySince = time.ticks();
      }
      queue.add(item);
      waiting++;
      if (wait == Wait.ANY_ROW || wait == Wait.PROMPT_ROW && queue == prompt || wait != Wait.NOTHING && isFull()) {
        wait = Wait.NOTHING;
        news.signal();
      }
    } finally {
      lock.unlock();
    }
    return item.done.minimalCompletionStage();
  }

  private boolean isFull() {
    return prompt.size() + lazy.size() >= spec.maxBatch();
  }

  private CompletionStage<Void> refuse(Item<T> item, String why) {
    item.done.completeExceptionally(new DatabaseException(Kind.UNAVAILABLE, why, null));
    return item.done;
  }

  @Override
  public int waiting() {
    lock.lock();
    try {
      return waiting;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      news.signal();
    } finally {
      lock.unlock();
    }
    try {
      thread.join(CLOSING.toMillis());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    hurry.countDown();
    failWaiting();
  }

  private boolean hurried() {
    return hurry.getCount() == 0;
  }

  private void writeUntilClosed() {
    try {
      while (!hurried()) {
        List<Item<T>> batch = next();
        if (batch.isEmpty()) {
          return;
        }
        write(batch);
      }
    } catch (InterruptedException interrupted) {
      LOG.warn("The {} writer was interrupted", spec.name());
    } finally {
      failWaiting();
    }
  }

  /** The next rows to write when they have gathered; empty when the writer is closed and nothing waits. */
  private List<Item<T>> next() throws InterruptedException {
    lock.lock();
    try {
      while (prompt.isEmpty() && lazy.isEmpty() && !closed) {
        wait = Wait.ANY_ROW;
        news.await();
      }
      boolean rested = prompt.isEmpty() && rest(Wait.PROMPT_ROW, spec.gatherLazily().toNanos() - (time.ticks() - lazySince));
      if (!prompt.isEmpty()) {
        rest(Wait.FULL_BATCH, spec.gather().toNanos() - (time.ticks() - last));
      }
      List<Item<T>> batch = new ArrayList<>(Math.min(spec.maxBatch(), prompt.size() + lazy.size()));
      take(prompt, batch);
      // Behind all that was asked for promptly, so that none of these is written before what was asked for ahead of it.
      if (rested || closed || isFull() || time.ticks() - lazySince >= spec.gatherLazily().toNanos()) {
        take(lazy, batch);
      }
      last = time.ticks();
      return batch;
    } finally {
      wait = Wait.NOTHING;
      lock.unlock();
    }
  }

  /** @return whether the time is over */
  private boolean rest(Wait what, long nanos) throws InterruptedException {
    long left = nanos;
    while (left > 0 && !closed && !isFull() && !(what == Wait.PROMPT_ROW && !prompt.isEmpty())) {
      wait = what;
      left = news.awaitNanos(left);
    }
    return left <= 0;
  }

  private void take(ArrayDeque<Item<T>> from, List<Item<T>> batch) {
    while (!from.isEmpty() && batch.size() < spec.maxBatch()) {
      batch.add(from.poll());
    }
  }

  private void write(List<Item<T>> batch) {
    try {
      writePatiently(batch.stream().map(Item::row).toList());
      batch.forEach(item -> finish(item, null));
    } catch (RuntimeException failure) {
      if (batch.size() == 1 || away(failure)) {
        // No warning: each caller is told, and knows what it means.
        LOG.debug("The {} writer could not write {} rows", spec.name(), batch.size(), failure);
        batch.forEach(item -> finish(item, failure));
      } else {
        // One bad row must not take the others with it.
        write(batch.subList(0, batch.size() / 2));
        write(batch.subList(batch.size() / 2, batch.size()));
      }
    } catch (Error failure) {
      batch.forEach(item -> finish(item, failure));
      complain(failure);
    }
  }

  /** An Error ends neither the thread nor the writer: later rows may well be written. Said once a minute. */
  private void complain(Error failure) {
    long now = time.ticks();
    if (complained == null || now - complained >= QUIET_NANOS) {
      complained = now;
      LOG.error("The {} writer goes on after an error that failed some rows", spec.name(), failure);
    }
  }

  private static boolean away(RuntimeException failure) {
    return failure instanceof DatabaseException database
        && (database.kind() == Kind.UNAVAILABLE || database.kind() == Kind.OUTCOME_UNKNOWN);
  }

  private void writePatiently(List<T> batch) {
    long began = time.ticks();
    for (int tries = 1; ; tries++) {
      try {
        tx.run(() -> rows.write(tx.connection(), batch));
        return;
      } catch (DatabaseException failure) {
        boolean passing = failure.retryable() || failure.kind() == Kind.OUTCOME_UNKNOWN;
        boolean again = passing && !hurried() && time.since(began).compareTo(spec.patience()) < 0
            || failure.kind() == Kind.CONFLICT && tries < CONFLICT_TRIES;
        if (!again) {
          throw failure;
        }
        pause();
      }
    }
  }

  private void pause() {
    try {
      hurry.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      hurry.countDown();
      Thread.currentThread().interrupt();
    }
  }

  private void failWaiting() {
    List<Item<T>> left;
    lock.lock();
    try {
      ended = true;
      left = new ArrayList<>(prompt);
      left.addAll(lazy);
      prompt.clear();
      lazy.clear();
    } finally {
      lock.unlock();
    }
    left.forEach(item -> finish(item, new DatabaseException(Kind.UNAVAILABLE, "the " + spec.name() + " writer was closed before the row was written", null)));
  }

  private void finish(Item<T> item, Throwable failure) {
    lock.lock();
    waiting--;
    lock.unlock();
    if (failure == null) {
      item.done.complete(null);
    } else {
      item.done.completeExceptionally(failure);
    }
  }
}

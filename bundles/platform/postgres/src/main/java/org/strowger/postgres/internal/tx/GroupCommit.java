package org.strowger.postgres.internal.tx;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
  private final ArrayBlockingQueue<Item<T>> queue;
  private final AtomicInteger waiting = new AtomicInteger();
  private final CountDownLatch hurry = new CountDownLatch(1);
  private final Item<T> wake = new Item<>(null, new CompletableFuture<>());
  private final Thread thread;
  /** When an Error was logged last; null: never. Of the writing thread. */
  private Long complained;
  private volatile boolean closed;
  private volatile boolean ended;

  private GroupCommit(Tx tx, Time time, BatchSpec spec, Rows<T> rows) {
    this.tx = tx;
    this.time = time;
    this.spec = spec;
    this.rows = rows;
    this.queue = new ArrayBlockingQueue<>(spec.maxQueue());
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
    Item<T> item = new Item<>(row, new CompletableFuture<>());
    if (closed) {
      return refuse(item, "the " + spec.name() + " writer is closed");
    }
    waiting.incrementAndGet();
    if (!queue.offer(item)) {
      waiting.decrementAndGet();
      return refuse(item, "the " + spec.name() + " writer's queue of " + spec.maxQueue() + " rows is full");
    }
    if (ended) {
      failWaiting();
    }
    return item.done.minimalCompletionStage();
  }

  private CompletionStage<Void> refuse(Item<T> item, String why) {
    item.done.completeExceptionally(new DatabaseException(Kind.UNAVAILABLE, why, null));
    return item.done;
  }

  @Override
  public int waiting() {
    return waiting.get();
  }

  @Override
  public void close() {
    closed = true;
    queue.offer(wake);
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
    List<Item<T>> batch = new ArrayList<>(spec.maxBatch());
    try {
      while (!hurried() && !(closed && queue.isEmpty())) {
        batch.add(queue.take());
        queue.drainTo(batch, spec.maxBatch() - 1);
        batch.remove(wake);
        if (!batch.isEmpty()) {
          write(List.copyOf(batch));
        }
        batch.clear();
      }
    } catch (InterruptedException interrupted) {
      LOG.warn("The {} writer was interrupted", spec.name());
    } finally {
      ended = true;
      failWaiting();
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
    for (Item<T> item = queue.poll(); item != null; item = queue.poll()) {
      if (item != wake) {
        finish(item, new DatabaseException(Kind.UNAVAILABLE, "the " + spec.name() + " writer was closed before the row was written", null));
      }
    }
  }

  private void finish(Item<T> item, Throwable failure) {
    waiting.decrementAndGet();
    if (failure == null) {
      item.done.complete(null);
    } else {
      item.done.completeExceptionally(failure);
    }
  }
}

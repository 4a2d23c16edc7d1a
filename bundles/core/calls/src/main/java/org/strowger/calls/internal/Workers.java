package org.strowger.calls.internal;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that work calls off. Every mailbox waits here at most once, so the queue is bounded by the
 * number of calls; one that blocks holds up nobody but itself as long as another worker is free.
 */
final class Workers implements Executor, AutoCloseable {

  private final ThreadPoolExecutor pool;

  Workers(int threads) {
    var number = new AtomicInteger();
    pool = new ThreadPoolExecutor(threads, threads, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
      var thread = new Thread(work, "calls-" + number.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    }, (mailbox, stopped) -> {
      // Stopping: what has not been settled is settled from the ledger's journal at the next start.
    });
  }

  @Override
  public void execute(Runnable mailbox) {
    pool.execute(mailbox);
  }

  /** Mailboxes that wait for a thread. */
  int waiting() {
    return pool.getQueue().size();
  }

  @Override
  public void close() {
    pool.shutdown();
    try {
      if (!pool.awaitTermination(2, TimeUnit.SECONDS)) {
        pool.shutdownNow();
      }
    } catch (InterruptedException e) {
      pool.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}

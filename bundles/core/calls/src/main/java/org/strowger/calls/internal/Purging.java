package org.strowger.calls.internal;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.strowger.kernel.Daemons;

/** Deletes what is old, part after part until nothing is, on a thread of its own: it waits for the disk, and calls must not wait for it. */
final class Purging implements AutoCloseable {

  private final BooleanSupplier part;
  private final ThreadPoolExecutor thread;
  private volatile boolean closed;

  /** @param part deletes a part, and says whether there may be more */
  Purging(BooleanSupplier part) {
    this.part = part;
    // one at work, one that waits; more would find nothing to do
    this.thread = new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(1), Daemons.named("calls-purge"), new ThreadPoolExecutor.DiscardPolicy());
    thread.allowCoreThreadTimeOut(true);
  }

  /** Returns at once. */
  void start() {
    thread.execute(this::run);
  }

  private void run() {
    try {
      boolean more = true;
      while (more && !closed) {
        more = part.getAsBoolean();
      }
    } catch (RuntimeException | Error e) {
      Complaints.warn("Old call traces could not be deleted", e);
    }
  }

  /** Waits for the part at hand, not for ever. */
  @Override
  public void close() {
    closed = true;
    thread.shutdown();
    try {
      if (!thread.awaitTermination(5, TimeUnit.SECONDS)) {
        thread.shutdownNow();
      }
    } catch (InterruptedException e) {
      thread.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}

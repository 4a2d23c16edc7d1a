package org.strowger.calls.internal;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.strowger.kernel.Daemons;

/**
 * The threads that ask for accounts. What is not in memory waits for the disk here, so that the calls'
 * workers stay free for those that hang up or are cut.
 */
final class Lookups implements Executor, AutoCloseable {

  private final ThreadPoolExecutor pool;

  /** @param waiting questions that may wait; one more is refused with RejectedExecutionException */
  Lookups(int threads, int waiting) {
    pool = new ThreadPoolExecutor(threads, threads, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(waiting), Daemons.numbered("calls-accounts"));
    pool.allowCoreThreadTimeOut(true);
  }

  @Override
  public void execute(Runnable question) {
    pool.execute(question);
  }

  int waiting() {
    return pool.getQueue().size();
  }

  @Override
  public void close() {
    pool.shutdownNow();
    try {
      if (!pool.awaitTermination(2, TimeUnit.SECONDS)) {
        Complaints.warn("A question for an account outlives the calls", new IllegalStateException("no answer within 2 s"));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

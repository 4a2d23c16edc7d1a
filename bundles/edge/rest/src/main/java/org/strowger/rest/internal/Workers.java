package org.strowger.rest.internal;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.time.Duration;
import org.strowger.kernel.Daemons;
import org.strowger.persistence.api.Yielding;

/**
 * Runs handlers apart from the web server's threads, so many at once, each for so long. Who comes when
 * all are busy is told so: a queue would only make everybody late.
 */
final class Workers {

  private final ThreadPoolExecutor pool;
  private volatile Duration limit;

  Workers(int most, Duration limit) {
    this.pool = new ThreadPoolExecutor(0, most, 30, TimeUnit.SECONDS, new SynchronousQueue<>(), Daemons.numbered("strowger-rest"));
    this.limit = limit;
  }

  void limit(int most, Duration time) {
    pool.setMaximumPoolSize(most);
    limit = time;
  }

  int active() {
    return pool.getActiveCount();
  }

  /** Nothing outlives this: who is still at work is interrupted. */
  void stop() {
    pool.shutdownNow();
  }

  /** @throws Exception what the work threw, or a {@link Refusal} if it is not done in time or can't begin */
  <T> T run(ClassLoader loader, Callable<T> work) throws Exception {
    Future<T> future;
    try {
      future = pool.submit(() -> {
        Thread thread = Thread.currentThread();
        thread.setContextClassLoader(loader);
        try (Yielding yielding = Yielding.begin()) {
          return work.call();
        } finally {
          thread.setContextClassLoader(null);
        }
      });
    } catch (RejectedExecutionException e) {
      throw Refusal.busy(pool.isShutdown() ? "REST is stopping" : "all " + pool.getMaximumPoolSize() + " workers are busy; try again");
    }
    try {
      return future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      future.cancel(true);
      throw Refusal.busy("not done within " + limit.toSeconds() + " s; look whether it was done before you try again");
    } catch (InterruptedException e) {
      future.cancel(true);
      Thread.currentThread().interrupt();
      throw Refusal.busy("REST is stopping");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw e;
    }
  }
}

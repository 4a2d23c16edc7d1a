package org.strowger.accounts.internal.features;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.kernel.Unavailable;

/**
 * Asks features on threads of its own: calls wait for an account that is being loaded, and must not wait for a feature that hangs. One that has two
 * threads stuck in it is not asked until one is back. Threads: any; waits for its limit at most.
 */
final class Limited implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Limited.class);
  static final Duration LIMIT = Duration.ofMillis(500);
  private static final int MOST_STUCK = 2;
  private static final int MOST_THREADS = 32;
  /** A thread that rests longer would keep what a feature left in it. */
  private static final long REST_SECONDS = 5;

  private final long limitMillis;
  private final Runnable recovered;
  private final ThreadPoolExecutor threads;
  private final Map<String, Integer> stuck = new ConcurrentHashMap<>();

  /** @param recovered run when a feature that hung is back */
  Limited(Duration limit, Runnable recovered) {
    this.limitMillis = limit.toMillis();
    this.recovered = recovered;
    this.threads = new ThreadPoolExecutor(0, MOST_THREADS, REST_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), Limited::thread);
  }

  private static Thread thread(Runnable task) {
    var thread = new Thread(task, "accounts-features");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * What {@code question} answers or throws.
   *
   * @param loader the context class loader it has
   * @throws Unavailable if it does not come back in time, or others have not come back
   */
  <R> R ask(String feature, ClassLoader loader, Supplier<R> question) {
    if (stuck.getOrDefault(feature, 0) >= MOST_STUCK) {
      throw new Unavailable("feature " + feature + ", which hangs,");
    }
    var over = new AtomicBoolean();
    var task = new FutureTask<R>(question::get);
    try {
      threads.execute(() -> run(task, feature, loader, over));
    } catch (RejectedExecutionException busy) {
      throw new Unavailable("feature " + feature, busy);
    }
    try {
      return task.get(limitMillis, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      stuck.merge(feature, 1, Integer::sum);
      if (!over.compareAndSet(false, true)) {
        unstuck(feature);
      }
      task.cancel(true);
      LOG.warn("feature {} did not answer about its settings within {} ms and is interrupted", feature, limitMillis);
      throw new Unavailable("feature " + feature + ", which did not answer within " + limitMillis + " ms,");
    } catch (InterruptedException e) {
      task.cancel(true);
      Thread.currentThread().interrupt();
      throw new Unavailable("feature " + feature, e);
    } catch (ExecutionException e) {
      throw thrown(e.getCause());
    }
  }

  private void run(FutureTask<?> task, String feature, ClassLoader loader, AtomicBoolean over) {
    Thread.currentThread().setContextClassLoader(loader);
    try {
      task.run();
    } finally {
      Thread.currentThread().setContextClassLoader(null);
      if (!over.compareAndSet(false, true)) {
        unstuck(feature);
        recovered.run();
      }
    }
  }

  private void unstuck(String feature) {
    stuck.computeIfPresent(feature, (name, many) -> many > 1 ? many - 1 : null);
  }

  private static RuntimeException thrown(Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(cause);
  }

  /** The features in which threads are stuck. */
  Set<String> hanging() {
    return new TreeSet<>(stuck.keySet());
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}

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
import org.strowger.kernel.Daemons;
import org.strowger.kernel.Unavailable;

/**
 * Asks features on threads of its own: calls wait for an account that is being loaded, and must not wait for a feature that hangs. One that hung twice
 * within a moment rests, whether its threads are still stuck or heeded their interrupt; then one question tries it. Threads: any; waits for its limit
 * at most.
 */
final class Limited implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Limited.class);
  static final Duration LIMIT = Duration.ofMillis(500);
  static final Duration REST = Duration.ofSeconds(30);
  private static final int MOST_THREADS = 32;
  /** A thread that is idle longer would keep what a feature left in it. */
  private static final long IDLE_SECONDS = 5;

  private final long limitMillis;
  private final long restNanos;
  private final Runnable recovered;
  private final ThreadPoolExecutor threads;
  /** Those that hung and have not answered since. */
  private final Map<String, Hanging> hanging = new ConcurrentHashMap<>();

  /** @param recovered run when a feature that rested answers again */
  Limited(Duration limit, Duration rest, Runnable recovered) {
    this.limitMillis = limit.toMillis();
    this.restNanos = rest.toNanos();
    this.recovered = recovered;
    this.threads = new ThreadPoolExecutor(0, MOST_THREADS, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), Daemons.named("accounts-features"));
  }

  /**
   * What {@code question} answers or throws.
   *
   * @param loader the context class loader it has
   * @throws Unavailable if it does not come back in time, or others have not come back
   */
  <R> R ask(String feature, ClassLoader loader, Supplier<R> question) {
    Hanging known = hanging.get(feature);
    if (known != null && !known.admits(System.nanoTime())) {
      throw new Unavailable("feature " + feature + ", which hangs,");
    }
    var over = new AtomicBoolean();
    var task = new FutureTask<R>(question::get);
    try {
      threads.execute(() -> run(task, feature, loader, over));
    } catch (RejectedExecutionException busy) {
      if (known != null) {
        known.notTried();
      }
      throw new Unavailable("feature " + feature, busy);
    }
    try {
      R answer = task.get(limitMillis, TimeUnit.MILLISECONDS);
      back(feature, known);
      return answer;
    } catch (TimeoutException e) {
      hanging.computeIfAbsent(feature, name -> new Hanging(restNanos)).hung(System.nanoTime());
      if (!over.compareAndSet(false, true)) {
        unstuck(feature);
      }
      task.cancel(true);
      LOG.warn("feature {} did not answer about its settings within {} ms and is interrupted", feature, limitMillis);
      throw new Unavailable("feature " + feature + ", which did not answer within " + limitMillis + " ms,");
    } catch (InterruptedException e) {
      task.cancel(true);
      if (known != null) {
        known.notTried();
      }
      Thread.currentThread().interrupt();
      throw new Unavailable("feature " + feature, e);
    } catch (ExecutionException e) {
      back(feature, known);
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
      }
    }
  }

  private void unstuck(String feature) {
    Hanging known = hanging.get(feature);
    if (known != null) {
      known.unstuck();
    }
  }

  /** @param known as it was when it was asked, null if it did not hang */
  private void back(String feature, Hanging known) {
    if (known != null && known.answered() && hanging.remove(feature, known)) {
      recovered.run();
    }
  }

  private static RuntimeException thrown(Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(cause);
  }

  /** The features that rest, or in which threads are stuck. */
  Set<String> hanging() {
    var names = new TreeSet<String>();
    hanging.forEach((feature, how) -> {
      if (how.isSick()) {
        names.add(feature);
      }
    });
    return names;
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}

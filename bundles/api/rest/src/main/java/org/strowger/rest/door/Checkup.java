package org.strowger.rest.door;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.kernel.Daemons;
import org.strowger.kernel.Health;

/**
 * Asks every {@link Health.Check} how its part is, plugins' too: all at once, on threads of its own, and waits 1 s for them together. A check that hangs
 * has one thread at most, whoever looks and however often; it is DEGRADED, and not asked again while it is stuck, nor for 10 s once it was asked in vain twice in a row.
 * Threads: any.
 */
public final class Checkup implements AutoCloseable {

  /** How long one look waits. */
  public static final Duration LIMIT = Duration.ofSeconds(1);
  /** How long a check that did not answer twice is left alone; once may be the machine's fault. */
  static final Duration REST = Duration.ofSeconds(10);
  private static final Logger LOG = LoggerFactory.getLogger(Checkup.class);
  private static final int MOST_MISSES = 2;
  private static final int MOST_THREADS = 32;
  private static final int MOST_WAITING = 256;
  /** A thread that is idle longer would keep what a plugin left in it. */
  private static final long IDLE_SECONDS = 5;

  /** @param name the check's own word, or its owner's if it says none */
  public record Finding(String name, Health health) {}

  private final Map<Health.Check, Part> parts = Collections.synchronizedMap(new IdentityHashMap<>());
  private final long restNanos;
  private final ThreadPoolExecutor threads;

  /** @param thread the name of its threads */
  public Checkup(String thread) {
    this(thread, REST);
  }

  Checkup(String thread, Duration rest) {
    this.restNanos = rest.toNanos();
    this.threads = new ThreadPoolExecutor(MOST_THREADS, MOST_THREADS, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MOST_WAITING), Daemons.named(thread));
    threads.allowCoreThreadTimeOut(true);
  }

  /** @param owner whose it is, the name of a check that tells none: its bundle */
  public void add(Health.Check check, String owner) {
    parts.put(check, new Part(check, owner));
  }

  public void remove(Health.Check check) {
    Part gone = parts.remove(check);
    if (gone != null) {
      gone.leave();
    }
  }

  /** How each part is, sorted by name. Never fails. Waits for {@link #LIMIT} at most. */
  public List<Finding> findings() {
    List<Part> all;
    synchronized (parts) {
      all = List.copyOf(parts.values());
    }
    all.forEach(Part::ask);
    var findings = new ArrayList<Finding>();
    for (Part part : all) {
      Health health = part.health();
      findings.add(new Finding(part.name(), health));
    }
    findings.sort(Comparator.comparing(Finding::name));
    return List.copyOf(findings);
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }

  /** One check and the last question to it. */
  private final class Part {

    private final Health.Check check;
    private final String owner;
    private volatile String name;
    private volatile Question last;
    /** In a row. */
    private final AtomicInteger misses = new AtomicInteger();

    Part(Health.Check check, String owner) {
      this.check = check;
      this.owner = owner;
    }

    String name() {
      String said = name;
      return said == null ? owner : said;
    }

    synchronized void ask() {
      if (last != null && last.stands(misses.get() < MOST_MISSES ? 0 : restNanos)) {
        return;
      }
      last = new Question(this);
      try {
        threads.execute(last);
      } catch (RejectedExecutionException busy) {
        last.cancel(false);
        last.over = true;
      }
    }

    Health health() {
      Question question = last;
      try {
        Health health = question.get(Math.max(0, question.since + LIMIT.toNanos() - System.nanoTime()), TimeUnit.NANOSECONDS);
        misses.set(0);
        return health;
      } catch (TimeoutException e) {
        if (question.cancel(true)) {
          misses.incrementAndGet();
          LOG.warn("Health check {} of {} did not answer within {} ms and is interrupted", name(), owner, LIMIT.toMillis());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (ExecutionException | CancellationException e) {
        LOG.debug("Health check {} of {} has not answered", name(), owner, e);
      }
      return Health.degraded("its check does not answer");
    }

    /** Plugins' code, on its own thread. */
    private Health examine() {
      Thread.currentThread().setContextClassLoader(check.getClass().getClassLoader());
      try {
        if (name == null) {
          String said = check.name();
          name = said == null || said.isBlank() ? owner : said;
        }
        Health health = check.health();
        return health == null || health.state() == null ? Health.down("its check answers nothing") : new Health(health.state(), String.valueOf(health.detail()));
      } catch (Throwable e) {
        LOG.debug("Health check {} of {} failed", name(), owner, e);
        return Health.down("its check failed: " + e.getClass().getSimpleName());
      } finally {
        Thread.currentThread().setContextClassLoader(null);
      }
    }

    void leave() {
      Question question = last;
      if (question != null) {
        question.cancel(true);
      }
    }
  }

  /** Asked once. Its thread may be stuck long after nobody waits any more. */
  private static final class Question extends FutureTask<Health> {

    private final long since = System.nanoTime();
    private volatile boolean over;

    Question(Part part) {
      super(part::examine);
    }

    @Override
    public void run() {
      try {
        super.run();
      } finally {
        over = true;
      }
    }

    /** Whether it is not answered yet, or not long ago was not answered in time. */
    boolean stands(long restNanos) {
      return !over || isCancelled() && System.nanoTime() - since < restNanos;
    }
  }
}

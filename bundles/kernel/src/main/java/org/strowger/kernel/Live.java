package org.strowger.kernel;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * A service that may be replaced while calls are up. A component keeps one per replaceable service and
 * feeds it from a dynamic greedy DS reference:
 *
 * <pre>{@code
 * private final Live<RatingService> rating = new Live<>("rating");
 *
 * @Reference(policy = DYNAMIC, policyOption = GREEDY, cardinality = OPTIONAL)
 * void bindRating(RatingService service) { rating.bind(service); }
 * void unbindRating(RatingService service) { rating.unbind(service); }
 * }</pre>
 *
 * The new service is bound before the old one is unbound, so {@link #unbind} forgets only the service
 * it is given. One that {@link Lingers} answers {@link #ask} for a moment longer, until there is another. Threads: any.
 */
public final class Live<T> {

  private final String name;
  private final Object monitor = new Object();
  private final Duration moment;
  private volatile T service;
  /** Has left, and answers from memory until another comes or its moment is over; null if there is none. */
  private volatile T lingering;

  /** @param name what is missing, in the operator's words, when {@link #orThrow()} finds nothing */
  public Live(String name) {
    this(name, Lingers.MOMENT);
  }

  Live(String name, Duration moment) {
    this.name = name;
    this.moment = moment;
  }

  public void bind(T service) {
    synchronized (monitor) {
      this.service = service;
      lingering = null;
      monitor.notifyAll();
    }
  }

  public void unbind(T service) {
    synchronized (monitor) {
      if (this.service == service) {
        if (service instanceof Lingers last && last.lingers()) {
          // Before it goes: who finds no service looks here next.
          lingering = service;
          forgetLater(service);
        }
        this.service = null;
      }
    }
  }

  /** By the JDK's own timer, which must not remember whose thread started it. */
  private void forgetLater(T last) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(null);
    try {
      CompletableFuture.delayedExecutor(moment.toMillis(), TimeUnit.MILLISECONDS, Runnable::run).execute(() -> forget(last));
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private void forget(T last) {
    synchronized (monitor) {
      if (lingering == last) {
        lingering = null;
      }
    }
  }

  /**
   * Asks the service or, for a moment after it left, the one that {@link Lingers}. What goes wrong in one that is leaving says nothing of the
   * answer: it may be without its store or its classes.
   *
   * @param question changes nothing
   * @throws Unavailable if there is nobody to ask, or who was asked left meanwhile and could not answer; ask again
   */
  public <R> R ask(Function<? super T, ? extends R> question) {
    T asked = answering();
    try {
      return question.apply(asked);
    } catch (RuntimeException | LinkageError e) {
      if (service == asked) {
        throw e;
      }
      throw e instanceof Unavailable away ? away : new Unavailable(name, e);
    }
  }

  /** @throws Unavailable if {@link #ask} would find nobody now */
  public void requireAnswers() {
    answering();
  }

  private T answering() {
    T current = service;
    if (current == null) {
      current = lingering;
    }
    if (current == null) {
      // It may have come just between.
      current = service;
    }
    if (current == null) {
      throw new Unavailable(name);
    }
    return current;
  }

  /** The service as it stands now, if there is one; none that lingers. */
  public Optional<T> now() {
    return Optional.ofNullable(service);
  }

  /** @throws Unavailable if there is none now */
  public T orThrow() {
    T current = service;
    if (current == null) {
      throw new Unavailable(name);
    }
    return current;
  }

  /**
   * Waits until there is one. Never on a SIP thread.
   *
   * @throws Unavailable if there is none within {@code limit}, or the thread is interrupted (its
   *     interrupt flag stays set)
   */
  public T await(Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    synchronized (monitor) {
      while (service == null) {
        long left = (end - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          throw new Unavailable(name);
        }
        try {
          monitor.wait(left);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new Unavailable(name);
        }
      }
      return service;
    }
  }
}

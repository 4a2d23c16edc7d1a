package org.strowger.kernel;

import java.time.Duration;
import java.util.Optional;

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
 * it is given. Threads: any.
 */
public final class Live<T> {

  private final String name;
  private final Object monitor = new Object();
  private volatile T service;

  /** @param name what is missing, in the operator's words, when {@link #orThrow()} finds nothing */
  public Live(String name) {
    this.name = name;
  }

  public void bind(T service) {
    synchronized (monitor) {
      this.service = service;
      monitor.notifyAll();
    }
  }

  public void unbind(T service) {
    synchronized (monitor) {
      if (this.service == service) {
        this.service = null;
      }
    }
  }

  /** The service as it stands now, if there is one. */
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

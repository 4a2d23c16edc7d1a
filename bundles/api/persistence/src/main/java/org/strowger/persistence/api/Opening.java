package org.strowger.persistence.api;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.kernel.Health;
import org.strowger.kernel.StrowgerException;

/**
 * Opens what a bundle has in the database on a thread of its own, which ends with that, and registers the bundle's services when all of it is open.
 * Begins at once; while the database is silent or away it is tried again until it succeeds, and a {@link Health.Check} says why. So no thread of the
 * framework waits for the database, and nothing stays dead that was started or replaced meanwhile. A component makes one when it is activated and
 * closes it when it is deactivated:
 *
 * <pre>{@code
 * @Component(service = {})
 * public final class RatingStart {
 *
 *   private final Opening opening;
 *
 *   @Activate
 *   public RatingStart(BundleContext context, @Reference Database database) {
 *     opening = Opening.begin("rating", (type, service) -> context.registerService(type, service, null)::unregister, rating -> {
 *       RateStore store = rating.keep(new RateStore(database), RateStore::close);
 *       rating.offer(RateStore.class, store);
 *     });
 *   }
 *
 *   @Deactivate
 *   void close() {
 *     opening.close();
 *   }
 * }
 * }</pre>
 *
 * The features resolver learns of such services by {@code Provide-Capability} in the bundle's {@code bnd.bnd}. Threads: any.
 */
public final class Opening implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Opening.class);
  private static final long FIRST_PAUSE_MILLIS = 250;
  private static final long LONGEST_PAUSE_MILLIS = 4_000;
  /** What is under way may end within this; what waits for the database ends when that answers, and is closed then. */
  private static final long CLOSING_MILLIS = 1_000;

  private static final long TURN_SECONDS = 10;
  /**
   * Who registers: components that begin then want services of others, and two threads that start two of them each with the other would wait for one another
   * in the framework. What takes time, the work, all do at the same time.
   */
  private static final ReentrantLock TURN = new ReentrantLock(true);

  /** Where services are registered. */
  @FunctionalInterface
  public interface Services {

    /**
     * Registers a service; whoever waits for it may begin on this thread.
     *
     * @param type the name of its class
     * @return what unregisters it
     * @throws IllegalStateException if the bundle is gone
     */
    Runnable register(String type, Object service);
  }

  /** What one try has opened so far. Only for the thread that opens. */
  public static final class Contents {

    private record Offer(String type, Object service) {}

    private final Deque<Runnable> kept = new ArrayDeque<>();
    private final List<Offer> offers = new ArrayList<>();

    private Contents() {}

    /**
     * Notes something that has to be closed: if this try fails, or else when the opening is closed; what was kept last is closed first.
     *
     * @return {@code what}
     */
    public <T> T keep(T what, Consumer<? super T> close) {
      kept.push(() -> close.accept(what));
      return what;
    }

    /** A service to be registered when all is open, in this order; unregistered in the opposite one before anything that was kept is closed. */
    public <S> void offer(Class<S> type, S service) {
      offers.add(new Offer(type.getName(), Objects.requireNonNull(service, "service")));
    }

    private void close() {
      while (!kept.isEmpty()) {
        quietly(kept.pop());
      }
    }
  }

  private final String name;
  private final Services services;
  private final Consumer<Contents> work;
  private final Runnable check;
  private final Thread thread;
  private volatile String trouble;
  private final CountDownLatch ended = new CountDownLatch(1);
  /** Guarded by the monitor. */
  private Contents open;

  private Opening(String name, Services services, Consumer<Contents> work) {
    this.name = name;
    this.services = services;
    this.work = work;
    this.trouble = name + " waits for the database";
    this.check = services.register(Health.Check.class.getName(), Health.Check.of(name, () -> Health.down(trouble)));
    this.thread = new Thread(this::run, "strowger-opening-" + name);
    thread.setDaemon(true);
    // A thread that the pool starts now inherits it, and stays longer than the bundle may.
    thread.setContextClassLoader(Opening.class.getClassLoader());
  }

  /**
   * Begins to open, and returns.
   *
   * @param name the bundle's word in {@link Health.Check#name()}; its check is there until all is open
   * @param work makes everything; called on the opening's thread, again after it threw, with new contents each time
   */
  public static Opening begin(String name, Services services, Consumer<Contents> work) {
    var opening = new Opening(name, services, work);
    opening.thread.start();
    return opening;
  }

  private void run() {
    long pause = FIRST_PAUSE_MILLIS;
    while (!tried()) {
      if (endedWithin(pause)) {
        return;
      }
      pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
    }
    quietly(check);
  }

  /** @return whether nothing is left to be done */
  private boolean tried() {
    var contents = new Contents();
    try {
      work.accept(contents);
      register(contents);
    } catch (RuntimeException | Error e) {
      contents.close();
      tell(e);
      return false;
    }
    synchronized (this) {
      if (!isEnded()) {
        open = contents;
        return true;
      }
    }
    contents.close();
    return true;
  }

  private void register(Contents contents) {
    boolean turn = false;
    try {
      turn = TURN.tryLock(TURN_SECONDS, TimeUnit.SECONDS);
      for (Contents.Offer offer : contents.offers) {
        if (!isEnded()) {
          contents.kept.push(services.register(offer.type, offer.service));
        }
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted before it was registered", e);
    } finally {
      if (turn) {
        TURN.unlock();
      }
    }
  }

  private void tell(Throwable e) {
    if (isEnded()) {
      LOG.debug("{} was not opened, nobody wants it any more", name, e);
      return;
    }
    String why = name + " cannot be opened: " + String.valueOf(e.getMessage()).lines().findFirst().orElse("") + "; tried again until it succeeds";
    // Said once, not at every try.
    if (!why.equals(trouble)) {
      LOG.error(why, e instanceof StrowgerException ? null : e);
    }
    trouble = why;
  }

  private boolean isEnded() {
    return ended.getCount() == 0;
  }

  private boolean endedWithin(long millis) {
    try {
      return ended.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      return true;
    }
  }

  /** Unregisters and closes what is open. What is being opened is given 1 s, and closed when it is open; none of its services stays. */
  @Override
  public void close() {
    synchronized (this) {
      ended.countDown();
    }
    quietly(check);
    try {
      if (Thread.currentThread() != thread) {
        thread.join(CLOSING_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Contents closing;
    synchronized (this) {
      closing = open;
      open = null;
    }
    if (closing != null) {
      closing.close();
    }
  }

  private static void quietly(Runnable closing) {
    try {
      closing.run();
    } catch (IllegalStateException gone) {
      LOG.debug("unregistered already", gone);
    } catch (RuntimeException | Error e) {
      LOG.warn("What was opened is not closed in order", e);
    }
  }
}

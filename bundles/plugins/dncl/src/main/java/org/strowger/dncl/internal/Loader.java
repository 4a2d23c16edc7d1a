package org.strowger.dncl.internal;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread on which files are read, one after the other: two large ones at once would take twice the memory. */
@Component(service = Loader.class)
public final class Loader {

  private static final Logger LOG = LoggerFactory.getLogger(Loader.class);

  private final ScheduledThreadPoolExecutor thread;

  @Activate
  public Loader() {
    thread = new ScheduledThreadPoolExecutor(1, work -> {
      var one = new Thread(work, "dncl-loader");
      one.setDaemon(true);
      return one;
    });
    thread.setRemoveOnCancelPolicy(true);
  }

  Future<?> soon(Runnable work) {
    return thread.submit(guarded(work));
  }

  Future<?> every(Duration interval, Runnable work) {
    return thread.scheduleWithFixedDelay(guarded(work), interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** A fault in one list must not end the looking after all. */
  private static Runnable guarded(Runnable work) {
    return () -> {
      try {
        work.run();
      } catch (RuntimeException e) {
        LOG.error("A list could not be looked after", e);
      }
    };
  }

  @Deactivate
  public void close() {
    thread.shutdownNow();
    try {
      thread.awaitTermination(2, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

package org.strowger.plugins.internal;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One thread that looks at everything every 10 ms. */
final class Watchdog implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);
  private static final long NAP = TimeUnit.MILLISECONDS.toNanos(10);
  private static final long PATIENCE_MILLIS = 2000;

  private final Runnable round;
  private final Thread thread = new Thread(null, this::loop, "plugins-watchdog", 0, false);
  private volatile boolean closed;

  Watchdog(Runnable round) {
    this.round = round;
    thread.setDaemon(true);
    thread.setContextClassLoader(Watchdog.class.getClassLoader());
  }

  void start() {
    thread.start();
  }

  private void loop() {
    while (!closed) {
      try {
        round.run();
      } catch (Throwable e) {
        LOG.error("A round of the watchdog failed", e);
      }
      LockSupport.parkNanos(NAP);
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    try {
      thread.join(PATIENCE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

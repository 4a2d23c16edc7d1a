package org.strowger.plugins.internal;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One thread that looks at everything every 10 ms; while nobody asks anything less often, until somebody does. */
final class Watchdog implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);
  private static final long NAP = TimeUnit.MILLISECONDS.toNanos(10);
  private static final long LONG_NAP = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long PATIENCE_MILLIS = 2000;

  private final BooleanSupplier round;
  private final long longNap;
  private final Thread thread;
  private volatile boolean dozes;
  private volatile boolean closed;

  /** @param round answers whether there was anything to watch since the last one */
  Watchdog(BooleanSupplier round) {
    this("plugins-watchdog", LONG_NAP, round);
  }

  /** @param longNap between two rounds while there is nothing to watch, in nanoseconds */
  Watchdog(String name, long longNap, BooleanSupplier round) {
    this.round = round;
    this.longNap = longNap;
    this.thread = new Thread(null, this::loop, name, 0, false);
    thread.setDaemon(true);
    thread.setContextClassLoader(Watchdog.class.getClassLoader());
  }

  void start() {
    thread.start();
  }

  private void loop() {
    while (!closed) {
      // Before the round: who asks from here on is seen by it, or wakes us.
      dozes = true;
      dozes = !isBusy();
      LockSupport.parkNanos(dozes ? longNap : NAP);
    }
  }

  private boolean isBusy() {
    try {
      return round.getAsBoolean();
    } catch (Throwable e) {
      LOG.error("A round of the watchdog failed", e);
      return true;
    }
  }

  /** There is something to watch. */
  void wake() {
    if (dozes) {
      dozes = false;
      LockSupport.unpark(thread);
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

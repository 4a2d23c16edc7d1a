package org.strowger.phone;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** The one way to wait for something in a test: a condition and a time limit. */
public final class Waiting {

  private static final long POLL_NANOS = 2_000_000;

  private Waiting() {}

  /**
   * Waits until the condition holds.
   *
   * @param what said in the failure
   * @throws PhoneTimeout when it does not hold within the limit; a condition that throws ends the wait with what it threw
   */
  public static void until(String what, BooleanSupplier condition, Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new PhoneTimeout("not within " + limit + ": " + what);
      }
      if (Thread.interrupted()) {
        Thread.currentThread().interrupt();
        throw new PhoneTimeout("interrupted while waiting for: " + what);
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  /** Lets so much time pass. */
  public static void pass(Duration time) {
    long begin = System.nanoTime();
    until("time passes", () -> System.nanoTime() - begin > time.toNanos(), time.plusSeconds(10));
  }

  /** As {@link #until(String, BooleanSupplier, Duration)} without a description. */
  public static void until(BooleanSupplier condition, Duration limit) {
    until("the condition", condition, limit);
  }
}

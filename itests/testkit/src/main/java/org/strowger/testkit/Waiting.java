package org.strowger.testkit;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** For what another thread does: waits until it is so, however fast the machine is. */
public final class Waiting {

  private static final long LIMIT = TimeUnit.SECONDS.toNanos(30);
  private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(2);

  private Waiting() {}

  /** @throws AssertionError naming {@code what} if it is not so within 30 s */
  public static void until(String what, BooleanSupplier condition) {
    long begin = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - begin > LIMIT) {
        throw new AssertionError("not within 30 s: " + what);
      }
      LockSupport.parkNanos(PAUSE);
    }
  }
}

package org.strowger.testkit;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** For what another thread or process does: waits until it is so, however fast the machine is. */
public final class Waiting {

  private static final long LIMIT = TimeUnit.SECONDS.toNanos(60);
  private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(2);

  private Waiting() {}

  /** @throws AssertionError naming {@code what} if it is not so within 60 s, or cannot be asked */
  public static void until(String what, Callable<Boolean> condition) {
    long begin = System.nanoTime();
    while (!holds(what, condition)) {
      if (System.nanoTime() - begin > LIMIT) {
        throw new AssertionError("not within 60 s: " + what);
      }
      LockSupport.parkNanos(PAUSE);
    }
  }

  private static boolean holds(String what, Callable<Boolean> condition) {
    try {
      return condition.call();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError("waiting until " + what, e);
    }
  }
}

package org.strowger.accounts.internal.features;

import java.time.Duration;

/** How a feature hangs. Threads: any. Times are {@link System#nanoTime}'s. */
final class Hanging {

  private static final int MOST = 2;
  private static final long LATELY = Duration.ofSeconds(5).toNanos();

  private final long restNanos;
  private int stuck;
  private int lately;
  private long last;
  private boolean rests;
  private boolean tried;

  Hanging(long restNanos) {
    this.restNanos = restNanos;
  }

  /** Whether it may be asked; after its rest by one at a time, who is to say what came of it. */
  synchronized boolean admits(long now) {
    if (stuck >= MOST) {
      return false;
    }
    if (!rests) {
      return true;
    }
    if (tried || now - last < restNanos) {
      return false;
    }
    tried = true;
    return true;
  }

  /** It did not answer in time; its thread has been told to end. */
  synchronized void hung(long now) {
    stuck++;
    lately = lately > 0 && now - last > LATELY ? 1 : lately + 1;
    last = now;
    rests |= lately >= MOST;
    tried = false;
  }

  synchronized void unstuck() {
    stuck = Math.max(0, stuck - 1);
  }

  synchronized void notTried() {
    tried = false;
  }

  /** @return whether it is well again: it does not rest, or was tried after its rest, and no thread is stuck in it */
  synchronized boolean answered() {
    boolean well = !rests || tried;
    tried = false;
    rests &= !well;
    return well && stuck == 0;
  }

  synchronized boolean isSick() {
    return rests || stuck > 0;
  }
}

package org.strowger.phone;

/** Ending a thread within a limit. */
final class Threads {

  private static final long JOIN_MILLIS = 2_000;

  private Threads() {}

  static void join(Thread thread) {
    if (thread == null || thread == Thread.currentThread()) {
      return;
    }
    try {
      thread.join(JOIN_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

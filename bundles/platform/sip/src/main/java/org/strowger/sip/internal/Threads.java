package org.strowger.sip.internal;

final class Threads {

  private Threads() {}

  /** Waits up to 2 s for a thread that was told to end. */
  static void join(Thread thread) {
    if (thread == Thread.currentThread()) {
      return;
    }
    try {
      thread.join(2000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

package org.strowger.sip.internal;

final class Threads {

  private Threads() {}

  /** Runs what must not end the thread it runs on, come what may: to say what went wrong may go wrong too. */
  static void survive(Runnable task) {
    try {
      task.run();
    } catch (Throwable e) {
      // nothing is left that could be tried
    }
  }

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

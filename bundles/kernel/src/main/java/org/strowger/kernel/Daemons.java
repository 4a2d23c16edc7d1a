package org.strowger.kernel;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Factories of threads that keep no process alive: for executors. Threads: any. */
public final class Daemons {

  private Daemons() {}

  /** All of one name: for an executor of one thread, or of threads nobody has to tell apart. */
  public static ThreadFactory named(String name) {
    return task -> daemon(task, name);
  }

  /** {@code name-1}, {@code name-2} and so on. */
  public static ThreadFactory numbered(String name) {
    var number = new AtomicInteger();
    return task -> daemon(task, name + "-" + number.incrementAndGet());
  }

  private static Thread daemon(Runnable task, String name) {
    var thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }
}

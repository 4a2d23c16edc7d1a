package org.strowger.plugins.api;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Who asks a plugin, and how it goes on. Its work is a row of events that run in order, one at a time, on
 * some thread of a pool: a call on its worker. While it waits for an answer it holds no thread; when the
 * plugin hangs it loses the thread that asked and goes on with another.
 */
@ConsumerType
public interface Asker<R> {

  /** What is wrong with an answer, one line for the trace; null if it makes sense. An answer that makes none is a fault of the plugin. */
  default String nonsense(R answer) {
    return null;
  }

  /** Told exactly once a question: before {@code ask} returns, or within what {@link #later} or {@link #lost} were given. */
  void answered(Guarded<R> answer);

  /** Run this in order with your other work: the answer has come, or its time is over. Threads: any, a plugin's too; must not block. */
  void later(Runnable then);

  /**
   * The thread that asked is stuck in the plugin: run this on another one, before all other work of yours, and
   * replace the thread. When {@code ask} returns on it at last, with false, it must touch nothing of yours any more.
   * Called by the watchdog; must not block. Only asked of those who asked with {@code ask}.
   */
  void lost(Thread stuck, Runnable then);
}

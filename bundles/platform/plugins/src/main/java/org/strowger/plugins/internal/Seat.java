package org.strowger.plugins.internal;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.strowger.plugins.api.Asker;
import org.strowger.plugins.api.Plugin;
import org.strowger.plugins.internal.Ward.Admission;

/**
 * A thread that asks, as the watchdog sees it. Thread and watchdog decide by one compare-and-set who of them
 * ends a question, so it is answered once. The turn is part of what is compared: the watchdog can't take the
 * next question for the one it looked at.
 */
final class Seat {

  private static final int IDLE = 0;
  private static final int ASKING = 1;
  /** The watchdog is at it. */
  private static final int TAKEN = 2;
  /** The watchdog is done with it. */
  private static final int LEFT = 3;

  final Thread thread = Thread.currentThread();
  /** Turn and state. */
  private final AtomicLong now = new AtomicLong();

  // Written by the thread before it asks, cleared by whoever ends the question: a seat keeps no plugin.
  Plugin<?> plugin;
  Running running;
  Asker<?> asker;
  Admission admission;
  long start;
  long limit;

  boolean idle() {
    return (now.get() & 3) == IDLE;
  }

  /** By the thread: the question begins. */
  void begin(Plugin<?> plugin, Running running, Asker<?> asker, Admission admission, long start, long limit) {
    this.plugin = plugin;
    this.running = running;
    this.asker = asker;
    this.admission = admission;
    this.start = start;
    this.limit = limit;
    now.set((now.get() & ~3L) + 4 | ASKING);
  }

  /** By the thread: the plugin is back. @return false if the watchdog was earlier; it is done then */
  boolean end() {
    long asking = now.get() & ~3L | ASKING;
    if (now.compareAndSet(asking, asking & ~3L)) {
      clear();
      return true;
    }
    // A few microseconds: until the interrupt is out and the call is handed over.
    while ((now.get() & 3) != LEFT) {
      LockSupport.parkNanos(50_000);
    }
    return false;
  }

  /** By the thread, after a lost question: it may ask again. */
  void reset() {
    now.set(now.get() & ~3L);
  }

  /** By the watchdog. @return whether the question is over its limit, and now the watchdog's to end */
  boolean take(long ticks) {
    long asking = now.get();
    return (asking & 3) == ASKING && ticks - start > limit && now.compareAndSet(asking, asking & ~3L | TAKEN);
  }

  /** By the watchdog, after {@link #take}: the thread may go. */
  void leave() {
    clear();
    now.set(now.get() & ~3L | LEFT);
  }

  private void clear() {
    plugin = null;
    running = null;
    asker = null;
    admission = null;
  }
}

package org.strowger.plugins.internal;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
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

  static final long IN_TIME = -1;
  private static final ThreadMXBean CPU = ManagementFactory.getThreadMXBean();

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
  /** The question that the watchdog saw last, and what the thread had used of a processor then. The watchdog's own. */
  private long seen = IN_TIME;
  private long cpuSeen;

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

  /** By the watchdog, every round. @return the question if it is over its limit, else {@link #IN_TIME} */
  long late(long ticks) {
    long asking = now.get();
    if ((asking & 3) != ASKING) {
      return IN_TIME;
    }
    if (seen != asking) {
      seen = asking;
      cpuSeen = CPU.isThreadCpuTimeSupported() ? CPU.getThreadCpuTime(thread.getId()) : -1;
    }
    return ticks - start > limit ? asking : IN_TIME;
  }

  /**
   * By the watchdog: whether the thread could work but gets no processor, as on a machine that is overloaded. Then it is not the plugin that is late.
   * One that waits in native code, as for a socket, looks the same to Java; only where more want a processor than there are it has the benefit of the doubt.
   *
   * @param patience how much longer than its limit it may take, in nanoseconds
   */
  boolean starves(long ticks, long patience, BooleanSupplier crowded) {
    if (cpuSeen < 0 || ticks - start > limit + patience || thread.getState() != Thread.State.RUNNABLE) {
      return false;
    }
    long used = CPU.getThreadCpuTime(thread.getId()) - cpuSeen;
    return used >= 0 && used < limit / 4 && (crowded.getAsBoolean() || !isInNativeCode());
  }

  /** On a machine that is not crowded: the thread is asked where it is, and must have a processor to say so unless it is in native code. */
  private boolean isInNativeCode() {
    StackTraceElement[] frames = thread.getStackTrace();
    return frames.length > 0 && frames[0].isNativeMethod();
  }

  /** By the watchdog. @return whether the question is the watchdog's to end now */
  boolean take(long asking) {
    return now.compareAndSet(asking, asking & ~3L | TAKEN);
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

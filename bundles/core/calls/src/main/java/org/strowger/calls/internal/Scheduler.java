package org.strowger.calls.internal;

import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.strowger.kernel.Time;

/**
 * Runs short work later, by {@link Time#ticks()}. Its thread is the switch's; tests move the clock and
 * call {@link #runDue()}. The work must not block: it hands over to a call's mailbox.
 */
final class Scheduler implements AutoCloseable {

  /** Alarms are so much late at the most, and as long share a waking of the thread. */
  private static final long NAP = Duration.ofMillis(10).toNanos();
  private static final long LONGEST_NAP = Duration.ofMillis(100).toNanos();

  private final Time time;
  private final AtomicLong sequence = new AtomicLong();
  private final ConcurrentSkipListSet<Alarm> alarms = new ConcurrentSkipListSet<>();
  private Thread thread;
  /** When the thread wakes by itself. */
  private volatile long wakes;
  private volatile boolean closed;

  Scheduler(Time time) {
    this.time = time;
  }

  /** Something to be done later, unless it is cancelled. */
  final class Alarm implements Comparable<Alarm> {
    private final long due;
    private final long order = sequence.incrementAndGet();
    private final Runnable work;

    private Alarm(long due, Runnable work) {
      this.due = due;
      this.work = work;
    }

    void cancel() {
      alarms.remove(this);
    }

    @Override
    public int compareTo(Alarm other) {
      long difference = due - other.due;
      return difference == 0 ? Long.compare(order, other.order) : Long.signum(difference);
    }
  }

  void start() {
    thread = new Thread(this::loop, "calls-alarms");
    thread.setDaemon(true);
    thread.start();
  }

  Alarm after(Duration delay, Runnable work) {
    var alarm = new Alarm(time.ticks() + Math.max(0, delay.toNanos()), work);
    alarms.add(alarm);
    if (wakes - alarm.due > NAP && thread != null) {
      LockSupport.unpark(thread);
    }
    return alarm;
  }

  /** Does what is due now. @return whether anything was */
  boolean runDue() {
    boolean any = false;
    while (!alarms.isEmpty()) {
      Alarm next = alarms.pollFirst();
      if (next == null) {
        break;
      }
      if (next.due - time.ticks() > 0) {
        alarms.add(next);
        break;
      }
      any = true;
      next.work.run();
    }
    return any;
  }

  /** How many wait. */
  int waiting() {
    return alarms.size();
  }

  private void loop() {
    while (!closed) {
      try {
        runDue();
      } catch (Throwable e) {
        complain(e);
      }
      nap();
    }
  }

  private void nap() {
    long now = time.ticks();
    wakes = now + LONGEST_NAP;
    // After it is said when we wake: who sets an alarm from now on wakes us if it is due long before.
    Iterator<Alarm> first = alarms.iterator();
    long due = first.hasNext() ? first.next().due - now : LONGEST_NAP;
    LockSupport.parkNanos(Math.max(NAP, Math.min(LONGEST_NAP, due)));
  }

  /** This thread cuts calls: no alarm's Error, and no failure to tell of it, may end it. */
  private static void complain(Throwable alarm) {
    try {
      Complaints.warn("An alarm failed", alarm);
    } catch (Throwable e) {
      // As when there is no memory: the next alarm counts more than these words.
    }
  }

  /** Whether alarms are being looked at. */
  boolean alive() {
    return thread != null && thread.isAlive();
  }

  @Override
  public void close() {
    closed = true;
    if (thread != null) {
      LockSupport.unpark(thread);
    }
    alarms.clear();
  }
}

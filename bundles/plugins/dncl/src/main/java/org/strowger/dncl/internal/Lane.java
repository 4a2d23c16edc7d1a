package org.strowger.dncl.internal;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where one list of another bundle is asked: on threads of its own, so that a list that hangs holds up no call, nor another list.
 * A thread that is stuck in it is given up and replaced; one that had nothing to do for a minute ends. Threads: any.
 */
final class Lane {

  private static final Logger LOG = LoggerFactory.getLogger(Lane.class);
  private static final int THREADS = 2;
  private static final int MOST_WAITING = 1000;
  private static final long PATIENCE_MILLIS = 60_000;

  private final Lanes lanes;
  private final String name;
  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
  private final Set<Thread> working = new HashSet<>();
  private int idle;
  private int coming;
  private boolean closed;

  Lane(Lanes lanes, String name) {
    this.lanes = lanes;
    this.name = name;
  }

  /** @return false if too much waits, or it is closed */
  synchronized boolean offer(Runnable question) {
    if (closed || waiting.size() >= MOST_WAITING) {
      return false;
    }
    waiting.addLast(question);
    staff();
    return true;
  }

  /** This thread is stuck: {@code then} comes first, on another one. */
  synchronized void lost(Thread stuck, Runnable then) {
    working.remove(stuck);
    waiting.addFirst(then);
    staff();
  }

  private void staff() {
    if (idle > 0) {
      notify();
    } else if (working.size() + coming < THREADS) {
      coming++;
      lanes.start(this);
    }
  }

  /** By the clock's thread: a thread keeps who made it, and that must not be a list that leaves. */
  void begin() {
    var thread = new Thread(null, this::work, "dncl-" + name, 0, false);
    thread.setDaemon(true);
    thread.setContextClassLoader(Lane.class.getClassLoader());
    synchronized (this) {
      coming--;
      working.add(thread);
    }
    thread.start();
  }

  private void work() {
    for (Runnable next = take(); next != null; next = take()) {
      try {
        next.run();
      } catch (RuntimeException | Error e) {
        LOG.error("List {} could not be asked", name, e);
      }
    }
  }

  /** @return null if this thread is wanted no more */
  private synchronized Runnable take() {
    Thread me = Thread.currentThread();
    boolean rested = false;
    while (working.contains(me)) {
      if (!waiting.isEmpty()) {
        return waiting.pollFirst();
      }
      if (closed || rested) {
        working.remove(me);
        return null;
      }
      rested = rest();
    }
    return null;
  }

  private boolean rest() {
    idle++;
    try {
      wait(PATIENCE_MILLIS);
      return true;
    } catch (InterruptedException e) {
      // The guard's, for a question that was answered after all.
      return false;
    } finally {
      idle--;
    }
  }

  /** What waits is asked still, and is told that its list has gone. */
  synchronized void close() {
    closed = true;
    notifyAll();
  }
}

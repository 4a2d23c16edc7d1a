package org.strowger.calls.internal;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.strowger.kernel.Time;

/**
 * The threads that work calls off. Every mailbox waits here at most once, so the queue is bounded by the
 * number of calls. A worker that is stuck in a plugin is replaced and never works again: nothing of that
 * plugin, no interrupt and no thread local, reaches another call.
 */
final class Workers implements Crew, AutoCloseable {

  private static final long PATIENCE_MILLIS = 2000;
  /** How soon an idle worker learns that it is dismissed. */
  private static final long NAP_MILLIS = 500;

  private final int size;
  private final Time time;
  private final LinkedBlockingQueue<Waiting> queue = new LinkedBlockingQueue<>();
  private final Map<Thread, Worker> working = new HashMap<>();
  private int number;
  private volatile boolean closed;

  /** A mailbox and since when it waits. */
  private record Waiting(Runnable mailbox, long since) {}

  Workers(int threads, Time time) {
    this.time = time;
    size = threads;
    fill();
  }

  private final class Worker implements Runnable {
    private volatile boolean dismissed;

    @Override
    public void run() {
      while (!dismissed) {
        try {
          Waiting next = queue.poll(NAP_MILLIS, TimeUnit.MILLISECONDS);
          if (next != null) {
            next.mailbox.run();
          } else if (closed) {
            return;
          }
        } catch (InterruptedException e) {
          if (closed) {
            return;
          }
        } catch (Throwable e) {
          Complaints.warn("A worker failed", e);
        }
      }
    }
  }

  private synchronized void fill() {
    while (!closed && working.size() < size) {
      var worker = new Worker();
      var thread = new Thread(null, worker, "calls-" + ++number, 0, false);
      thread.setDaemon(true);
      thread.setContextClassLoader(Workers.class.getClassLoader());
      working.put(thread, worker);
      thread.start();
    }
  }

  /** Once closed nothing is worked off: what has not been settled is settled from the ledger's journal at the next start. */
  @Override
  public void execute(Runnable mailbox) {
    if (!closed) {
      queue.add(new Waiting(mailbox, time.ticks()));
    }
  }

  @Override
  public void lose(Thread stuck) {
    synchronized (this) {
      Worker worker = working.remove(stuck);
      if (worker == null) {
        return;
      }
      worker.dismissed = true;
    }
    fill();
  }

  /**
   * Replaces every worker when it has done what it is at: a plugin that has left may have put thread locals
   * into them, which would keep its classes. The new ones are made by a worker, as a thread also keeps who made it.
   */
  void renew() {
    execute(() -> {
      synchronized (this) {
        working.values().forEach(worker -> worker.dismissed = true);
        working.clear();
      }
      fill();
    });
  }

  /** Mailboxes that wait for a thread. */
  int waiting() {
    return queue.size();
  }

  @Override
  public long backlogNanos() {
    Waiting first = queue.peek();
    return first == null ? 0 : time.ticks() - first.since;
  }

  /** Threads that work, or are free to. */
  synchronized int size() {
    return working.size();
  }

  @Override
  public void close() {
    List<Thread> last;
    synchronized (this) {
      closed = true;
      last = List.copyOf(working.keySet());
    }
    // Idle ones need not wait for their nap to be over.
    last.forEach(thread -> queue.add(new Waiting(() -> { }, time.ticks())));
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
    try {
      for (Thread thread : last) {
        thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    last.forEach(Thread::interrupt);
  }
}

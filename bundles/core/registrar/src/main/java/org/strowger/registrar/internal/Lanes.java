package org.strowger.registrar.internal;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.kernel.Daemons;
import org.strowger.kernel.Time;

/** Work of one key runs in order on one thread; what does not fit into its queue is refused at once. */
final class Lanes implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Lanes.class);

  private final ThreadPoolExecutor[] lanes;
  private final Time time;

  /** Work and since when it waits. */
  private record Waiting(Runnable work, long since) implements Runnable {
    @Override
    public void run() {
      work.run();
    }
  }

  Lanes(int count, int queue, Time time) {
    this.time = time;
    this.lanes = new ThreadPoolExecutor[count];
    for (int i = 0; i < count; i++) {
      lanes[i] = new ThreadPoolExecutor(1, 1, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(queue), Daemons.named("registrar-" + i));
      lanes[i].allowCoreThreadTimeOut(true);
    }
  }

  /** @return false if there is no room */
  boolean run(String key, Runnable work) {
    try {
      lanes[Math.floorMod(key.hashCode(), lanes.length)].execute(new Waiting(work, time.ticks()));
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  /** Nanoseconds that the first one of all waits which nobody has begun with. */
  long backlogNanos() {
    long now = time.ticks();
    long oldest = 0;
    for (ThreadPoolExecutor lane : lanes) {
      if (lane.getQueue().peek() instanceof Waiting first) {
        oldest = Math.max(oldest, now - first.since);
      }
    }
    return oldest;
  }

  int waiting() {
    int waiting = 0;
    for (ThreadPoolExecutor lane : lanes) {
      waiting += lane.getQueue().size();
    }
    return waiting;
  }

  @Override
  public void close() {
    for (ThreadPoolExecutor lane : lanes) {
      lane.shutdownNow();
    }
    try {
      for (ThreadPoolExecutor lane : lanes) {
        if (!lane.awaitTermination(3, TimeUnit.SECONDS)) {
          LOG.warn("a registrar thread did not end within 3 s");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

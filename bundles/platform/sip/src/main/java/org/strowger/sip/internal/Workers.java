package org.strowger.sip.internal;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.kernel.Meter;
import org.strowger.kernel.Time;

/**
 * The threads that handle messages. Everything of one Call-ID runs on one thread, in the order it was
 * handed over; that, and nothing else, keeps a CANCEL behind its INVITE.
 */
final class Workers {

  private static final Logger LOG = LoggerFactory.getLogger(Workers.class);
  private static final int QUEUE = 4096;
  /** Of all messages that wait: the longest ones alone could fill the heap otherwise. */
  static final long MOST_BYTES = 64 << 20;

  /** What a worker does: an arrival, or a task that was handed over at some time. */
  private record Task(Runnable work, long ticks) {}

  private final ArrayBlockingQueue<Object>[] queues;
  private final Thread[] threads;
  private final AtomicLong bytes = new AtomicLong();
  private final Time time;
  private final Consumer<Arrival> handler;
  private final LongAdder faults;
  private volatile boolean running = true;
  private volatile long lastWarning;

  /** @param handler takes an arrival on the worker of its Call-ID */
  @SuppressWarnings({"unchecked", "rawtypes"})
  Workers(int count, Time time, Meter meter, Consumer<Arrival> handler) {
    this.time = time;
    this.handler = handler;
    this.faults = meter.counter("worker.faults");
    queues = new ArrayBlockingQueue[count];
    threads = new Thread[count];
    for (int i = 0; i < count; i++) {
      ArrayBlockingQueue<Object> queue = new ArrayBlockingQueue<>(QUEUE);
      queues[i] = queue;
      threads[i] = thread(i);
    }
    meter.gauge("worker.queued", () -> {
      long queued = 0;
      for (ArrayBlockingQueue<Object> queue : queues) {
        queued += queue.size();
      }
      return queued;
    });
  }

  private Thread thread(int i) {
    var thread = new Thread(() -> loop(queues[i]), "sip-worker-" + i);
    thread.setDaemon(true);
    return thread;
  }

  /** Puts a new thread in the place of each one that has ended. @return how many */
  synchronized int revive() {
    int revived = 0;
    for (int i = 0; i < threads.length && running; i++) {
      if (!threads[i].isAlive()) {
        threads[i] = thread(i);
        threads[i].start();
        revived++;
      }
    }
    return revived;
  }

  void start() {
    for (Thread thread : threads) {
      thread.start();
    }
  }

  /** False if the queue is full: the caller sheds. */
  boolean take(int hash, Arrival arrival) {
    int length = arrival.bytes().length;
    if (bytes.addAndGet(length) <= MOST_BYTES && queues[Math.floorMod(hash, queues.length)].offer(arrival)) {
      return true;
    }
    bytes.addAndGet(-length);
    return false;
  }

  /** False if the queue is full. */
  boolean run(String callId, Runnable task) {
    return queues[Math.floorMod(RawHead.hash(callId), queues.length)].offer(new Task(task, time.ticks()));
  }

  /** Nanoseconds that the first one waits which the worker of this hash has not begun with. */
  long age(int hash) {
    return age(queues[Math.floorMod(hash, queues.length)]);
  }

  /** Nanoseconds that the first one of all waits. */
  long age() {
    long oldest = 0;
    for (ArrayBlockingQueue<Object> queue : queues) {
      oldest = Math.max(oldest, age(queue));
    }
    return oldest;
  }

  private long age(ArrayBlockingQueue<Object> queue) {
    Object first = queue.peek();
    return first == null ? 0 : time.ticks() - (first instanceof Arrival arrival ? arrival.ticks() : ((Task) first).ticks);
  }

  private void loop(ArrayBlockingQueue<Object> queue) {
    while (running) {
      try {
        Object next = queue.poll(1, TimeUnit.SECONDS);
        if (next instanceof Arrival arrival) {
          bytes.addAndGet(-arrival.bytes().length);
          handler.accept(arrival);
        } else if (next instanceof Task task) {
          task.work.run();
        }
      } catch (InterruptedException e) {
        // only stop() interrupts; a user's code may too, and must not kill the worker
      } catch (Throwable e) {
        fault(e);
      }
    }
  }

  /** One line per cause and second at most, without the message's text: a peer must not fill the log. */
  private void fault(Throwable e) {
    faults.increment();
    long now = time.ticks();
    if (lastWarning == 0 || now - lastWarning > 1_000_000_000L) {
      lastWarning = now;
      Threads.survive(() -> LOG.warn("a SIP message or timer could not be handled", e));
    }
  }

  synchronized void stop() {
    running = false;
    for (Thread thread : threads) {
      thread.interrupt();
    }
    for (Thread thread : threads) {
      try {
        thread.join(2000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}

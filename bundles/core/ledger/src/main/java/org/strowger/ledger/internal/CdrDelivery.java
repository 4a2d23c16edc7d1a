package org.strowger.ledger.internal;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.billing.api.Cdr;
import org.strowger.billing.spi.CdrSink;
import org.strowger.kernel.Time;
import org.strowger.persistence.api.Tx;

/** Brings every CDR to every sink, in order, at least once, each sink on a thread of its own. */
final class CdrDelivery {

  private static final Logger LOG = LoggerFactory.getLogger(CdrDelivery.class);
  private static final int PAGE = 500;
  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(30);
  /** Looks without being told, for CDRs whose writer could not tell. */
  private static final long IDLE_MILLIS = 5_000;
  private static final long LEAVE_MILLIS = 2_000;
  private static final long FIRST_PAUSE_MILLIS = 500;
  private static final long LONGEST_PAUSE_MILLIS = 60_000;

  private final Tx tx;
  private final Time time;
  private final CdrTable table;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition news = lock.newCondition();
  private final ConcurrentHashMap<CdrSink, Reader> readers = new ConcurrentHashMap<>();
  private long written;

  CdrDelivery(Tx tx, Time time, CdrTable table) {
    this.tx = tx;
    this.time = time;
    this.table = table;
  }

  /** There are new CDRs. */
  void wrote() {
    lock.lock();
    try {
      written++;
      news.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** @param id names its cursor */
  void add(CdrSink sink, String id) {
    var reader = new Reader(sink, id);
    readers.put(sink, reader);
    reader.thread.start();
  }

  void remove(CdrSink sink) {
    Reader reader = readers.remove(sink);
    if (reader != null) {
      reader.end();
      reader.join();
    }
  }

  /** Interrupts sinks that take too long. Called about once a second. */
  void watch() {
    readers.values().forEach(Reader::watch);
  }

  void close() {
    readers.values().forEach(Reader::end);
    List.copyOf(readers.keySet()).forEach(this::remove);
  }

  private final class Reader {

    private final CdrSink sink;
    private final String id;
    private final Thread thread;
    private volatile boolean ended;
    private long since;
    private boolean delivering;

    Reader(CdrSink sink, String id) {
      this.sink = sink;
      this.id = id;
      this.thread = new Thread(this::run, "cdr-sink-" + id);
      thread.setDaemon(true);
      thread.setContextClassLoader(sink.getClass().getClassLoader());
    }

    private void run() {
      long pause = FIRST_PAUSE_MILLIS;
      while (!ended) {
        try {
          long seen = written();
          if (!deliver()) {
            await(seen, IDLE_MILLIS);
          }
          pause = FIRST_PAUSE_MILLIS;
        } catch (Exception e) {
          if (!ended) {
            LOG.warn("CDR sink {} did not take a batch, gets it again: {}", id, e.toString());
          }
          Thread.interrupted();
          await(Long.MAX_VALUE, pause);
          pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
        }
      }
    }

    private boolean deliver() throws Exception {
      CdrTable.Page page = Sql.required(tx, connection -> table.after(connection, table.cursor(connection, id), PAGE));
      if (page.cdrs().isEmpty() || !receive(page.cdrs())) {
        return false;
      }
      Sql.required(tx, connection -> {
        table.cursor(connection, id, page.seq(), time.now());
        return null;
      });
      return true;
    }

    /** @return false if the sink is gone */
    private boolean receive(List<Cdr> cdrs) throws Exception {
      synchronized (this) {
        if (ended) {
          return false;
        }
        since = time.ticks();
        delivering = true;
      }
      try {
        sink.receive(cdrs);
        return true;
      } finally {
        synchronized (this) {
          delivering = false;
          Thread.interrupted();
        }
      }
    }

    private synchronized void watch() {
      if (delivering && time.since(since).compareTo(Duration.ofNanos(LIMIT_NANOS)) > 0) {
        LOG.warn("CDR sink {} takes longer than 30 s and is interrupted", id);
        since = time.ticks();
        thread.interrupt();
      }
    }

    private long written() {
      lock.lock();
      try {
        return written;
      } finally {
        lock.unlock();
      }
    }

    /** Until there is more than {@code seen}, or the time is over, or the end. */
    private void await(long seen, long millis) {
      lock.lock();
      try {
        long left = TimeUnit.MILLISECONDS.toNanos(millis);
        while (left > 0 && !ended && written <= seen) {
          left = news.awaitNanos(left);
        }
      } catch (InterruptedException e) {
        // The end, or a watch that came late: the loop looks for itself.
      } finally {
        lock.unlock();
      }
    }

    /** Interrupts the sink, but not the database: a connection would break. */
    private void end() {
      synchronized (this) {
        ended = true;
        if (delivering) {
          thread.interrupt();
        }
      }
      wrote();
    }

    /** Waits for the cursor to be written, not for a sink that does not listen. */
    private void join() {
      if (Thread.currentThread() == thread) {
        return;
      }
      try {
        thread.join(LEAVE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}

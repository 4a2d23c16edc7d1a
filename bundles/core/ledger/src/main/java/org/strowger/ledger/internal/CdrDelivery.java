package org.strowger.ledger.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.osgi.framework.Version;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.billing.api.Cdr;
import org.strowger.billing.spi.CdrSink;
import org.strowger.kernel.Meter;
import org.strowger.kernel.Time;
import org.strowger.persistence.api.Tx;
import org.strowger.plugins.api.PluginGone;

/**
 * Brings every CDR to every sink, in order, at least once, each sink on a thread of its own. Of a sink that is there in
 * several versions only the highest is asked: they have one cursor, and may write one file.
 */
final class CdrDelivery {

  private static final Logger LOG = LoggerFactory.getLogger(CdrDelivery.class);
  private static final int PAGE = 500;
  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(30);
  /** Looks without being told, for CDRs whose writer could not tell. */
  private static final long IDLE_MILLIS = 5_000;
  private static final long LEAVE_MILLIS = 2_000;
  private static final long FIRST_PAUSE_MILLIS = 500;
  private static final long LONGEST_PAUSE_MILLIS = 60_000;
  private static final int LONGEST_FAULT = 200;

  private final Tx tx;
  private final Time time;
  private final CdrTable table;
  private final Meter meter;
  private final LongAdder faults;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition news = lock.newCondition();
  /** In the order they came. Guarded by this. */
  private final List<Offer> offers = new ArrayList<>();
  /** Whose threads are not over. */
  private final Set<Reader> readers = ConcurrentHashMap.newKeySet();
  private long written;

  /** @param id names its cursor */
  record Offer(CdrSink sink, String id, Version version, SinkUse use) {

    /** Of a sink that is no plugin. */
    Offer(CdrSink sink, String id, Version version) {
      this(sink, id, version, SinkUse.ALWAYS);
    }
  }

  CdrDelivery(Tx tx, Time time, CdrTable table, Meter meter) {
    this.tx = tx;
    this.time = time;
    this.table = table;
    this.meter = meter;
    this.faults = meter.counter("sink-faults");
    meter.gauge("sinks", readers::size);
  }

  /** How old the oldest CDR is that the sink of this id has not taken, in seconds; 0 if it has all, or is not there. */
  private long lag(String id) {
    return readers.stream().filter(reader -> reader.id.equals(id)).mapToLong(Reader::lag).max().orElse(0);
  }

  /** Sinks that do not take what there is, and why; null if all do. */
  String trouble() {
    String wrong = readers.stream().filter(reader -> !reader.ended && !reader.fault.isEmpty()).map(reader -> reader.id + " (" + reader.fault + ")").sorted()
        .collect(Collectors.joining(", "));
    return wrong.isEmpty() ? null : "CDR sinks that do not take their CDRs, which are kept for them: " + wrong;
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

  synchronized void add(Offer offer) {
    offers.add(offer);
    arrange(offer.id);
  }

  /** Somebody was drained, or is no longer. */
  synchronized void changed() {
    offers.stream().map(Offer::id).distinct().toList().forEach(this::arrange);
  }

  void remove(CdrSink sink) {
    synchronized (this) {
      List<Offer> gone = offers.stream().filter(offer -> offer.sink == sink).toList();
      offers.removeAll(gone);
      gone.forEach(offer -> arrange(offer.id));
    }
    readers.stream().filter(reader -> reader.offer.sink == sink).forEach(reader -> reader.join(LEAVE_MILLIS));
  }

  /** The highest version reads that takes batches, the last that came of two equal ones; the others have to be over first. Who is still there ends its batch in peace. */
  private void arrange(String id) {
    Offer highest = null;
    for (Offer offer : offers) {
      if (offer.id.equals(id) && offer.use.isOffered() && (highest == null || offer.version.compareTo(highest.version) >= 0)) {
        highest = offer;
      }
    }
    List<Reader> before = readers.stream().filter(reader -> reader.offer.id.equals(id)).toList();
    for (Reader reader : before) {
      if (reader.offer == highest && !reader.ended) {
        return;
      }
    }
    before.forEach(reader -> reader.end(!offers.contains(reader.offer)));
    if (highest != null) {
      if (!before.isEmpty()) {
        LOG.info("CDR sink {} {} gets the CDRs from now on", id, highest.version);
      }
      var reader = new Reader(highest, before);
      readers.add(reader);
      // By its name, not by the sink: a gauge stays.
      meter.gauge("sink-lag." + id, () -> lag(id));
      reader.thread.start();
    }
  }

  /** Interrupts sinks that take too long. Called about once a second. */
  void watch() {
    readers.forEach(Reader::watch);
  }

  /** Waits for at most 2 s, however many sinks do not listen. */
  void close() {
    synchronized (this) {
      offers.clear();
      readers.forEach(reader -> reader.end(true));
    }
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LEAVE_MILLIS);
    readers.forEach(reader -> reader.join(TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
  }

  private static String inWords(Throwable thrown) {
    String text;
    try {
      text = thrown.toString();
    } catch (RuntimeException | Error worse) {
      // That is the sink's code, too.
      text = thrown.getClass().getName();
    }
    return (text.length() <= LONGEST_FAULT ? text : text.substring(0, LONGEST_FAULT) + "…").replaceAll("\\p{Cntrl}+", " ");
  }

  private final class Reader {

    private final Offer offer;
    private final String id;
    /** Empty as soon as they are over, or nobody waits for them any more: a version that has gone must not stay in memory for as long as the next one is there. */
    private volatile List<Reader> before;
    private final Thread thread;
    private volatile boolean ended;
    /** What was wrong when it was last given CDRs, one line; empty if it took them. */
    private volatile String fault = "";
    /** When the call ended that is the first it has not taken; null if it has all. */
    private volatile Instant oldest;
    private long since;
    private boolean delivering;
    private boolean late;

    Reader(Offer offer, List<Reader> before) {
      this.offer = offer;
      this.id = offer.id;
      this.before = before;
      this.thread = new Thread(this::run, "cdr-sink-" + id);
      thread.setDaemon(true);
      thread.setContextClassLoader(offer.sink.getClass().getClassLoader());
    }

    private void run() {
      try {
        awaitThoseBefore();
        before = List.of();
        read();
      } finally {
        readers.remove(this);
        // Whoever waits for this one's end.
        wrote();
      }
    }

    /** One after the other; but one that does not listen to its interrupt is not waited for longer than a batch may take. */
    private void awaitThoseBefore() {
      lock.lock();
      try {
        long left = LIMIT_NANOS;
        while (left > 0 && !ended && before.stream().anyMatch(readers::contains)) {
          left = news.awaitNanos(left);
        }
      } catch (InterruptedException e) {
        // The loop that follows looks for itself.
      } finally {
        lock.unlock();
      }
    }

    private void read() {
      long pause = FIRST_PAUSE_MILLIS;
      while (!ended) {
        try {
          long seen = written();
          if (!deliver()) {
            await(seen, IDLE_MILLIS);
          }
          pause = FIRST_PAUSE_MILLIS;
        } catch (Exception | LinkageError | StackOverflowError | AssertionError e) {
          if (!ended) {
            LOG.warn("CDR sink {} did not take a batch, gets it again: {}", id, inWords(e));
          }
          Thread.interrupted();
          await(Long.MAX_VALUE, pause);
          pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
        }
      }
    }

    private boolean deliver() throws Exception {
      CdrTable.Page page = Sql.required(tx, connection -> table.after(connection, table.cursor(connection, id), PAGE));
      oldest = page.cdrs().isEmpty() ? null : page.cdrs().get(0).end().endTime();
      if (page.cdrs().isEmpty() || !receive(page.cdrs())) {
        return false;
      }
      fault = "";
      Sql.required(tx, connection -> {
        table.cursor(connection, id, page.seq(), time.now());
        return null;
      });
      return true;
    }

    /** @return false if the sink is gone, or takes no new batches */
    private boolean receive(List<Cdr> cdrs) throws Exception {
      AutoCloseable held;
      try {
        held = offer.use.hold(() -> end(true));
      } catch (PluginGone e) {
        return false;
      }
      try {
        return receiveHeld(cdrs);
      } finally {
        held.close();
      }
    }

    private boolean receiveHeld(List<Cdr> cdrs) throws Exception {
      synchronized (this) {
        if (ended) {
          return false;
        }
        since = time.ticks();
        delivering = true;
        late = false;
      }
      try {
        offer.sink.receive(cdrs);
        return true;
      } catch (Exception | LinkageError | StackOverflowError | AssertionError e) {
        failed(inWords(e));
        throw e;
      } finally {
        synchronized (this) {
          delivering = false;
          Thread.interrupted();
        }
      }
    }

    private synchronized void watch() {
      if (delivering && time.since(since).compareTo(Duration.ofNanos(LIMIT_NANOS)) > 0) {
        failed("takes longer than 30 s");
        late = true;
        LOG.warn("CDR sink {} takes longer than 30 s and is interrupted", id);
        since = time.ticks();
        thread.interrupt();
      }
    }

    /** What it says when it is interrupted tells less than why it was. */
    private synchronized void failed(String why) {
      if (!late && !ended) {
        fault = why;
        faults.increment();
      }
    }

    private long lag() {
      Instant first = oldest;
      return first == null || ended ? 0 : Math.max(0, Duration.between(first, time.now()).toSeconds());
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

    /** @param now whether the sink is interrupted; the database is not: a connection would break */
    private void end(boolean now) {
      synchronized (this) {
        ended = true;
        if (delivering && now) {
          thread.interrupt();
        }
      }
      wrote();
    }

    /** Waits for the cursor to be written, not for a sink that does not listen. */
    private void join(long millis) {
      if (Thread.currentThread() == thread) {
        return;
      }
      try {
        thread.join(Math.max(1, millis));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}

package org.strowger.sip.internal;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.kernel.HostPort;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.Time;
import org.strowger.sip.api.Flow;

/**
 * Writes the messages that pass, {@link Redaction redacted}, while somebody looks. Off, it costs a volatile read a message. On, a SIP
 * thread only leaves the message in a bounded queue without a lock; a thread of its own writes. What finds the queue full is counted and
 * left out. It goes off by itself.
 */
@Component(service = SipTrace.class)
public final class SipTrace {

  /** Of the logger there is an appender of its own in {@code etc/org.ops4j.pax.logging.cfg}. */
  private static final Logger FILE = LoggerFactory.getLogger("org.strowger.sip.trace");
  private static final Logger LOG = LoggerFactory.getLogger(SipTrace.class);
  private static final int LONGEST_MINUTES = 24 * 60;
  private static final int MOST_BYTES = 4 << 20;
  private static final long IDLE_NANOS = 20_000_000;

  private final Time time;
  private final Consumer<String> sink;
  private final LongAdder written = new LongAdder();
  private final LongAdder dropped = new LongAdder();
  /** Null while it is off. */
  private volatile Session session;

  /**
   * Which messages are of interest.
   *
   * @param callId the SIP Call-ID of a leg, null for all
   * @param peer the address of a peer, without a port, null for all
   */
  public record Filter(String callId, String peer) {}

  /**
   * What a trace is doing.
   *
   * @param on what it looks for and how long yet; empty while it is off
   * @param written messages since the switch started
   * @param dropped messages that found the queue full
   */
  public record Status(Optional<On> on, long written, long dropped) {}

  public record On(Filter filter, Duration left) {}

  private record Message(boolean received, byte[] bytes, Flow flow, java.time.Instant at) {}

  @Activate
  public SipTrace(@Reference Time time) {
    this(time, FILE::info);
  }

  /** @param sink takes entries of several lines, on one thread */
  SipTrace(Time time, Consumer<String> sink) {
    this.time = time;
    this.sink = sink;
  }

  /** Begins, in place of what was looked for before. @throws InvalidInput if the minutes are out of range or the peer is no address */
  public synchronized void on(Filter filter, int minutes) {
    if (minutes < 1 || minutes > LONGEST_MINUTES) {
      throw new InvalidInput("minutes", minutes, "is 1 to " + LONGEST_MINUTES + "; a trace goes off by itself");
    }
    String peer = filter.peer() == null ? null : HostPort.parse(filter.peer(), 1).host();
    end();
    session = new Session(new Filter(filter.callId(), peer), time.ticks() + Duration.ofMinutes(minutes).toNanos());
    session.thread.start();
    LOG.info("SIP trace is on for {} min: {}", minutes, filter);
  }

  /** Ends; what was taken before is written. @return whether it was on */
  public synchronized boolean off() {
    boolean was = session != null;
    end();
    return was;
  }

  @Deactivate
  synchronized void end() {
    Session before = session;
    session = null;
    if (before != null) {
      before.stop();
    }
  }

  public Status status() {
    Session now = session;
    var on = Optional.ofNullable(now).map(running -> new On(running.filter, Duration.ofNanos(Math.max(0, running.until - time.ticks()))));
    return new Status(on, written.sum(), dropped.sum());
  }

  /** On a SIP thread. */
  void received(byte[] bytes, Flow flow) {
    Session now = session;
    if (now != null) {
      now.take(true, bytes, flow);
    }
  }

  /** On a SIP thread. */
  void sent(byte[] bytes, Flow flow) {
    Session now = session;
    if (now != null) {
      now.take(false, bytes, flow);
    }
  }

  long dropped() {
    return dropped.sum();
  }

  /** From on to off. */
  private final class Session {

    private final Filter filter;
    private final long until;
    private final ConcurrentLinkedQueue<Message> queue = new ConcurrentLinkedQueue<>();
    private final AtomicLong queued = new AtomicLong();
    private final LongAdder lost = new LongAdder();
    private final Thread thread = new Thread(this::write, "sip-trace");
    private volatile boolean stopped;

    Session(Filter filter, long until) {
      this.filter = filter;
      this.until = until;
      thread.setDaemon(true);
    }

    void take(boolean received, byte[] bytes, Flow flow) {
      if (bytes.length < 12 || filter.peer() != null && !filter.peer().equals(flow.remote().host())
          || filter.callId() != null && !filter.callId().equals(RawHead.of(bytes).callId())) {
        return;
      }
      if (queued.addAndGet(bytes.length) > MOST_BYTES) {
        queued.addAndGet(-bytes.length);
        dropped.increment();
        lost.increment();
        return;
      }
      queue.add(new Message(received, bytes, flow, time.now()));
    }

    private void write() {
      try {
        while (!stopped && time.ticks() - until < 0) {
          drain();
          LockSupport.parkNanos(this, IDLE_NANOS);
        }
        drain();
      } catch (Throwable e) {
        LOG.error("SIP trace failed and goes off", e);
      }
      over(this);
    }

    private void drain() {
      for (Message message = queue.poll(); message != null; message = queue.poll()) {
        queued.addAndGet(-message.bytes.length);
        sink.accept(entry(message));
        written.increment();
      }
      long missing = lost.sumThenReset();
      if (missing > 0) {
        sink.accept(missing + " messages are left out here: more passed than could be written");
      }
    }

    void stop() {
      stopped = true;
      LockSupport.unpark(thread);
      Threads.join(thread);
    }
  }

  private void over(Session ended) {
    synchronized (this) {
      if (session != ended) {
        return;
      }
      session = null;
    }
    LOG.info("SIP trace is off: its time is over");
  }

  private static String entry(Message message) {
    Flow flow = message.flow;
    String way = message.received ? " received by " + flow.local() + " from " + flow.remote() : " sent by " + flow.local() + " to " + flow.remote();
    int bytes = message.bytes.length;
    return message.at + " " + flow.transport() + way + ", " + bytes + " bytes\n" + Redaction.of(message.bytes);
  }
}

package org.strowger.kernel;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes 64-bit ids that grow with time: 42 bits of milliseconds since 2024, 8 bits of node, 14 bits
 * of sequence. Never repeats within a node, also when the clock steps back while the process lives.
 * After a restart on a clock that stepped back, ids may repeat: keep the clock disciplined.
 *
 * <p>Threads: any.
 */
public final class TimeOrderedIds {

  private static final long EPOCH = Instant.parse("2024-01-01T00:00:00Z").toEpochMilli();
  private static final int SEQUENCE_BITS = 14;
  private static final int NODE_BITS = 8;

  private final Time time;
  private final NodeId node;
  private final AtomicLong lastMillisAndSequence = new AtomicLong();

  public TimeOrderedIds(Time time, NodeId node) {
    this.time = time;
    this.node = node;
  }

  public long next() {
    long now = (time.now().toEpochMilli() - EPOCH) << SEQUENCE_BITS;
    long stamp = lastMillisAndSequence.updateAndGet(last -> Math.max(last + 1, now));
    long sequence = stamp & ((1 << SEQUENCE_BITS) - 1);
    long millis = stamp >>> SEQUENCE_BITS;
    return millis << (NODE_BITS + SEQUENCE_BITS) | (long) node.value() << SEQUENCE_BITS | sequence;
  }

  public CallId nextCall() {
    return new CallId(next());
  }

  public CdrId nextCdr() {
    return new CdrId(next());
  }

  public EntryId nextEntry() {
    return new EntryId(next());
  }
}

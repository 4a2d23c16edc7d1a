package org.strowger.ledger.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.strowger.kernel.Time;

/** Both clocks, moved by the test. */
final class MovableTime implements Time {

  private static final Instant START = Instant.parse("2026-11-21T12:00:00Z");

  private final AtomicLong passed = new AtomicLong();

  void move(Duration by) {
    passed.addAndGet(by.toNanos());
  }

  @Override
  public Instant now() {
    return START.plusNanos(passed.get());
  }

  @Override
  public long ticks() {
    return passed.get();
  }
}

package org.strowger.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.strowger.kernel.Time;

/** Both clocks, moved by the test. Threads: any. */
public final class MovedTime implements Time {

  private static final Instant START = Instant.parse("2026-11-22T12:00:00Z");

  private final AtomicLong passed = new AtomicLong();

  public void move(Duration by) {
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

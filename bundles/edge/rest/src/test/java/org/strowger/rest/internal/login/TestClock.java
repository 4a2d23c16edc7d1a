package org.strowger.rest.internal.login;

import java.time.Duration;
import java.time.Instant;
import org.strowger.kernel.Time;

/** Moves only when told. */
final class TestClock implements Time {

  private Instant now = Instant.parse("2026-11-21T12:00:00Z");
  private long ticks = -5_000_000_000L;

  @Override
  public synchronized Instant now() {
    return now;
  }

  @Override
  public synchronized long ticks() {
    return ticks;
  }

  synchronized void advance(Duration by) {
    now = now.plus(by);
    ticks += by.toNanos();
  }
}

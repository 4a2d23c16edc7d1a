package org.strowger.plugins.internal;

import java.time.Duration;
import java.time.Instant;
import org.strowger.kernel.Time;

/** Both clocks, moved by hand. */
final class Clock implements Time {

  private volatile long ticks = Duration.ofDays(1).toNanos();

  @Override
  public Instant now() {
    return Instant.EPOCH.plusNanos(ticks);
  }

  @Override
  public long ticks() {
    return ticks;
  }

  void advance(Duration by) {
    ticks += by.toNanos();
  }
}

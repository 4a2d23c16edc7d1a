package org.strowger.kernel;

import java.time.Duration;
import java.time.Instant;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The two clocks. A DS service in the switch, movable in tests. Threads: any.
 */
@ProviderType
public interface Time {

  /** The real clocks of this machine. */
  Time SYSTEM = new Time() {
    @Override
    public Instant now() {
      return Instant.now();
    }

    @Override
    public long ticks() {
      return System.nanoTime();
    }
  };

  /** The wall clock, UTC. May step; never subtract two of these to get a duration. */
  Instant now();

  /** Nanoseconds on a monotonic clock with an arbitrary origin. Durations come from differences of these. */
  long ticks();

  /** Time passed since an earlier reading of {@link #ticks()}. */
  default Duration since(long ticks) {
    return Duration.ofNanos(ticks() - ticks);
  }
}

package org.strowger.billing.api;

import java.time.Duration;

/** From measured duration to whole seconds before the tariff's intervals; spec B.5. */
public enum DurationRounding {
  /** Half up: 60.4 s → 60, 60.5 s → 61. */
  ROUND {
    @Override
    public long seconds(Duration measured) {
      return measured.plusMillis(500).toSeconds();
    }
  },
  /** Always up: 60.1 s → 61. */
  ROUND_UP {
    @Override
    public long seconds(Duration measured) {
      return measured.plusNanos(999_999_999).toSeconds();
    }
  };

  /** @param measured not negative */
  public abstract long seconds(Duration measured);
}

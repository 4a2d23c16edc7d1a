package org.strowger.billing.api;

import java.math.BigDecimal;
import java.time.Instant;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.data.Setting;

/**
 * The price of a prefix; spec B.2. Active from {@code activation} (inclusive) until {@code expiration}
 * (exclusive); a rate with a period only in these hours, before one of the same prefix that has none.
 */
public record Rate(
    @Setting(help = "Leading digits of the number; + # and letters match only as written.", min = 1, max = 64, pattern = "[0-9A-Za-z+#*._-]+") String prefix,
    @Setting(help = "Per minute, first interval.", initial = "0", min = 0, max = Rate.MOST) BigDecimal price1,
    @Setting(help = "Per minute, further intervals.", initial = "0", min = 0, max = Rate.MOST) BigDecimal priceN,
    @Setting(help = "Seconds.", initial = "1", min = 1, max = 86400) int interval1,
    @Setting(help = "Seconds.", initial = "1", min = 1, max = 86400) int intervalN,
    @Setting(help = "Refuse calls to this prefix, whatever shorter prefixes allow.", initial = "false") boolean forbidden,
    @Setting(help = "Apply the tariff's grace period.", initial = "true") boolean graceEnabled,
    @Setting(help = "UTC, inclusive; absent: always was.", optional = true) Instant activation,
    @Setting(help = "UTC, exclusive; absent: never.", optional = true) Instant expiration,
    @Setting(help = "Days and hours in the tariff's time zone, such as mon-fri 08:00-18:00, sat+sun 00:00-24:00 or 18:00-08:00; absent: where no other rate of the prefix says.", max = 64, optional = true) String period) {

  /** Highest price or fee. With the highest surcharge 7 days of it still fit into {@code Money}: what is granted can be settled. */
  static final long MOST = 1_000_000_000;

  /** A rate for any time of day. */
  public Rate(String prefix, BigDecimal price1, BigDecimal priceN, int interval1, int intervalN, boolean forbidden, boolean graceEnabled, Instant activation, Instant expiration) {
    this(prefix, price1, priceN, interval1, intervalN, forbidden, graceEnabled, activation, expiration, null);
  }

  public Rate {
    if (activation != null && expiration != null && !activation.isBefore(expiration)) {
      throw new InvalidInput("expiration", expiration, "is after activation " + activation);
    }
    period = period == null || period.isBlank() ? null : RatePeriod.parse("period", period).toString();
  }
}

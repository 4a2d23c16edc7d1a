package org.strowger.billing.api;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.Violation;
import org.strowger.kernel.data.Checked;
import org.strowger.kernel.data.Setting;

/**
 * The price of a prefix; spec B.2. Active from {@code activation} (inclusive) until {@code expiration}
 * (exclusive); a rate with a period only in these hours, before one of the same prefix that has none. A stored one may break
 * rules, see {@link #problem()}. Nothing is free because a price was left out: only a forbidden rate needs none.
 */
public record Rate(
    @Setting(help = "Leading digits of the number; + # and letters match only as written.", min = 1, max = 64, pattern = "[0-9A-Za-z+#*._-]+") String prefix,
    @Setting(help = "Per minute, first interval; must be there unless the rate is forbidden.", min = 0, max = Rate.MOST, optional = true) BigDecimal price1,
    @Setting(help = "Per minute, further intervals; absent: price1.", min = 0, max = Rate.MOST, optional = true) BigDecimal priceN,
    @Setting(help = "Seconds.", initial = "1", min = 1, max = 86400) int interval1,
    @Setting(help = "Seconds.", initial = "1", min = 1, max = 86400) int intervalN,
    @Setting(help = "Refuse calls to this prefix, whatever shorter prefixes allow.", initial = "false") boolean forbidden,
    @Setting(help = "Apply the tariff's grace period.", initial = "true") boolean graceEnabled,
    @Setting(help = "UTC, inclusive; absent: always was.", optional = true) Instant activation,
    @Setting(help = "UTC, exclusive; absent: never.", optional = true) Instant expiration,
    @Setting(help = "Days and hours in the tariff's time zone, such as mon-fri 08:00-18:00, sat+sun 00:00-24:00 or 18:00-08:00; absent: where no other rate of the prefix says.", max = 64, optional = true) String period) implements Checked {

  /** Highest price or fee. With the highest surcharge 7 days of it still fit into {@code Money}: what is granted can be settled. */
  static final long MOST = 1_000_000_000;

  /** A rate for any time of day. */
  public Rate(String prefix, BigDecimal price1, BigDecimal priceN, int interval1, int intervalN, boolean forbidden, boolean graceEnabled, Instant activation, Instant expiration) {
    this(prefix, price1, priceN, interval1, intervalN, forbidden, graceEnabled, activation, expiration, null);
  }

  public Rate {
    price1 = price1 == null && forbidden ? BigDecimal.ZERO : price1;
    priceN = priceN == null ? price1 : priceN;
    period = period == null || period.isBlank() ? null : spelled(period);
  }

  private static String spelled(String period) {
    try {
      return RatePeriod.parse("period", period).toString();
    } catch (InvalidInput e) {
      return period;
    }
  }

  @Override
  public void check() {
    Optional<Violation> problem = problem();
    if (problem.isPresent()) {
      throw new InvalidInput(List.of(problem.get()));
    }
  }

  /** Why nothing can be priced by it; of stored rates only, none such is taken. */
  public Optional<Violation> problem() {
    if (activation != null && expiration != null && !activation.isBefore(expiration)) {
      return problem("expiration", expiration, "is after activation " + activation);
    }
    for (int interval : new int[] {interval1, intervalN}) {
      if (interval < 1) {
        return problem(interval == interval1 ? "interval1" : "intervalN", interval, "is at least 1");
      }
    }
    if (price1 == null) {
      return problem("price1", null, "is the price a minute, 0 where calls are free; only a forbidden rate has none");
    }
    if (!isPrice(price1) || !isPrice(priceN)) {
      return problem(isPrice(price1) ? "priceN" : "price1", isPrice(price1) ? priceN : price1, "is an amount from 0 to " + MOST);
    }
    try {
      if (period != null) {
        RatePeriod.parse("period", period);
      }
      return Optional.empty();
    } catch (InvalidInput e) {
      return Optional.of(e.violations().get(0));
    }
  }

  private static boolean isPrice(BigDecimal price) {
    return price.signum() >= 0 && price.compareTo(BigDecimal.valueOf(MOST)) <= 0;
  }

  private static Optional<Violation> problem(String field, Object value, String rule) {
    return Optional.of(new Violation(field, value == null ? null : value.toString(), rule));
  }
}

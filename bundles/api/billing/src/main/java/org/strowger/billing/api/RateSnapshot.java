package org.strowger.billing.api;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.Currency;
import java.util.function.LongFunction;
import org.strowger.kernel.Money;
import org.strowger.kernel.TariffId;
import org.strowger.kernel.data.Setting;

/**
 * The price a payer was quoted, whole: with the billed seconds and the moment the call was answered it gives the
 * cost again, from the CDR alone. Formula of spec B.3, exact, rounded once at the end.
 *
 * @param tariff null for the free on-net rate
 * @param prefix that matched; empty for the free on-net rate
 * @param price1 per minute, of the first interval
 * @param priceN per minute, of each further interval
 * @param interval1 seconds, at least 1
 * @param intervalN seconds, at least 1
 * @param connectFee once for a connected call
 * @param freeSeconds after the first interval
 * @param graceSeconds a shorter connected call is free; 0 where the rate does not use the tariff's grace
 * @param surcharge fraction: 0.1 is 10 %, on connect fee too
 * @param precision decimals of the cost, 0 to 20
 * @param roundUp cost rounded up always, else half up
 * @param rounding of the measured duration
 * @param averageDuration the tariff's ACD in seconds, which bounds slices (spec B.6)
 * @param timeOfDay prices that count at times instead of these; null for a rate that costs the same at any time
 */
public record RateSnapshot(
    @Setting(optional = true) TariffId tariff,
    String prefix,
    Currency currency,
    BigDecimal price1,
    BigDecimal priceN,
    int interval1,
    int intervalN,
    BigDecimal connectFee,
    int freeSeconds,
    int graceSeconds,
    BigDecimal surcharge,
    int precision,
    boolean roundUp,
    DurationRounding rounding,
    int averageDuration,
    @Setting(optional = true) TimeOfDay timeOfDay) {

  static final BigDecimal SECONDS_PER_MINUTE = BigDecimal.valueOf(60);

  /** A rate that costs the same at any time. */
  public RateSnapshot(TariffId tariff, String prefix, Currency currency, BigDecimal price1, BigDecimal priceN, int interval1, int intervalN, BigDecimal connectFee,
      int freeSeconds, int graceSeconds, BigDecimal surcharge, int precision, boolean roundUp, DurationRounding rounding, int averageDuration) {
    this(tariff, prefix, currency, price1, priceN, interval1, intervalN, connectFee, freeSeconds, graceSeconds, surcharge, precision, roundUp, rounding, averageDuration, null);
  }

  /** What an on-net call costs where the tariff has no rate for it and lets it pass (spec B.2). */
  public static RateSnapshot freeOnNet(Currency currency, DurationRounding rounding) {
    return new RateSnapshot(null, "", currency, BigDecimal.ZERO, BigDecimal.ZERO, 1, 1, BigDecimal.ZERO, 0, 0, BigDecimal.ZERO, Money.MAX_DECIMALS, false, rounding, 200);
  }

  /** Costs nothing however long it lasts. */
  public boolean isFree() {
    return connectFee.signum() == 0 && price1.signum() == 0 && priceN.signum() == 0
        && (timeOfDay == null || timeOfDay.periods().stream().allMatch(period -> period.price1().signum() == 0 && period.priceN().signum() == 0));
  }

  /**
   * The cost of a connected call.
   *
   * @param billedSeconds after {@link DurationRounding}, not negative
   * @param start when it was answered
   */
  public Money cost(long billedSeconds, Instant start) {
    return timeOfDay == null ? cost(billedSeconds) : timed(new TimedCost(this), billedSeconds, start);
  }

  private Money timed(TimedCost times, long billedSeconds, Instant start) {
    requireNotNegative(billedSeconds);
    BigDecimal sixtyfold = times.sixtyfold(billedSeconds, start);
    return sixtyfold == null ? Money.zero(currency) : rounded(sixtyfold);
  }

  /**
   * The cost of a connected call at a rate that costs the same at any time.
   *
   * @param billedSeconds after {@link DurationRounding}, not negative
   * @throws IllegalStateException if there is a {@link #timeOfDay}: use {@link #cost(long, Instant)}
   */
  public Money cost(long billedSeconds) {
    requireNotNegative(billedSeconds);
    if (timeOfDay != null) {
      throw new IllegalStateException("the cost depends on when the call was answered");
    }
    if (graceSeconds > 0 && billedSeconds < graceSeconds) {
      return Money.zero(currency);
    }
    BigDecimal sixtyfold = connectFee.multiply(SECONDS_PER_MINUTE);
    if (billedSeconds > 0) {
      sixtyfold = sixtyfold.add(price1.multiply(BigDecimal.valueOf(interval1)));
      BigDecimal further = BigDecimal.valueOf(furtherIntervals(billedSeconds)).multiply(BigDecimal.valueOf(intervalN));
      sixtyfold = sixtyfold.add(priceN.multiply(further));
    }
    return rounded(sixtyfold);
  }

  private static void requireNotNegative(long seconds) {
    if (seconds < 0) {
      throw new IllegalArgumentException("negative duration");
    }
  }

  private Money rounded(BigDecimal sixtyfold) {
    BigDecimal exact = sixtyfold.multiply(BigDecimal.ONE.add(surcharge));
    return Money.of(exact.divide(SECONDS_PER_MINUTE, precision, roundUp ? RoundingMode.UP : RoundingMode.HALF_UP), currency);
  }

  private long furtherIntervals(long billedSeconds) {
    long beyond = billedSeconds - interval1 - freeSeconds;
    return beyond <= 0 ? 0 : (beyond + intervalN - 1) / intervalN;
  }

  /** As {@link #affordableSeconds(BigDecimal, long, Instant)}, at a rate that costs the same at any time. */
  public long affordableSeconds(BigDecimal amount, long ceiling) {
    return longest(amount, ceiling, this::cost);
  }

  /**
   * The longest call that costs no more than {@code amount}.
   *
   * @param ceiling not asked beyond this many seconds
   * @param start when it is, or would be, answered
   * @return -1 if not even the connection is paid for; else 0 to {@code ceiling}
   */
  public long affordableSeconds(BigDecimal amount, long ceiling, Instant start) {
    if (timeOfDay == null) {
      return affordableSeconds(amount, ceiling);
    }
    var times = new TimedCost(this);
    return longest(amount, ceiling, seconds -> timed(times, seconds, start));
  }

  private static long longest(BigDecimal amount, long ceiling, LongFunction<Money> cost) {
    if (cost.apply(ceiling).amount().compareTo(amount) <= 0) {
      return ceiling;
    }
    long low = -1;
    long high = ceiling;
    while (high - low > 1) {
      long middle = (low + high) >>> 1;
      if (cost.apply(middle).amount().compareTo(amount) <= 0) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }
}

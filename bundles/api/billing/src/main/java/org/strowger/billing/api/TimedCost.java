package org.strowger.billing.api;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.util.List;

/**
 * A rate with periods, ready to be added up: each billing increment is priced by the period in which it starts and is never cut.
 * Looks at each period that the call passes through once, however short its increments.
 */
final class TimedCost {

  private static final int DAY = 1_440;

  private final RateSnapshot rate;
  private final TimeOfDay times;
  private final List<RatePeriod> periods;
  private final PeriodPrice otherwise;

  TimedCost(RateSnapshot rate) {
    this.rate = rate;
    this.times = rate.timeOfDay();
    this.periods = times.periods().stream().map(price -> RatePeriod.parse("period", price.period())).toList();
    this.otherwise = new PeriodPrice("", rate.price1(), rate.priceN(), rate.interval1(), rate.intervalN(), rate.graceSeconds());
  }

  /** Sixty times the cost before surcharge and rounding; null where grace makes the call free. */
  BigDecimal sixtyfold(long billedSeconds, Instant start) {
    PeriodPrice price = at(start);
    if (price.graceSeconds() > 0 && billedSeconds < price.graceSeconds()) {
      return null;
    }
    BigDecimal sum = rate.connectFee().multiply(RateSnapshot.SECONDS_PER_MINUTE);
    if (billedSeconds > 0) {
      sum = sum.add(price.price1().multiply(BigDecimal.valueOf(price.interval1())));
    }
    boolean fixed = times.pricing() == TimeOfDayPricing.AT_CALL_START;
    long begun = (long) price.interval1() + rate.freeSeconds();
    while (begun < billedSeconds) {
      long increments = ceiling(billedSeconds - begun, price.intervalN());
      if (!fixed) {
        Instant now = start.plusSeconds(begun);
        price = at(now);
        long inPeriod = ceiling(Duration.between(now, change(now)).plusNanos(999_999_999).toSeconds(), price.intervalN());
        increments = Math.min(ceiling(billedSeconds - begun, price.intervalN()), inPeriod);
      }
      long seconds = Math.multiplyExact(increments, (long) price.intervalN());
      sum = sum.add(price.priceN().multiply(BigDecimal.valueOf(seconds)));
      begun += seconds;
    }
    return sum;
  }

  private static long ceiling(long seconds, long interval) {
    return (seconds + interval - 1) / interval;
  }

  private PeriodPrice at(Instant moment) {
    LocalDateTime local = LocalDateTime.ofInstant(moment, times.zone());
    for (int i = 0; i < periods.size(); i++) {
      if (periods.get(i).contains(local)) {
        return times.periods().get(i);
      }
    }
    return otherwise;
  }

  /** The first moment after this at which another price may begin to count: an end of a period, midnight, the clocks going forward or back. */
  private Instant change(Instant moment) {
    ZonedDateTime now = moment.atZone(times.zone());
    int minute = 60 * now.getHour() + now.getMinute();
    int next = DAY;
    for (RatePeriod period : periods) {
      next = period.from() > minute ? Math.min(next, period.from()) : next;
      next = period.until() > minute ? Math.min(next, period.until()) : next;
    }
    LocalDateTime local = next == DAY ? now.toLocalDate().plusDays(1).atStartOfDay() : now.toLocalDate().atTime(LocalTime.of(next / 60, next % 60));
    // Where an hour comes twice we are in the one we are in.
    Instant change = ZonedDateTime.ofLocal(local, times.zone(), now.getOffset()).toInstant();
    ZoneOffsetTransition shift = times.zone().getRules().nextTransition(moment);
    return shift != null && shift.getInstant().isBefore(change) ? shift.getInstant() : change;
  }
}

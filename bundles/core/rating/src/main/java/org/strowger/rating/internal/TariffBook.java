package org.strowger.rating.internal;

import java.time.Instant;
import java.util.List;
import org.strowger.billing.api.DurationRounding;
import org.strowger.billing.api.OnNetPolicy;
import org.strowger.billing.api.PeriodPrice;
import org.strowger.billing.api.Quote;
import org.strowger.billing.api.RateSnapshot;
import org.strowger.billing.api.Tariff;
import org.strowger.billing.api.TariffTerms;
import org.strowger.billing.api.TimeOfDay;

/** A tariff and its rates, ready to be quoted from. Immutable; threads: any. */
record TariffBook(Tariff tariff, RateTable rates) {

  /** Prefix of the rate that prices on-net calls to names that are not numbers. */
  static final String ON_NET = "on-net";

  Quote quoteOffNet(String cld, DurationRounding rounding, Instant at) {
    return quote(rates.find(cld, at), rounding, at);
  }

  /** Rule "On-net (ours)" of spec B.2. */
  Quote quoteOnNet(String cld, DurationRounding rounding, Instant at) {
    int rate = isNumber(cld) ? rates.find(cld, at) : rates.findExactly(ON_NET, at);
    if (rate != RateTable.NONE) {
      return quote(rate, rounding, at);
    }
    return tariff.terms().onNet() == OnNetPolicy.FREE
        ? new Quote.Priced(RateSnapshot.freeOnNet(tariff.terms().currency(), rounding))
        : new Quote.NoRate();
  }

  private Quote quote(int rate, DurationRounding rounding, Instant at) {
    if (rate == RateTable.NONE) {
      return new Quote.NoRate();
    }
    return rates.forbidden(rate) ? new Quote.Forbidden(rates.prefix(rate)) : new Quote.Priced(rates.isTimed(rate) ? timed(rate, rounding, at) : snapshot(rate, rounding, null));
  }

  /** With every period of the prefix: what the call will cost in hours to come is known when it is set up. */
  private RateSnapshot timed(int rate, DurationRounding rounding, Instant at) {
    List<PeriodPrice> periods = rates.periodsOf(rate, at).stream().map(this::price).toList();
    TimeOfDay times = periods.isEmpty() ? null : new TimeOfDay(tariff.terms().timeZone(), tariff.terms().timeOfDay(), periods);
    return snapshot(times == null ? rate : rates.atAnyHour(rate, at), rounding, times);
  }

  private PeriodPrice price(int rate) {
    return new PeriodPrice(rates.period(rate), rates.price1(rate), rates.priceN(rate), rates.interval1(rate), rates.intervalN(rate), grace(rate));
  }

  private int grace(int rate) {
    return rates.graceEnabled(rate) ? tariff.terms().gracePeriod() : 0;
  }

  private RateSnapshot snapshot(int rate, DurationRounding rounding, TimeOfDay times) {
    TariffTerms terms = tariff.terms();
    return new RateSnapshot(
        tariff.id(),
        rates.prefix(rate),
        terms.currency(),
        rates.price1(rate),
        rates.priceN(rate),
        rates.interval1(rate),
        rates.intervalN(rate),
        terms.connectFee(),
        terms.freeSeconds(),
        grace(rate),
        terms.postCallSurcharge(),
        terms.decimalPrecision(),
        terms.costRoundUp(),
        rounding,
        terms.averageDuration(),
        times);
  }

  private static boolean isNumber(String cld) {
    for (int i = 0; i < cld.length(); i++) {
      if (cld.charAt(i) < '0' || cld.charAt(i) > '9') {
        return false;
      }
    }
    return !cld.isEmpty();
  }
}

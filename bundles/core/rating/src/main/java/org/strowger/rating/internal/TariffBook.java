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
    int rate = rates.find(cld, at);
    return rate == RateTable.NONE ? new Quote.NoRate() : quote(rate, inTurn(rate, cld, at), rounding);
  }

  /** Rule "On-net (ours)" of spec B.2. */
  Quote quoteOnNet(String cld, DurationRounding rounding, Instant at) {
    boolean isNumber = isNumber(cld);
    int rate = isNumber ? rates.find(cld, at) : rates.findExactly(ON_NET, at);
    if (rate != RateTable.NONE) {
      return quote(rate, inTurn(rate, isNumber ? cld : null, at), rounding);
    }
    return tariff.terms().onNet() == OnNetPolicy.FREE
        ? new Quote.Priced(RateSnapshot.freeOnNet(tariff.terms().currency(), rounding))
        : new Quote.NoRate();
  }

  /** @param number null where the rate is not of a number */
  private List<Integer> inTurn(int rate, String number, Instant at) {
    if (!rates.isTimed()) {
      return List.of();
    }
    return number == null ? rates.inTurnOf(rate, at) : rates.inTurn(number, at);
  }

  /** With every period that may count: what the call will cost in hours to come is known when it is set up. */
  private Quote quote(int rate, List<Integer> inTurn, DurationRounding rounding) {
    if (rates.forbidden(rate)) {
      return new Quote.Forbidden(rates.prefix(rate));
    }
    List<PeriodPrice> periods = inTurn.stream().filter(each -> rates.period(each) != null).map(this::price).toList();
    if (periods.isEmpty()) {
      return new Quote.Priced(snapshot(rate, rate, rounding, null));
    }
    int last = inTurn.get(inTurn.size() - 1);
    int otherwise = rates.period(last) == null ? last : rate;
    return new Quote.Priced(snapshot(rate, otherwise, rounding, new TimeOfDay(tariff.terms().timeZone(), tariff.terms().timeOfDay(), periods)));
  }

  private PeriodPrice price(int rate) {
    return new PeriodPrice(rates.period(rate), rates.price1(rate), rates.priceN(rate), rates.interval1(rate), rates.intervalN(rate), grace(rate));
  }

  private int grace(int rate) {
    return rates.graceEnabled(rate) ? tariff.terms().gracePeriod() : 0;
  }

  /**
   * @param now what counts when the call begins, by which it is known
   * @param otherwise what counts in none of the times
   */
  private RateSnapshot snapshot(int now, int otherwise, DurationRounding rounding, TimeOfDay times) {
    TariffTerms terms = tariff.terms();
    return new RateSnapshot(
        tariff.id(),
        rates.prefix(now),
        terms.currency(),
        rates.price1(otherwise),
        rates.priceN(otherwise),
        rates.interval1(otherwise),
        rates.intervalN(otherwise),
        terms.connectFee(),
        terms.freeSeconds(),
        grace(otherwise),
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

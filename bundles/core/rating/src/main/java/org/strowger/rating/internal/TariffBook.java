package org.strowger.rating.internal;

import java.time.Instant;
import org.strowger.billing.api.DurationRounding;
import org.strowger.billing.api.OnNetPolicy;
import org.strowger.billing.api.Quote;
import org.strowger.billing.api.RateSnapshot;
import org.strowger.billing.api.Tariff;
import org.strowger.billing.api.TariffTerms;

/** A tariff and its rates, ready to be quoted from. Immutable; threads: any. */
record TariffBook(Tariff tariff, RateTable rates) {

  /** Prefix of the rate that prices on-net calls to names that are not numbers. */
  static final String ON_NET = "on-net";

  Quote quoteOffNet(String cld, DurationRounding rounding, Instant at) {
    return quote(rates.find(cld, at), rounding);
  }

  /** Rule "On-net (ours)" of spec B.2. */
  Quote quoteOnNet(String cld, DurationRounding rounding, Instant at) {
    int rate = isNumber(cld) ? rates.find(cld, at) : rates.findExactly(ON_NET, at);
    if (rate != RateTable.NONE) {
      return quote(rate, rounding);
    }
    return tariff.terms().onNet() == OnNetPolicy.FREE
        ? new Quote.Priced(RateSnapshot.freeOnNet(tariff.terms().currency(), rounding))
        : new Quote.NoRate();
  }

  private Quote quote(int rate, DurationRounding rounding) {
    if (rate == RateTable.NONE) {
      return new Quote.NoRate();
    }
    return rates.forbidden(rate) ? new Quote.Forbidden(rates.prefix(rate)) : new Quote.Priced(snapshot(rate, rounding));
  }

  private RateSnapshot snapshot(int rate, DurationRounding rounding) {
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
        rates.graceEnabled(rate) ? terms.gracePeriod() : 0,
        terms.postCallSurcharge(),
        terms.decimalPrecision(),
        terms.costRoundUp(),
        rounding,
        terms.averageDuration());
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

package org.strowger.rating.internal;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import org.strowger.billing.api.Rate;
import org.strowger.kernel.InvalidInput;

/** What a list of rates must be before any of it is stored. */
final class RateChecks {

  private static final int MAX_RATES = 1_000_000;

  private record Key(String prefix, Instant activation, String period) {}

  private RateChecks() {}

  static void requireDistinct(List<Rate> rates) {
    if (rates.size() > MAX_RATES) {
      throw new InvalidInput("rates", rates.size(), "are at most " + MAX_RATES);
    }
    var seen = new HashSet<Key>();
    for (int i = 0; i < rates.size(); i++) {
      Rate rate = rates.get(i);
      String at = "rates[" + i + "].";
      rate.problem().ifPresent(v -> {
        throw new InvalidInput(at + v.field(), v.value(), v.rule());
      });
      if (!seen.add(new Key(rate.prefix(), rate.activation(), rate.period()))) {
        throw new InvalidInput("rates[" + i + "].prefix", rate.prefix(), "stands once for each activation and period");
      }
    }
  }
}

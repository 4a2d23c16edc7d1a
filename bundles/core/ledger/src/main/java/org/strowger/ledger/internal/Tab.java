package org.strowger.ledger.internal;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Currency;
import java.util.List;
import java.util.TreeMap;
import org.strowger.billing.api.Payer;
import org.strowger.billing.api.RateSnapshot;
import org.strowger.billing.api.Share;

/** What one limited payer pays for one call: the sum of its shares (who forwards to himself pays two legs). */
record Tab(Payer payer, List<RateSnapshot> rates) {

  /** The order in which purses are locked. */
  static final Comparator<Payer> ORDER = Comparator.comparing(Payer::kind).thenComparingInt(Payer::id);

  /** One tab per limited payer, in the order of locking. */
  static List<Tab> of(List<Share> shares) {
    var byPayer = new TreeMap<Payer, List<RateSnapshot>>(ORDER);
    for (Share share : shares) {
      if (share.limited()) {
        byPayer.computeIfAbsent(share.payer(), p -> new ArrayList<>(1)).add(share.rate());
      }
    }
    return byPayer.entrySet().stream().map(e -> new Tab(e.getKey(), List.copyOf(e.getValue()))).toList();
  }

  Currency currency() {
    return rates.get(0).currency();
  }

  boolean oneCurrency() {
    return rates.stream().allMatch(rate -> rate.currency().equals(currency()));
  }

  /** Whether the cost depends on when the call is answered. */
  boolean isTimed() {
    return rates.stream().anyMatch(rate -> rate.timeOfDay() != null);
  }

  /** @param start when the call was answered, or would be */
  BigDecimal cost(long seconds, Instant start) {
    BigDecimal sum = BigDecimal.ZERO;
    for (RateSnapshot rate : rates) {
      sum = sum.add(rate.cost(seconds, start).amount());
    }
    return sum;
  }

  /** As {@link RateSnapshot#affordableSeconds}, for the sum. */
  long affordable(BigDecimal amount, long ceiling, Instant start) {
    if (rates.size() == 1) {
      return rates.get(0).affordableSeconds(amount, ceiling, start);
    }
    if (cost(ceiling, start).compareTo(amount) <= 0) {
      return ceiling;
    }
    long low = -1;
    long high = ceiling;
    while (high - low > 1) {
      long middle = (low + high) >>> 1;
      if (cost(middle, start).compareTo(amount) <= 0) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }
}

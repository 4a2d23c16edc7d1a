package org.strowger.calls.internal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.strowger.accounts.api.Account;
import org.strowger.billing.api.Payer;
import org.strowger.billing.api.Quote;
import org.strowger.billing.api.RateSnapshot;
import org.strowger.billing.api.RatingService;
import org.strowger.billing.api.Share;
import org.strowger.calls.api.Leg;

/** Who pays for a leg, and at what rate; spec B.1. Numbers are rated as translated, before a carrier's own prefixes. */
final class Pricing {

  /** What asking for all prices came to. */
  sealed interface Result {
    record Shares(List<Share> shares) implements Result {}

    /** The caller cannot be charged: no call. */
    record CallerRefused(int status, String reason) implements Result {}

    /** This carrier's cost is not known: try the next leg. */
    record LegSkipped(String reason) implements Result {}
  }

  private Pricing() {}

  static Result of(RatingService rating, Account caller, Leg leg, String cld, Instant at, Trace trace) {
    boolean onNet = leg instanceof Leg.OnNet;
    if (!onNet && !Dialled.isPriceable(cld)) {
      return new Result.CallerRefused(484, "'" + cld + "' is no number: a number is an optional + and then digits, letters, * and #");
    }
    Payer payer = Payer.of(caller.id());
    Quote quote = rating.quote(caller.profile().plan(), onNet && leg instanceof Leg.OnNet to ? to.name() : cld, onNet, at);
    if (!(quote instanceof Quote.Priced priced)) {
      return new Result.CallerRefused(403, why(quote, cld, "plan " + caller.profile().plan()));
    }
    var shares = new ArrayList<Share>(2);
    shares.add(share(payer, priced.rate(), true, trace));
    if (leg instanceof Leg.Carrier carrier && carrier.tariff().isPresent()) {
      Quote cost = rating.quote(carrier.tariff().get(), carrier.rounding(), cld, at);
      if (!(cost instanceof Quote.Priced buying)) {
        return new Result.LegSkipped(why(cost, cld, "tariff " + carrier.tariff().get()));
      }
      shares.add(share(Payer.of(carrier.carrier()), buying.rate(), false, trace));
    }
    return new Result.Shares(List.copyOf(shares));
  }

  private static Share share(Payer payer, RateSnapshot rate, boolean limited, Trace trace) {
    trace.note("rating", "{} pays {}", payer, new Told(rate));
    return new Share(payer, rate, limited);
  }

  private static String why(Quote quote, String cld, String of) {
    if (quote instanceof Quote.Forbidden forbidden) {
      return "prefix " + forbidden.prefix() + " is forbidden in " + of;
    }
    return quote instanceof Quote.NoTariff ? of + " is not there" : "no rate for " + cld + " in " + of;
  }

  /** A rate in words, when somebody reads the trace. */
  record Told(RateSnapshot rate) {
    @Override
    public String toString() {
      if (rate.tariff() == null) {
        return "nothing: on-net is free";
      }
      return rate.price1().toPlainString() + "/" + rate.priceN().toPlainString() + " " + rate.currency() + " a minute in steps of "
          + rate.interval1() + "/" + rate.intervalN() + " s"
          + (rate.timeOfDay() == null ? "" : ", at other hours other prices")
          + (rate.connectFee().signum() == 0 ? "" : ", connection " + rate.connectFee().toPlainString())
          + (rate.freeSeconds() == 0 ? "" : ", " + rate.freeSeconds() + " s free")
          + (rate.graceSeconds() == 0 ? "" : ", grace " + rate.graceSeconds() + " s")
          + (rate.surcharge().signum() == 0 ? "" : ", surcharge " + rate.surcharge().toPlainString())
          + " (tariff " + rate.tariff() + ", prefix " + (rate.prefix().isEmpty() ? "none" : rate.prefix()) + ")";
    }
  }
}

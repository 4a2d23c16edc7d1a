package org.strowger.ledger.internal;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import org.strowger.billing.api.DurationRounding;
import org.strowger.billing.api.Payer;
import org.strowger.billing.api.RateSnapshot;
import org.strowger.billing.api.Share;
import org.strowger.billing.api.TimeOfDay;
import org.strowger.kernel.TariffId;

/**
 * The shares of a journal row as text: a line a share, fields parted by tabs. Every answered call writes them and hardly any is ever read,
 * so they are one column and not rows with a column each.
 */
final class ShareText {

  private static final int PAYER_FIELDS = 3;
  private static final int RATE_FIELDS = 15;

  private ShareText() {}

  static String print(List<Share> shares) {
    var out = new StringBuilder(100 * shares.size());
    for (Share share : shares) {
      field(out, share.payer() == null ? "" : share.payer().kind().name());
      field(out, share.payer() == null ? "" : share.payer().id());
      field(out, share.limited());
      if (share.rate() != null) {
        rate(out, share.rate());
      }
      out.append('\n');
    }
    return out.toString();
  }

  private static void rate(StringBuilder out, RateSnapshot rate) {
    field(out, rate.tariff() == null ? "" : rate.tariff().value());
    field(out, rate.prefix());
    field(out, rate.currency().getCurrencyCode());
    field(out, rate.price1().toPlainString());
    field(out, rate.priceN().toPlainString());
    field(out, rate.interval1());
    field(out, rate.intervalN());
    field(out, rate.connectFee().toPlainString());
    field(out, rate.freeSeconds());
    field(out, rate.graceSeconds());
    field(out, rate.surcharge().toPlainString());
    field(out, rate.precision());
    field(out, rate.roundUp());
    field(out, rate.rounding().name());
    field(out, rate.averageDuration());
    if (rate.timeOfDay() != null) {
      field(out, rate.timeOfDay().text());
    }
  }

  private static void field(StringBuilder out, Object value) {
    out.append(value).append('\t');
  }

  static List<Share> parse(String text) {
    var shares = new ArrayList<Share>();
    for (String line : text.split("\n")) {
      if (line.isEmpty()) {
        continue;
      }
      String[] f = line.split("\t", -1);
      Payer payer = f[0].isEmpty() ? null : new Payer(Payer.Kind.valueOf(f[0]), Integer.parseInt(f[1]));
      // The last field, too, ends with a tab.
      RateSnapshot rate = f.length > PAYER_FIELDS + 1 ? rate(f, PAYER_FIELDS) : null;
      shares.add(new Share(payer, rate, Boolean.parseBoolean(f[2])));
    }
    return shares;
  }

  private static RateSnapshot rate(String[] f, int at) {
    return new RateSnapshot(f[at].isEmpty() ? null : new TariffId(Integer.parseInt(f[at])), f[at + 1], Currency.getInstance(f[at + 2]), new BigDecimal(f[at + 3]),
        new BigDecimal(f[at + 4]), Integer.parseInt(f[at + 5]), Integer.parseInt(f[at + 6]), new BigDecimal(f[at + 7]), Integer.parseInt(f[at + 8]),
        Integer.parseInt(f[at + 9]), new BigDecimal(f[at + 10]), Integer.parseInt(f[at + 11]), Boolean.parseBoolean(f[at + 12]), DurationRounding.valueOf(f[at + 13]),
        Integer.parseInt(f[at + 14]), f.length > at + RATE_FIELDS + 1 ? TimeOfDay.parse(f[at + RATE_FIELDS]) : null);
  }
}

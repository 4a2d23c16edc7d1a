package org.strowger.billing.api;

import java.math.BigDecimal;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The prices of a rate that depend on the time of day, with all that is needed to apply them again; spec B.3.
 *
 * @param zone in which the periods are meant
 * @param periods at most one counts at a time: the first that the moment is in; in none the snapshot's own prices do
 */
public record TimeOfDay(ZoneId zone, TimeOfDayPricing pricing, List<PeriodPrice> periods) {

  public TimeOfDay {
    periods = List.copyOf(periods);
  }

  /** In one line without tabs; {@link #parse} reads it. */
  public String text() {
    return zone + "|" + pricing + "|" + periods.stream().map(p -> String.join("=", p.period(), p.price1().toPlainString(), p.priceN().toPlainString(),
        Integer.toString(p.interval1()), Integer.toString(p.intervalN()), Integer.toString(p.graceSeconds()))).collect(Collectors.joining(";"));
  }

  /** @param text of {@link #text()}, or null for null */
  public static TimeOfDay parse(String text) {
    if (text == null) {
      return null;
    }
    String[] parts = text.split("\\|", -1);
    return new TimeOfDay(ZoneId.of(parts[0]), TimeOfDayPricing.valueOf(parts[1]), Arrays.stream(parts[2].split(";")).map(TimeOfDay::price).toList());
  }

  private static PeriodPrice price(String text) {
    String[] p = text.split("=", -1);
    return new PeriodPrice(p[0], new BigDecimal(p[1]), new BigDecimal(p[2]), Integer.parseInt(p[3]), Integer.parseInt(p[4]), Integer.parseInt(p[5]));
  }
}

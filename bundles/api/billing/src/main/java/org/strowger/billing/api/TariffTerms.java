package org.strowger.billing.api;

import java.math.BigDecimal;
import java.time.ZoneId;
import java.util.Currency;
import org.strowger.kernel.data.Setting;

/** What an administrator sets on a tariff; spec B.2. */
public record TariffTerms(
    @Setting(help = "Unique among the customer's tariffs.", min = 1, max = 64, searchable = true) String name,
    @Setting(help = "ISO 4217. Cannot be changed once the tariff exists.") Currency currency,
    @Setting(help = "Charged once for a connected call.", initial = "0", min = 0, max = Rate.MOST) BigDecimal connectFee,
    @Setting(help = "Granted after the first interval.", initial = "0", min = 0, max = 86400) int freeSeconds,
    @Setting(help = "A fraction: 0.1 adds 10 %, to the connect fee too.", initial = "0", min = 0, max = 1000) BigDecimal postCallSurcharge,
    @Setting(help = "Calls shorter than this cost nothing, where the rate says so. Seconds.", initial = "0", min = 0, max = 86400) int gracePeriod,
    @Setting(help = "Round costs up; else half up.", initial = "false") boolean costRoundUp,
    @Setting(help = "Decimals of a cost.", initial = "20", min = 0, max = 20) int decimalPrecision,
    @Setting(help = "Expected duration of a call, seconds.", initial = "200", min = 5, max = 86400) int averageDuration,
    @Setting(help = "On-net calls without a rate: free, or refused.", initial = "FREE") OnNetPolicy onNet,
    @Setting(help = "In which the periods of rates are meant.", initial = "UTC") ZoneId timeZone,
    @Setting(help = "Which moment decides the price where rates have periods: each billing increment's own beginning, or the call's.", initial = "AT_INCREMENT_START") TimeOfDayPricing timeOfDay) {

  /** A tariff whose periods, if there are any, are UTC and priced increment by increment. */
  public TariffTerms(String name, Currency currency, BigDecimal connectFee, int freeSeconds, BigDecimal postCallSurcharge, int gracePeriod, boolean costRoundUp,
      int decimalPrecision, int averageDuration, OnNetPolicy onNet) {
    this(name, currency, connectFee, freeSeconds, postCallSurcharge, gracePeriod, costRoundUp, decimalPrecision, averageDuration, onNet, ZoneId.of("UTC"),
        TimeOfDayPricing.AT_INCREMENT_START);
  }
}

package org.strowger.billing.api;

import java.math.BigDecimal;
import org.strowger.kernel.data.Setting;

/**
 * What an increment costs that starts in a period; otherwise as in {@link RateSnapshot}.
 *
 * @param period days and hours, as {@link Rate#period()}
 */
public record PeriodPrice(
    @Setting(help = "Days and hours in the tariff's time zone.") String period,
    BigDecimal price1,
    BigDecimal priceN,
    int interval1,
    int intervalN,
    int graceSeconds) {}

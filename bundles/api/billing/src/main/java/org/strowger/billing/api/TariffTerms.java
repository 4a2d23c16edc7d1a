package org.strowger.billing.api;

import java.math.BigDecimal;
import java.util.Currency;
import org.strowger.kernel.data.Setting;

/** What an administrator sets on a tariff; spec B.2. */
public record TariffTerms(
    @Setting(help = "Unique among the customer's tariffs.", min = 1, max = 64, searchable = true) String name,
    @Setting(help = "ISO 4217. Cannot be changed once the tariff exists.") Currency currency,
    @Setting(help = "Charged once for a connected call.", initial = "0", min = 0) BigDecimal connectFee,
    @Setting(help = "Granted after the first interval.", initial = "0", min = 0, max = 86400) int freeSeconds,
    @Setting(help = "A fraction: 0.1 adds 10 %, to the connect fee too.", initial = "0", min = 0) BigDecimal postCallSurcharge,
    @Setting(help = "Calls shorter than this cost nothing, where the rate says so. Seconds.", initial = "0", min = 0, max = 86400) int gracePeriod,
    @Setting(help = "Round costs up; else half up.", initial = "false") boolean costRoundUp,
    @Setting(help = "Decimals of a cost.", initial = "20", min = 0, max = 20) int decimalPrecision,
    @Setting(help = "Expected duration of a call, seconds.", initial = "200", min = 5, max = 86400) int averageDuration,
    @Setting(help = "On-net calls without a rate: free, or refused.", initial = "FREE") OnNetPolicy onNet) {}

package org.strowger.billing.api;

import org.strowger.kernel.TariffId;
import org.strowger.kernel.data.Setting;

/** What an administrator sets on a service plan; spec B.4. */
public record PlanTerms(
    @Setting(help = "Unique among the customer's plans.", min = 1, max = 64, searchable = true) String name,
    @Setting(help = "Prices of the calls. Cannot be changed once an account has the plan.") TariffId tariff,
    @Setting(help = "From measured to billed seconds.", initial = "ROUND") DurationRounding rounding) {}

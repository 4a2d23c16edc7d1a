package org.strowger.billing.api;

import org.strowger.kernel.CustomerId;
import org.strowger.kernel.TariffId;

/** A tariff without its rates. */
public record Tariff(TariffId id, CustomerId customer, TariffTerms terms, int version) {}

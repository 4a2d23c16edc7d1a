package org.strowger.billing.api;

import java.util.Currency;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.PlanId;

/** A service plan. @param currency of its tariff */
public record Plan(PlanId id, CustomerId customer, PlanTerms terms, Currency currency, int version) {}

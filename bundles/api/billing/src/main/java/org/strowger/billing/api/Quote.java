package org.strowger.billing.api;

/** What a call would cost a payer. */
public sealed interface Quote {

  /** This. */
  record Priced(RateSnapshot rate) implements Quote {}

  /** No rate matches: somebody would not pay, so no call (spec B.1). */
  record NoRate() implements Quote {}

  /** The longest active prefix is forbidden. */
  record Forbidden(String prefix) implements Quote {}

  /** The tariff or plan is not there. */
  record NoTariff() implements Quote {}
}

package org.strowger.billing.api;

/** Which moment decides the price of a billing increment, where a tariff's rates have periods; spec B.3. */
public enum TimeOfDayPricing {
  /** Its own beginning: a call that goes on into the next period pays that period's price from its next increment on. */
  AT_INCREMENT_START,
  /** The beginning of the call, for all of it. */
  AT_CALL_START
}

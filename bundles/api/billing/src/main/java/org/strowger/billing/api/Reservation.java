package org.strowger.billing.api;

import java.time.Duration;

/** What became of asking for talking time. */
public sealed interface Reservation {

  /**
   * Every payer's money is held for this long, counted from the answer.
   *
   * @param total talking time granted so far
   * @param last whether there is no more to get: the call must be cut at {@code total}
   */
  record Granted(Duration total, boolean last) implements Reservation {}

  /** Nothing (more) is held. {@code why} is for the CDR and the trace: "account:12 has 0.40 USD available, 0.60 USD needed for the first 10 s". */
  record Refused(Payer payer, String why) implements Reservation {}
}

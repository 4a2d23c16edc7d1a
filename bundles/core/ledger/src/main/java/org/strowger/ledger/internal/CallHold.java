package org.strowger.ledger.internal;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.strowger.billing.api.Share;
import org.strowger.kernel.CallId;

/** What one call holds. Guarded by its own monitor, which is taken before any purse's lock. */
final class CallHold {

  /** Spec B.6. */
  static final long FIRST_SLICE = 10;

  /** Nobody talks longer; a free call is granted this at once. */
  static final long CEILING = 7 * 24 * 3600L;

  final CallId call;
  List<Share> shares = List.of();
  List<Tab> tabs = List.of();
  /** What each tab holds, in their order. */
  List<BigDecimal> amounts = List.of();
  long granted;
  /** Seconds that the next extension asks for. */
  long nextSlice = 2 * FIRST_SLICE;
  /** What the prices of the hour count from: when the call asked for money, once it is answered that moment. */
  Instant start;
  /** Null until the call is answered. */
  Instant connectTime;
  /** Talking time that the database knows of. */
  long durable;
  /** Talking time that the local journal knows of. */
  long noted;
  /** Its end is being written: its journal row must not come after that. */
  boolean ending;
  /** Its money is free again and it is no longer listed. */
  boolean gone;

  CallHold(CallId call) {
    this.call = call;
  }

  boolean answered() {
    return connectTime != null;
  }

  /** Average call duration of the first limited payer's tariff; 0 if there is none. */
  int acd() {
    return tabs.isEmpty() ? 0 : shares.stream().filter(Share::limited).findFirst().orElseThrow().rate().averageDuration();
  }
}

package org.strowger.ledger.internal;

import java.math.BigDecimal;
import java.time.Duration;
import org.strowger.kernel.Time;

/** Whether the database is away, and what may be done then. Threads: any. */
final class Outage {

  /** What becomes of a call that is new while the database is away. */
  enum NewCalls { REFUSE, ALLOW }

  private static final Duration SILENCE = Duration.ofSeconds(3);
  private static final Duration DOUBT = Duration.ofMillis(500);

  private final Time time;
  private final NewCalls newCalls;
  private final BigDecimal ceiling;
  /** Ticks of the first question since the last answer; null while none is open. */
  private volatile Long unanswered;
  private volatile long number;

  /** @param ceiling of what a payer's calls may hold more than at the beginning of the outage, in its currency */
  Outage(Time time, NewCalls newCalls, BigDecimal ceiling) {
    this.time = time;
    this.newCalls = newCalls;
    this.ceiling = ceiling;
  }

  /** The database is asked for a sign of life. One thread asks. */
  void asked() {
    if (unanswered == null) {
      unanswered = time.ticks();
    }
  }

  /** It gave one. */
  void answered() {
    if (isOn()) {
      number++;
    }
    unanswered = null;
  }

  /** It has not answered for 3 s. */
  boolean isOn() {
    return isUnansweredFor(SILENCE);
  }

  /** It has not answered for half a second: what it is told may be lost. */
  boolean isSilent() {
    return isUnansweredFor(DOUBT);
  }

  private boolean isUnansweredFor(Duration most) {
    Long since = unanswered;
    return since != null && time.since(since).compareTo(most) > 0;
  }

  boolean refusesNewCalls() {
    return newCalls == NewCalls.REFUSE && isOn();
  }

  /** Whether what a new call is promised may stand on the local disk alone. */
  boolean allowsNewCalls() {
    return newCalls == NewCalls.ALLOW;
  }

  /** Another one for each outage. */
  long number() {
    return number;
  }

  BigDecimal ceiling() {
    return ceiling;
  }
}

package org.strowger.calls.internal;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.strowger.kernel.Time;
import org.strowger.kernel.TimeOrderedIds;
import org.strowger.sip.api.SipDigest;
import org.strowger.sip.api.SipStack;

/**
 * What every call needs of the switch.
 *
 * @param workers run mailboxes
 * @param lookups run questions for accounts, which may wait for the disk; refuse what is too much
 * @param tuned may change with calls up
 */
record Exchange(
    SipStack stack,
    SipDigest digest,
    Services services,
    Chain chain,
    Limits limits,
    Time time,
    TimeOrderedIds ids,
    Scheduler scheduler,
    Crew workers,
    Executor lookups,
    CallTable table,
    Traces traces,
    Counts counts,
    AtomicReference<Settings> tuned) {

  Settings settings() {
    return tuned.get();
  }

  /**
   * What an operator may turn.
   *
   * @param mostCalls being set up, up, or waiting to be settled
   * @param sessionExpires seconds, RFC 4028
   * @param minSessionExpires seconds, RFC 4028
   */
  record Settings(int mostCalls, int sessionExpires, int minSessionExpires) {}
}

package org.strowger.calls.internal;

import java.time.Duration;
import java.time.Instant;
import org.strowger.billing.api.CallEnd.ReleaseSource;
import org.strowger.billing.api.Reservation;
import org.strowger.billing.api.Reservation.Granted;
import org.strowger.kernel.Unavailable;
import org.strowger.sip.api.SipAnswer;
import org.strowger.sip.api.SipBody;
import org.strowger.sip.api.SipHeaders;
import org.strowger.sip.api.SipRequest;

/** Both sides talk, for as long as it is paid for. */
final class Connected extends State {

  /** Spec B.6: more money is asked for so long before what is held runs out. */
  private static final Duration AHEAD = Duration.ofSeconds(5);
  /** Should the switch crash, the trace of a call that was up for so long says how it came about. Most calls end before, and are written once. */
  private static final Duration WORTH_KEEPING = Duration.ofSeconds(5);
  private static final Duration AGAIN = Duration.ofSeconds(1);
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private final Instant connectTime;
  private final long answered;
  private final Refreshing refreshing;
  private final Granted first;
  private Duration granted;
  private Scheduler.Alarm cut;

  Connected(Call call, Granted first, Instant connectTime, long answered) {
    super(call);
    this.connectTime = connectTime;
    this.answered = answered;
    this.first = first;
    this.granted = first.total();
    this.refreshing = new Refreshing(call, this);
  }

  @Override
  String name() {
    return "connected";
  }

  @Override
  void enter() {
    paidFor(first);
    refreshing.start();
    after(WORTH_KEEPING, () -> exchange.traces().keep(call.id, call.trace));
  }

  /** When the call is cut if nothing changes: at the end of the money, or at the longest a policy allows. */
  private Duration end() {
    Duration most = call.draft.maxDuration;
    return most != null && most.compareTo(granted) < 0 ? most : granted;
  }

  private void paidFor(Granted slice) {
    granted = slice.total();
    call.granted = granted;
    if (cut != null) {
      drop(cut);
    }
    Duration end = end();
    cut = after(end.minus(talked()), this::cut);
    if (!slice.last() && end.equals(granted)) {
      after(granted.minus(AHEAD).minus(talked()), this::extend);
    }
  }

  private void extend() {
    await(() -> exchange.services().ledger.orThrow().extend(call.id), LIMIT, this::extended, this::notExtended);
  }

  private void extended(Reservation answer) {
    if (answer instanceof Granted more) {
      call.trace.note("ledger", "{} s are paid for{}", more.total().toSeconds(), more.last() ? ", no more can be" : "");
      if (!more.last() && more.total().compareTo(granted) <= 0) {
        after(AGAIN, this::extend);
      } else {
        paidFor(more);
      }
    } else {
      call.trace.note("ledger", "no more is held: {}", ((Reservation.Refused) answer).why());
    }
  }

  /** The ledger is away: the call goes on inside the slice it holds. */
  private void notExtended(Throwable failure) {
    if (!(failure instanceof Unavailable)) {
      Complaints.warn("The ledger failed to extend a call", failure);
    }
    after(AGAIN, this::extend);
  }

  private void cut() {
    Duration end = end();
    exchange.counts().cut.increment();
    String why = end.equals(granted) ? "granted time over" : "maximum duration over";
    call.hangUp(null, connectTime, end, why, ReleaseSource.SWITCH, SipHeaders.NONE);
  }

  private Duration talked() {
    return exchange.time().since(answered);
  }

  /** @param until in ticks. However late the event is worked off, nobody pays for the wait, nor for more than was granted. */
  private Duration duration(long until) {
    Duration talked = Duration.ofNanos(Math.max(0, until - answered));
    Duration end = end();
    return talked.compareTo(end) > 0 ? end : talked;
  }

  @Override
  void request(Party from, SipRequest request) {
    if (request.method().equals("BYE") && from != call.caller && from != call.callee) {
      // An early dialog that was over anyway.
      exchange.stack().respond(request.transaction(), SipAnswer.of(200));
    } else if (request.method().equals("BYE")) {
      try {
        // First: once the 200 is out no sign of life of the ledger may pass this end.
        call.hangUp(from, connectTime, duration(request.receivedTicks()), from + " hung up", from.source, Passing.reason(request.headers()));
      } finally {
        exchange.stack().respond(request.transaction(), SipAnswer.of(200));
      }
    } else {
      call.passage.connected(from, request);
    }
  }

  @Override
  void acknowledged(Party from, SipBody body) {
    call.passage.acknowledged(from, body);
  }

  @Override
  void unacknowledged(Party from) {
    end(from + " never acknowledged the answer");
  }

  @Override
  void gone(Party party, String why) {
    end(party + " " + why);
  }

  @Override
  void disconnect(String why) {
    end(why);
  }

  void end(String why) {
    call.hangUp(null, connectTime, duration(exchange.time().ticks()), why, ReleaseSource.SWITCH, SipHeaders.NONE);
  }
}

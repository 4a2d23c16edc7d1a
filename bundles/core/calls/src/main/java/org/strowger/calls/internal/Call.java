package org.strowger.calls.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.MDC;
import org.strowger.accounts.api.Account;
import org.strowger.billing.api.CallEnd;
import org.strowger.billing.api.CallEnd.ReleaseSource;
import org.strowger.billing.api.CallFacts;
import org.strowger.billing.api.Share;
import org.strowger.calls.api.ActiveCall;
import org.strowger.calls.api.Leg;
import org.strowger.kernel.CallId;
import org.strowger.sip.api.DialogId;
import org.strowger.sip.api.SipAnswer;
import org.strowger.sip.api.SipBody;
import org.strowger.sip.api.SipHeaders;
import org.strowger.sip.api.SipRequest;
import org.strowger.sip.api.SipResponse;

/** A call from INVITE to settlement: its two sides, what was decided, and the state it is in. Belongs to its mailbox. */
final class Call {

  final CallId id;
  final Exchange exchange;
  final SipRequest invite;
  final Draft draft;
  final Trace trace;
  final Instant setupTime;
  /** The two that talk. Before the answer: the caller's first dialog, and nobody. */
  Party caller = new Party(ReleaseSource.CALLER);
  Party callee = new Party(ReleaseSource.CALLEE);
  final Forks forks = new Forks(this, caller);
  final Passage passage = new Passage(this);

  private final Mailbox mailbox;
  /** Its id as the log has it. */
  private String word;
  private final long startTicks;
  private final Set<DialogId> dialogs = ConcurrentHashMap.newKeySet(2);
  private volatile State state;
  /** The leg that is, or was last, tried; null before the first. */
  private volatile LegDraft leg;
  /** The leg whose INVITE was sent last; null before the first. */
  private volatile LegDraft called;
  private volatile Duration ringing;
  /** Who would have paid, as long as nothing is held in their names. */
  List<Share> unreserved = List.of();
  /** The last question for money. The ledger may still be at it when the call is over; it must not hold what nobody settles. */
  CompletionStage<?> reserving = CompletableFuture.completedFuture(null);
  /** Talking time that is paid for. */
  volatile Duration granted;
  volatile long answeredTicks;

  Call(Exchange exchange, SipRequest invite) {
    this.exchange = exchange;
    this.invite = invite;
    this.id = exchange.ids().nextCall();
    this.setupTime = exchange.time().now();
    this.startTicks = exchange.time().ticks();
    this.trace = new Trace(id, setupTime, startTicks, exchange.time());
    this.draft = new Draft(id, setupTime, invite.flow(), invite.from(), invite.headers(), Dialled.shown(invite.from().uri().user()),
        Dialled.shown(invite.uri().user()), false);
    this.mailbox = new Mailbox(exchange.workers(), this::broken, this::named);
    this.state = new Authenticating(this);
  }

  void start() {
    caller.heard(invite.headers());
    tell(() -> state.enter());
  }

  void tell(Runnable event) {
    mailbox.put(event);
  }

  /** An event that is brief and asks no policy, whatever the state: on this thread if nothing else of this call is at work. */
  void hurry(Runnable event) {
    mailbox.hurry(event);
  }

  /** This worker is stuck in an event of this call: {@code then} comes first on another one. */
  void lost(Thread stuck, Runnable then) {
    mailbox.lose(then);
    exchange.workers().lose(stuck);
  }

  /** @return false if the peers of this call send too fast */
  boolean offer(Runnable event) {
    return mailbox.offer(event);
  }

  /**
   * A peer answered. Of provisionals it may send as many as it likes: those that are too many are dropped; a final answer is always taken. A refusal
   * is for RECOVER policies, and so for a worker.
   */
  void answered(SipResponse response, Runnable event) {
    if (response.isProvisional()) {
      mailbox.offerHurry(event);
    } else if (response.isSuccess()) {
      mailbox.hurry(event);
    } else {
      tell(event);
    }
  }

  State state() {
    return state;
  }

  void become(State next) {
    state.leave();
    state = next;
    next.enter();
  }

  /** A request in one of its dialogs, not ACK or CANCEL. */
  void request(DialogId dialog, SipRequest request) {
    Party from = forks.end(dialog);
    if (from == null) {
      exchange.stack().respond(request.transaction(), SipAnswer.of(481));
    } else {
      state.request(from, request);
    }
  }

  /** A 2xx of ours to an INVITE in this dialog was acknowledged. */
  void acknowledged(DialogId dialog, SipBody body) {
    Party from = forks.end(dialog);
    if (from != null) {
      state.acknowledged(from, body);
    }
  }

  /** A 2xx of ours to an INVITE in this dialog was never acknowledged. */
  void unacknowledged(DialogId dialog) {
    Party from = forks.end(dialog);
    if (from != null) {
      state.unacknowledged(from);
    }
  }

  /** From now on requests in this dialog come to this call. Threads: any. */
  void know(DialogId dialog) {
    if (dialogs.add(dialog)) {
      exchange.table().add(dialog, this);
    }
  }

  void forget(DialogId dialog) {
    if (dialogs.remove(dialog)) {
      exchange.table().remove(dialog);
    }
  }

  /** A leg's turn. What the one before it held is free again. */
  void take(LegDraft next) {
    releaseLeg();
    leg = next;
  }

  LegDraft leg() {
    return leg;
  }

  /** The INVITEs of the leg whose turn it is are about to be sent. */
  void calls(LegDraft now) {
    called = now;
  }

  void releaseLeg() {
    if (leg != null) {
      leg.slots.forEach(exchange.limits()::release);
      leg.slots.clear();
    }
  }

  void releaseAll() {
    releaseLeg();
    draft.slots.forEach(exchange.limits()::release);
    draft.slots.clear();
  }

  /** Notes the first sign of ringing. */
  void rings() {
    if (ringing == null) {
      ringing = exchange.time().since(startTicks);
    }
  }

  /** What is left of so long from its beginning, zero if it is past. */
  Duration left(Duration whole) {
    Duration left = whole.minus(exchange.time().since(startTicks));
    return left.isNegative() ? Duration.ZERO : left;
  }

  void answer(SipAnswer answer) {
    answer(caller, answer);
  }

  /** @param in the end of the caller's that is to hear it */
  void answer(Party in, SipAnswer answer) {
    if (answer.status() >= 200) {
      exchange.table().remove(invite.transaction());
    }
    if (in.dialog == null) {
      exchange.stack().respond(invite.transaction(), answer);
    } else {
      exchange.stack().respond(invite.transaction(), in.dialog, answer);
    }
  }

  void refuse(int status, String reason, ReleaseSource source) {
    refuse(status, reason, source, SipHeaders.NONE);
  }

  /** Ends a call that was not answered. */
  void refuse(int status, String reason, ReleaseSource source, SipHeaders headers) {
    answer(refusal(status, reason, source, headers));
    passage.close();
    become(new Settling(this, unanswered(status, reason, source)));
  }

  /** The same, but the caller is told when the ledger has it for certain. @param first is told then, too, before the caller */
  void refuseWhenSettled(int status, String reason, ReleaseSource source, Runnable first) {
    SipAnswer answer = refusal(status, reason, source, SipHeaders.NONE);
    passage.close();
    become(new Settling(this, unanswered(status, reason, source), () -> {
      first.run();
      answer(answer);
    }));
  }

  private SipAnswer refusal(int status, String reason, ReleaseSource source, SipHeaders headers) {
    trace.note("sip", "caller gets {}: {}", Phrases.of(status), reason);
    exchange.counts().refused(status);
    // What the switch lacks it may have soon; what a callee says of itself is passed on as it is.
    boolean again = status == 503 && source == ReleaseSource.SWITCH && headers.first("Retry-After").isEmpty();
    return SipAnswer.of(status).with(again ? headers.with("Retry-After", "5") : headers);
  }

  private CallEnd unanswered(int status, String reason, ReleaseSource source) {
    return new CallEnd(null, exchange.time().now(), Duration.ZERO, status, reason, source, ringing);
  }

  /** Ends a call that was answered. @param gone has hung up itself; null if both sides have to be told */
  void hangUp(Party gone, Instant connectTime, Duration duration, String reason, ReleaseSource source, SipHeaders headers) {
    trace.note("call", "ends after {}: {}", duration, reason);
    passage.close();
    for (Party party : new Party[] {caller, callee}) {
      if (party != gone && party.dialog != null) {
        exchange.stack().send(party.dialog, "BYE", party.shown(headers), SipBody.NONE, Quiet.CLIENT);
      }
    }
    become(new Settling(this, new CallEnd(connectTime, exchange.time().now(), duration, 0, reason, source, ringing)));
  }

  /** Leaves the tables. Nothing of the call is left but its trace, if {@code kept}. */
  void vanish() {
    state.leave();
    releaseAll();
    exchange.table().remove(invite.transaction());
    dialogs.forEach(exchange.table()::remove);
    dialogs.clear();
    exchange.table().remove(this);
  }

  CallFacts facts() {
    Optional<Account> account = draft.caller;
    LegDraft chosen = leg;
    // A carrier that was passed over has not been called; an account may have nowhere to be called at.
    LegDraft tried = chosen != null && chosen.leg instanceof Leg.OnNet ? chosen : called;
    return new CallFacts(id, shortened(invite.callId(), 512), account.map(Account::customer).orElse(null), account.map(Account::id).orElse(null),
        tried != null && tried.leg instanceof Leg.OnNet to ? to.account() : null,
        tried != null && tried.leg instanceof Leg.Carrier by ? by.carrier() : null,
        draft.cliIn, draft.cldIn, draft.cli, draft.cld, setupTime, invite.flow().remote().host(),
        header("User-Agent", 128), "sip/" + invite.flow().transport().name().toLowerCase(Locale.ROOT), header("P-Asserted-Identity", 256),
        header("Remote-Party-ID", 256));
  }

  private String header(String name, int most) {
    return invite.headers().first(name).map(text -> shortened(text, most)).orElse(null);
  }

  private static String shortened(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most);
  }

  /** As doors show it. Threads: any. */
  ActiveCall view() {
    State now = state;
    CallFacts facts = facts();
    Duration since = now instanceof Connected ? exchange.time().since(answeredTicks) : null;
    return new ActiveCall(id, now.name(), draft.cli, draft.cld, facts.caller(), facts.callee(), facts.carrier(), setupTime, since, granted);
  }

  private void named() {
    if (word == null) {
      word = id.toString();
    }
    MDC.put(Mailbox.CALL, word);
    draft.caller.ifPresent(account -> MDC.put(Mailbox.ACCOUNT, account.id().toString()));
  }

  /** Something in here threw: the call ends as well as it can. */
  private void broken(Throwable cause) {
    Complaints.warn("A call broke while it was " + state.name(), cause);
    trace.note("call", "broke while it was {}: {}", state.name(), cause);
    State at = state;
    try {
      at.disconnect("internal error");
    } catch (RuntimeException | Error e) {
      Complaints.warn("A call could not be ended in order", e);
    }
    if (state == at && !(at instanceof Settling) && !(at instanceof Over)) {
      become(new Settling(this, unanswered(500, "internal error", ReleaseSource.SWITCH)));
    }
  }
}

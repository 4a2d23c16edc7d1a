package org.strowger.phone;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;

/** A call that came to this phone. */
public final class IncomingCall extends Call {

  private static final int RSEQ_BOUND = 1_000_000;

  private final ServerTransaction transaction;
  private final SipMessage invite;
  private final String localTag = Agent.token();
  private SipMessage cancel;
  private long rseq;
  private Resender reliable;
  private boolean pracked;
  private boolean described;
  private boolean silent;

  IncomingCall(Agent agent, ServerTransaction transaction) {
    this(agent, transaction, true);
  }

  private IncomingCall(Agent agent, ServerTransaction transaction, boolean first) {
    super(agent, transaction.request().callId());
    this.transaction = transaction;
    this.invite = transaction.request();
    this.dialog = Dialog.callee(invite, localTag);
    agent.enter(this, localTag);
    if (first) {
      transaction.call(this);
    }
    takeSdp(dialog, invite);
  }

  /** The INVITE. */
  public SipMessage invite() {
    return invite;
  }

  /** Where the INVITE came from. */
  public InetSocketAddress source() {
    return transaction.source();
  }

  /** The called number: the user of the Request-URI. */
  public String cld() {
    try {
      return SipUri.parse(invite.uri()).user();
    } catch (SipSyntaxException e) {
      return "";
    }
  }

  /** The calling number: the user of From. */
  public String cli() {
    return invite.from().user();
  }

  /** The first value of a header of the INVITE. */
  public Optional<String> header(String name) {
    return invite.header(name);
  }

  /** Plays a behaviour. */
  void play(Behaviour behaviour) {
    if (behaviour.silent()) {
      silent = true;
      return;
    }
    transaction.respond(transaction.reply(100, "Trying", ""));
    if (behaviour.ringAfter() != null) {
      soon(behaviour.ringAfter(), () -> ring(behaviour.ringStatus(), behaviour.earlyMedia(), behaviour.reliable()));
    }
    if (behaviour.finalAfter() != null) {
      soon(behaviour.finalAfter(), () -> finish(behaviour));
    }
  }

  private void soon(Duration delay, Runnable work) {
    if (delay.isZero()) {
      work.run();
    } else {
      agent.after(delay, work);
    }
  }

  private void finish(Behaviour behaviour) {
    String phrase = behaviour.reason() == null ? Reasons.of(behaviour.status()) : behaviour.reason();
    if (open() && behaviour.status() / 100 != 2) {
      refuse(behaviour.status(), phrase, behaviour.headers());
    } else if (open()) {
      answer(null, behaviour.headers());
      if (behaviour.hangupAfter() != null) {
        agent.after(behaviour.hangupAfter(), this::bye);
      }
    }
  }

  private boolean open() {
    return state == State.CALLING || state == State.RINGING;
  }

  /** 180. */
  public void ring() {
    ring(180, false, false);
  }

  /** A provisional above 100. */
  public void ring(int status, boolean withSdp, boolean reliably) {
    agent.run(() -> {
      if (!open()) {
        return;
      }
      state = State.RINGING;
      SipMessage response = transaction.reply(status, Reasons.of(status), localTag).with("Contact", contact()).with("Allow", ALLOW);
      if (withSdp) {
        response = response.withSdp(description());
      }
      boolean can = invite.lists("Supported", "100rel") || invite.lists("Require", "100rel");
      if (reliably && can) {
        rseq = rseq == 0 ? 1 + ThreadLocalRandom.current().nextInt(RSEQ_BOUND) : rseq + 1;
        pracked = false;
        SipMessage sent = response.with("Require", "100rel").with("RSeq", Long.toString(rseq));
        transaction.respond(sent);
        reliable = new Resender(agent, null, agent.settings().timeout(), agent.settings().retransmit(), () -> transaction.sendAgain(sent),
            () -> agent.violation("a reliable provisional gets its PRACK (RFC 3262 3)", "none for RSeq " + rseq, sent));
      } else {
        transaction.respond(response);
      }
    });
  }

  private String description() {
    described = true;
    return invite.hasSdp() ? answerTo(invite.bodyText()) : nextSdp(Sdp.Flow.SENDRECV);
  }

  @Override
  void pracked(ServerTransaction prack, SipMessage request) {
    String expected = rseq + " " + invite.cseq();
    if (reliable == null || !request.header("RAck").orElse("").equals(expected)) {
      super.pracked(prack, request);
      return;
    }
    reliable.stop();
    pracked = true;
    takeSdp(dialog, request);
    prack.respond(prack.reply(200, "OK", ""));
  }

  /**
   * Another branch of the same INVITE, as if a proxy had forked it: its own To tag and dialog, so that it may ring and answer too. A
   * CANCEL goes to the first branch only; failures are for the first branch only.
   */
  public IncomingCall fork() {
    return agent.locked(() -> new IncomingCall(agent, transaction, false));
  }

  /** True when the last reliable provisional was acknowledged. */
  public boolean pracked() {
    return agent.locked(() -> pracked);
  }

  /** 200 with a description that answers the offer, or offers when there was none. */
  public void answer() {
    agent.run(() -> answer(null, List.of()));
  }

  /** 200 with this description. */
  public void answer(String sdp) {
    agent.run(() -> answer(sdp, List.of()));
  }

  /** 200 with a last change by the test; what it says of the session timer then holds for this phone too. */
  public void answerEdited(UnaryOperator<SipMessage> edit) {
    agent.run(() -> answer(null, List.of(), edit));
  }

  private void answer(String sdp, List<SipMessage.Header> headers) {
    answer(sdp, headers, UnaryOperator.identity());
  }

  private void answer(String sdp, List<SipMessage.Header> headers, UnaryOperator<SipMessage> edit) {
    if (!open()) {
      throw new IllegalStateException("cannot be answered any more: " + state);
    }
    stopReliable();
    SipMessage ok = transaction.reply(200, "OK", localTag).with("Contact", contact()).with("Allow", ALLOW)
        .with("Supported", "timer, 100rel");
    ok = SessionTimer.accept(invite, ok);
    for (SipMessage.Header header : headers) {
      ok = ok.with(header.name(), header.value());
    }
    ok = edit.apply(ok);
    timer = SessionTimer.after(this, timer, ok, false);
    boolean settled = described && pracked;
    if (sdp != null) {
      ok = ok.withSdp(sdp);
    } else if (!settled) {
      ok = ok.withSdp(lastDescription());
    }
    answeredNow();
    accept(transaction, ok, !invite.hasSdp() && !settled);
  }

  private String lastDescription() {
    return invite.hasSdp() ? answerTo(invite.bodyText()) : nextSdp(Sdp.Flow.SENDRECV);
  }

  private void stopReliable() {
    if (reliable != null) {
      reliable.stop();
    }
  }

  /** A failure with the usual phrase. */
  public void reject(int status) {
    reject(status, Reasons.of(status));
  }

  /** A failure with this phrase. */
  public void reject(int status, String reason) {
    agent.run(() -> refuse(status, reason, List.of()));
  }

  private void refuse(int status, String reason, List<SipMessage.Header> headers) {
    if (!open()) {
      throw new IllegalStateException("cannot be refused any more: " + state);
    }
    stopReliable();
    SipMessage response = transaction.reply(status, reason, localTag);
    for (SipMessage.Header header : headers) {
      response = response.with(header.name(), header.value());
    }
    transaction.respond(response);
    ended(State.FAILED, false, response);
  }

  void cancelled(ServerTransaction with) {
    if (silent) {
      return;
    }
    with.respond(with.reply(200, "OK", localTag));
    if (open()) {
      cancel = with.request();
      stopReliable();
      transaction.respond(transaction.reply(487, Reasons.of(487), localTag));
      ended(State.FAILED, true, cancel);
    }
  }

  @Override
  public void hangup() {
    agent.run(() -> {
      if (open()) {
        refuse(603, Reasons.of(603), List.of());
      } else {
        bye();
      }
    });
  }

  @Override
  void gone() {
    agent.leave(this, localTag);
  }

  /** Waits for the ACK of the 200, or of the failure. */
  public void awaitAck(Duration limit) {
    agent.await("the ACK in " + callId, limit, () -> acknowledged() || transaction.acknowledged() ? true : null);
  }

  /** Waits for a CANCEL that ended the call. */
  public SipMessage awaitCancelled(Duration limit) {
    return agent.await("CANCEL in " + callId, limit, () -> cancel);
  }
}

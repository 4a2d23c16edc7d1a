package org.strowger.calls.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.strowger.calls.internal.Reliables.Origin;
import org.strowger.sip.api.DialogId;
import org.strowger.sip.api.SipAnswer;
import org.strowger.sip.api.SipBody;
import org.strowger.sip.api.SipClient;
import org.strowger.sip.api.SipHeaders;
import org.strowger.sip.api.SipRequest;
import org.strowger.sip.api.SipResponse;
import org.strowger.sip.api.TransactionId;

/**
 * Requests within the dialogs of a call (but BYE): what is carried from one side to the other, and what is
 * answered here. Belongs to the call's key.
 */
final class Passage {

  private static final int MOST_UNDER_WAY = 16;

  private final Call call;
  private final List<Carried> underWay = new ArrayList<>(2);
  /** ACKs that wait for that of the other side, by the side that owes: its SDP goes along. */
  private final Map<Party, Owed> owed = new HashMap<>(4);
  /** Sides that have a re-INVITE of our own: glare with theirs (RFC 3261 14.2), and no second one of ours (14.1). */
  private final Set<Party> refreshing = new HashSet<>(4);

  private record Owed(DialogId dialog, Party to, long cseq) {}

  Passage(Call call) {
    this.call = call;
  }

  /** A request before the call is answered. */
  void early(Party from, SipRequest request) {
    call.forks.pairIfOne(from);
    if (request.method().equals("INVITE")) {
      answer(request, SipAnswer.of(491));
    } else {
      connected(from, request);
    }
  }

  void connected(Party from, SipRequest request) {
    if (from.isLeft()) {
      answer(request, tooLate(from, request));
      return;
    }
    Party to = from.other;
    from.heard(request.headers());
    switch (request.method()) {
      case "INVITE" -> offer(from, to, request);
      case "UPDATE" -> {
        if (isTooShort(request)) {
          answerTooShort(request);
        } else if (request.body().isEmpty()) {
          answer(request, refreshed(from, request, SipAnswer.of(200)));
        } else {
          offer(from, to, request);
        }
      }
      case "PRACK" -> prack(from, request);
      case "INFO" -> info(from, to, request);
      case "OPTIONS" -> answer(request, SipAnswer.of(200).with(SipHeaders.of("Allow", Passing.ALLOW).with("Accept", "application/sdp").with("Supported", "timer, 100rel")));
      case "NOTIFY" -> answer(request, SipAnswer.of(481));
      // Transfers are a feature of their own; a plain no keeps phones from waiting.
      case "REFER" -> answer(request, SipAnswer.of(603));
      default -> answer(request, SipAnswer.of(405).with(SipHeaders.of("Allow", Passing.ALLOW)));
    }
  }

  /** RFC 3261 14.2, RFC 3311 5.2: one offer at a time, in either direction. */
  private void offer(Party from, Party to, SipRequest request) {
    if (to == null || refreshing.contains(from) || refreshing.contains(to)) {
      answer(request, SipAnswer.of(491));
    } else if (isTooShort(request)) {
      answerTooShort(request);
    } else if (underWay.stream().anyMatch(c -> c.isOffer() && c.to == from) || owed.containsKey(to)) {
      answer(request, SipAnswer.of(491));
    } else if (underWay.stream().anyMatch(c -> c.isOffer() && c.from == from) || owed.containsKey(from)) {
      answer(request, SipAnswer.of(500).with(SipHeaders.of("Retry-After", Integer.toString(ThreadLocalRandom.current().nextInt(11)))));
    } else {
      SipHeaders headers = to.shown(Passing.of(request.headers(), false));
      if (to.timer != null) {
        headers = to.timer.refresh(headers, call.exchange.settings().minSessionExpires());
      }
      var carried = new Carried(from, to, request);
      to.sent(carried.body);
      carry(carried, to.dialog, headers);
    }
  }

  /** RFC 4028 9, with an offer or without. */
  private boolean isTooShort(SipRequest request) {
    return SessionTimer.tooShort(request.headers(), call.exchange.settings().minSessionExpires());
  }

  private void answerTooShort(SipRequest request) {
    answer(request, SipAnswer.of(422).with(SipHeaders.of("Min-SE", Integer.toString(call.exchange.settings().minSessionExpires()))));
  }

  private void prack(Party from, SipRequest request) {
    Origin origin = origin(from, request);
    if (origin == null) {
      answer(request, SipAnswer.of(481));
    } else {
      carry(new Carried(from, from.other, request), from.other.dialog, SipHeaders.of("RAck", origin.rack()));
    }
  }

  private static Origin origin(Party from, SipRequest prack) {
    return from.other == null ? null : from.other.reliables.origin(prack.headers()).orElse(null);
  }

  /**
   * For whom it was is gone. A PRACK of what we did send has done its work here (RFC 3262 3); with an offer of its own it wants
   * an answer that nobody can give, as does everything else.
   */
  private SipAnswer tooLate(Party from, SipRequest request) {
    boolean offers = !call.invite.body().isEmpty() && request.body().isSdp();
    boolean done = request.method().equals("PRACK") && !offers && origin(from, request) != null;
    return SipAnswer.of(done ? 200 : 481);
  }

  /** This callee is gone: whoever waits for it, and what it waits for, is answered. */
  void over(Party callee) {
    for (Carried carried : List.copyOf(underWay)) {
      if (carried.to == callee || carried.from == callee) {
        underWay.remove(carried);
        answer(carried.request, tooLate(carried.from, carried.request));
      }
    }
  }

  private void info(Party from, Party to, SipRequest request) {
    if (request.body().isEmpty()) {
      answer(request, SipAnswer.of(200));
    } else if (to == null || !Passing.isDtmf(request.body().contentType())) {
      answer(request, SipAnswer.of(415).with(SipHeaders.of("Accept", "application/dtmf-relay, application/dtmf")));
    } else {
      carry(new Carried(from, to, request), to.dialog, SipHeaders.NONE);
    }
  }

  private void carry(Carried carried, DialogId dialog, SipHeaders headers) {
    if (underWay.size() >= MOST_UNDER_WAY) {
      answer(carried.request, SipAnswer.of(500));
      return;
    }
    underWay.add(carried);
    if (carried.request.method().equals("INVITE")) {
      call.exchange.table().add(carried.request.transaction(), call);
    }
    carried.sent = call.exchange.stack().send(dialog, carried.request.method(), headers, carried.body, carried);
  }

  /** One of {@code from}'s re-INVITEs was cancelled. Its answer comes with that of the other side. */
  void cancelled(TransactionId invite, SipRequest cancel) {
    underWay.stream().filter(c -> c.request.transaction().equals(invite)).findFirst()
        .ifPresent(c -> call.exchange.stack().cancel(c.sent, c.to.shown(Passing.reason(cancel.headers()))));
  }

  /** We refresh the session of this side with an offer of our own. */
  void refreshes(Party party) {
    refreshing.add(party);
  }

  /** Our offer to this side has its final answer, or none. */
  void refreshed(Party party) {
    refreshing.remove(party);
  }

  void owe(Party from, Party to, DialogId dialog, long cseq) {
    owed.put(from, new Owed(dialog, to, cseq));
  }

  void acknowledged(Party from, SipBody body) {
    Owed ack = owed.remove(from);
    if (ack != null) {
      SipBody shown = ack.to.shown(body);
      ack.to.sent(shown);
      call.exchange.stack().ack(ack.dialog, ack.cseq, shown);
    }
  }

  boolean isOffering() {
    return !owed.isEmpty() || underWay.stream().anyMatch(Carried::isOffer);
  }

  /** The call ends: nobody is left without an answer. */
  void close() {
    for (Carried carried : underWay) {
      answer(carried.request, SipAnswer.of(carried.request.method().equals("INVITE") ? 487 : 481));
    }
    underWay.clear();
    owed.values().forEach(ack -> call.exchange.stack().ack(ack.dialog, ack.cseq, SipBody.NONE));
    owed.clear();
  }

  private SipAnswer refreshed(Party from, SipRequest request, SipAnswer answer) {
    if (from.timer == null) {
      return answer;
    }
    Exchange.Settings settings = call.exchange.settings();
    from.timer = SessionTimer.answering(request.headers(), settings.sessionExpires(), settings.minSessionExpires());
    from.refreshedAt = call.exchange.time().ticks();
    return answer.with(from.timer.answer(request.headers(), answer.headers()));
  }

  private void answer(SipRequest request, SipAnswer answer) {
    if (request.method().equals("INVITE") && answer.status() >= 200) {
      call.exchange.table().remove(request.transaction());
    }
    call.exchange.stack().respond(request.transaction(), answer);
  }

  /** A request that is being carried to the other side. */
  private final class Carried implements SipClient {
    private final Party from;
    private final Party to;
    private final SipRequest request;
    /** What of its body is for the other side. */
    private final SipBody body;
    private TransactionId sent;

    private Carried(Party from, Party to, SipRequest request) {
      this.from = from;
      this.to = to;
      this.request = request;
      this.body = request.method().equals("INFO") ? request.body() : to.shown(request.body());
    }

    private boolean isOffer() {
      return request.method().equals("INVITE") || (request.method().equals("UPDATE") && body.isSdp());
    }

    @Override
    public void response(SipResponse response) {
      call.answered(response, () -> answered(response));
    }

    @Override
    public void failed(TransactionId transaction, Failure failure) {
      call.tell(() -> {
        if (underWay.remove(this)) {
          answer(request, SipAnswer.of(failure == Failure.TIMEOUT ? 408 : 500));
          // What a PRACK is about is past: whoever has answered the call since is there.
          if (!request.method().equals("PRACK")) {
            call.state().gone(to, failure == Failure.TIMEOUT ? "no answer to " + request.method() : "cannot be reached");
          }
        }
      });
    }

    private void answered(SipResponse response) {
      if (!underWay.contains(this)) {
        // The call ended meanwhile; a 2xx to INVITE still wants its ACK.
        if (response.isSuccess() && request.method().equals("INVITE")) {
          response.dialog().ifPresent(d -> call.exchange.stack().ack(d, response.cseq(), SipBody.NONE));
        }
        return;
      }
      to.heard(response.headers());
      if (response.isProvisional()) {
        if (response.status() > 100) {
          call.exchange.stack().respond(request.transaction(), new SipAnswer(response.status(), "", List.of(), SipHeaders.NONE, from.shown(response.body())));
        }
        return;
      }
      underWay.remove(this);
      if (response.isSuccess()) {
        success(response);
      } else {
        answer(request, SipAnswer.of(Hunting.toCaller(response.status())));
        if (isOffer() && (response.status() == 481 || response.status() == 408)) {
          call.state().gone(to, "answers " + Phrases.of(response.status()) + " within its call");
        }
      }
    }

    private void success(SipResponse response) {
      SipBody shown = from.shown(response.body());
      SipAnswer answer = SipAnswer.of(response.status()).with(shown);
      from.sent(shown);
      if (request.method().equals("INVITE")) {
        if (body.isEmpty() && !shown.isEmpty()) {
          owed.put(from, new Owed(to.dialog, to, response.cseq()));
        } else {
          call.exchange.stack().ack(to.dialog, response.cseq(), SipBody.NONE);
        }
      }
      if (isOffer()) {
        if (to.timer != null) {
          to.timer = SessionTimer.answered(response.headers(), to.timer.seconds());
          to.refreshedAt = call.exchange.time().ticks();
        }
        answer = refreshed(from, request, answer.with(from.shown(Passing.of(response.headers(), false))));
      }
      answer(request, answer);
    }
  }
}

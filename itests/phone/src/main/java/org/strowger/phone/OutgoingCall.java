package org.strowger.phone;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A call this phone made. */
public final class OutgoingCall extends Call {

  private final CallOptions options;
  private final String localTag = Agent.token();
  private final Map<String, Dialog> early = new LinkedHashMap<>();
  private final Map<String, Dialog> confirmed = new LinkedHashMap<>();
  private final List<SipMessage> provisionals = new ArrayList<>();
  private Exchange exchange;
  private long cseq;
  private boolean cancelling;
  private boolean cancelSent;
  private SipMessage failure;
  private SipMessage answer;

  OutgoingCall(Agent agent, CallOptions options) {
    super(agent, Agent.token() + Agent.token());
    this.options = options;
  }

  void start(String target, String from) {
    SipMessage invite = SipMessage.request("INVITE", target).with("Max-Forwards", "70").with("From", from + ";tag=" + localTag)
        .with("To", "<" + target + ">").with("Call-ID", callId).with("Contact", contact()).with("Allow", ALLOW)
        .with("Supported", "timer" + (options.reliable() ? ", 100rel" : ""));
    if (options.sessionExpires() != null) {
      invite = invite.with("Session-Expires", Long.toString(options.sessionExpires().toSeconds()));
    }
    if (options.offer()) {
      invite = invite.withSdp(nextSdp(Sdp.Flow.SENDRECV));
    }
    agent.enter(this, localTag);
    exchange = new Exchange(agent, false, () -> ++cseq, new Exchange.Listener() {
      @Override
      public void response(SipMessage response) {
        OutgoingCall.this.response(response);
      }

      @Override
      public void failed(String why) {
        failedLocally(why);
      }
    });
    exchange.start(options.edit().apply(invite));
  }

  private void failedLocally(String why) {
    if (state == State.CALLING || state == State.RINGING) {
      failure = SipMessage.response(408, "Request Timeout (on this side: " + why + ")");
      ended(State.FAILED, false, failure);
    }
  }

  private void response(SipMessage response) {
    if (response.status() < 200) {
      provisional(response);
    } else if (response.status() < 300) {
      success(response);
    } else {
      failure = response;
      ended(State.FAILED, true, response);
    }
  }

  private void provisional(SipMessage response) {
    provisionals.add(response);
    if (cancelling && !cancelSent) {
      sendCancel();
    }
    if (response.status() == 100 || response.to().tag().isEmpty()) {
      return;
    }
    Dialog with = early.computeIfAbsent(response.to().tag(), tag -> Dialog.caller(exchange.request(), response));
    with.localCseq = Math.max(with.localCseq, cseq);
    if (dialog == null) {
      dialog = with;
    }
    if (state == State.CALLING) {
      state = State.RINGING;
    }
    takeSdp(with, response);
    response.header("RSeq").ifPresent(number -> reliable(with, response, number));
  }

  private void reliable(Dialog with, SipMessage response, String number) {
    if (!options.reliable()) {
      agent.violation("a provisional is reliable only when the INVITE supports 100rel (RFC 3262 3)", "RSeq " + number, response);
      return;
    }
    if (!number.matches("\\d{1,10}")) {
      agent.violation("RSeq is a number (RFC 3262 7.1)", number, response);
      return;
    }
    long sequence = Long.parseLong(number);
    if (with.reliable >= sequence) {
      return;
    }
    if (with.reliable >= 0 && sequence != with.reliable + 1) {
      agent.violation("RSeq rises by one (RFC 3262 3)", with.reliable + ", then " + number, response);
    }
    with.reliable = sequence;
    SipMessage prack = with.request("PRACK").with("RAck", number + " " + response.cseq());
    new Exchange(agent, true, () -> ++with.localCseq, new Exchange.Listener() {
      @Override
      public void response(SipMessage answered) {
        if (answered.status() >= 300) {
          agent.violation("a PRACK for a reliable provisional is answered 200 (RFC 3262 3)", answered.startLine(), answered);
        }
      }

      @Override
      public void failed(String why) {
        agent.violation("a PRACK for a reliable provisional is answered 200 (RFC 3262 3)", why, response);
      }
    }).start(options.offer() || !response.hasSdp() ? prack : prack.withSdp(answerTo(response.bodyText())));
  }

  private void success(SipMessage response) {
    String tag = response.to().tag();
    boolean again = confirmed.containsKey(tag);
    Dialog with = confirmed.computeIfAbsent(tag, t -> confirm(response));
    if (!again) {
      takeSdp(with, response);
      boolean described = response.hasSdp() || with.remoteSdp.last() != null;
      if (!described) {
        agent.violation("a 200 to INVITE has a description (RFC 3261 13.2.1)", "none", response);
      }
    }
    acknowledge(with, exchange.request(), response, options.offer() || with.reliable >= 0 && early.containsKey(tag) && with.remoteSdp.last() != null && !response.hasSdp());
    if (again) {
      return;
    }
    if (answer == null) {
      answer = response;
      dialog = with;
      answeredNow();
      refreshed(response);
      if (cancelling) {
        bye();
      }
    } else {
      // A second answer of a forked call.
      new Exchange(agent, true, () -> ++with.localCseq, new Exchange.Listener() {
        @Override
        public void response(SipMessage ignored) {
          // the fork is gone
        }

        @Override
        public void failed(String why) {
          agent.violation("a BYE is answered", why, response);
        }
      }).start(with.request("BYE"));
    }
  }

  /** The route set and the target come from the 2xx, whatever an earlier provisional said (RFC 3261 13.2.2.4). */
  private Dialog confirm(SipMessage response) {
    Dialog fresh = Dialog.caller(exchange.request(), response);
    Dialog before = early.get(response.to().tag());
    if (before != null) {
      fresh.localCseq = before.localCseq;
      fresh.remoteCseq = before.remoteCseq;
      fresh.reliable = before.reliable;
      if (before.remoteSdp.last() != null) {
        fresh.remoteSdp.take(before.remoteSdp.last());
      }
      if (!before.routes.equals(fresh.routes)) {
        agent.violation("the responses of one dialog have the same Record-Route (RFC 3261 12.1.1)", before.routes + ", then " + fresh.routes,
            response);
      }
    }
    return fresh;
  }

  private void sendCancel() {
    cancelSent = true;
    ClientTransaction invite = exchange.transaction();
    agent.client(invite.companion("CANCEL"), invite.flow(), new ClientTransaction.User() {
      @Override
      public void response(SipMessage response) {
        if (response.status() >= 300) {
          agent.violation("a CANCEL is answered 200 (RFC 3261 9.2)", response.startLine(), response);
        }
      }

      @Override
      public void failed(String why) {
        agent.violation("a CANCEL is answered 200 (RFC 3261 9.2)", why, invite.request());
      }
    });
    agent.after(agent.settings().timeout(), () -> invite.giveUp("no final response after CANCEL"));
  }

  /** CANCEL; sent when the first provisional has come (RFC 3261 9.1). A 200 that crosses it is acknowledged and hung up. */
  public void cancel() {
    agent.run(() -> {
      if (cancelling || state == State.ANSWERED || state == State.FAILED || state == State.ENDED) {
        return;
      }
      cancelling = true;
      if (exchange.transaction().provisional()) {
        sendCancel();
      }
    });
  }

  @Override
  public void hangup() {
    agent.run(() -> {
      if (state == State.ANSWERED) {
        bye();
      } else {
        cancel();
      }
    });
  }

  @Override
  void gone() {
    agent.leave(this, localTag);
  }

  /** Waits for a provisional above 100; answers the first one. */
  public SipMessage awaitRinging(Duration limit) {
    return awaitOrFailed("ringing", limit, () -> provisionals.stream().filter(r -> r.status() > 100).findFirst().orElse(null));
  }

  /** Waits for a provisional of this status. */
  public SipMessage awaitProvisional(int status, Duration limit) {
    return awaitOrFailed("a " + status, limit, () -> provisionals.stream().filter(r -> r.status() == status).findFirst().orElse(null));
  }

  /** Waits for the 200, which is acknowledged then; fails at once with the trace when the call fails. */
  public SipMessage awaitAnswered(Duration limit) {
    return awaitOrFailed("an answer", limit, () -> answer);
  }

  private SipMessage awaitOrFailed(String what, Duration limit, java.util.function.Supplier<SipMessage> wanted) {
    String text = what + " for " + callId;
    SipMessage got = agent.await(text, limit, () -> wanted.get() != null ? wanted.get() : failure);
    if (got == failure) {
      throw new AssertionError("awaited " + text + ", got " + got.startLine() + "\n" + print());
    }
    return got;
  }

  /** Waits for the failure: a response of 300 and above, or a 408 made here when nothing came. Fails when the call is answered. */
  public SipMessage awaitFailed(Duration limit) {
    SipMessage got = agent.await("a failure of " + callId, limit, () -> failure != null ? failure : answer);
    if (got == answer) {
      throw new AssertionError("awaited a failure of " + callId + ", it was answered\n" + print());
    }
    return got;
  }

  /** The final response, whatever it is. */
  public SipMessage awaitFinal(Duration limit) {
    return agent.await("a final response in " + callId, limit, () -> failure != null ? failure : answer);
  }

  /** All provisionals so far. */
  public List<SipMessage> provisionals() {
    return agent.locked(() -> List.copyOf(provisionals));
  }

  /** The To tags that answered with 200, in order; more than one when the call was forked. */
  public List<String> answeredTags() {
    return agent.locked(() -> List.copyOf(confirmed.keySet()));
  }

  /** The INVITE as it was sent last. */
  public SipMessage invite() {
    return exchange.request();
  }
}

package org.strowger.phone;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** A call, seen from one phone. Methods may be called from any thread; those that wait have a limit and end with {@link PhoneTimeout}. */
public abstract sealed class Call permits OutgoingCall, IncomingCall {

  /** Where a call is. */
  public enum State { CALLING, RINGING, ANSWERED, FAILED, ENDED }

  static final String ALLOW = "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, REFER, PRACK, NOTIFY, MESSAGE";
  private static final List<Integer> PAYLOADS = List.of(0, 8, 101);

  final Agent agent;
  final Journal journal;
  final String callId;
  State state = State.CALLING;
  Dialog dialog;
  Exchange pendingInvite;
  SessionTimer timer;
  private final Map<String, Integer> refusals = new HashMap<>();
  private final List<SipMessage> requests = new ArrayList<>();
  private final long sdpSession = Math.abs(java.util.concurrent.ThreadLocalRandom.current().nextInt());
  private long sdpVersion;
  private Answered answered;
  private boolean endedByRemote;
  private long answeredNanos;
  private long endedNanos;
  private SipMessage endedBy;

  /** A 2xx of ours that waits for its ACK. */
  private static final class Answered {
    final SipMessage ok;
    final boolean offered;
    final Resender resender;
    boolean acked;

    Answered(SipMessage ok, boolean offered, Resender resender) {
      this.ok = ok;
      this.offered = offered;
      this.resender = resender;
    }
  }

  Call(Agent agent, String callId) {
    this.agent = agent;
    this.callId = callId;
    this.journal = agent.journal(callId);
  }

  // what a test may ask

  public String callId() {
    return callId;
  }

  public State state() {
    return agent.locked(() -> state);
  }

  /** Every message with this Call-ID, in order. */
  public List<TraceEntry> trace() {
    return journal.entries();
  }

  /** The trace as text. */
  public String print() {
    return journal.print();
  }

  /** The rules the other side broke in this call. */
  public List<Violation> violations() {
    return journal.violations();
  }

  /** Fails with the trace when the other side broke a rule. */
  public void assertClean() {
    if (!violations().isEmpty()) {
      throw new AssertionError("the other side broke rules: " + violations() + "\n" + print());
    }
  }

  /** The requests received inside the dialog, but ACK, in order. */
  public List<SipMessage> requests() {
    return agent.locked(() -> List.copyOf(requests));
  }

  /** The first entry of the trace that matches. */
  public Optional<TraceEntry> first(Predicate<TraceEntry> which) {
    return trace().stream().filter(which).findFirst();
  }

  /** {@link System#nanoTime()} when it was answered (2xx received, or sent); 0 before. */
  public long answeredNanos() {
    return agent.locked(() -> answeredNanos);
  }

  /** {@link System#nanoTime()} when its BYE was sent or received, or it failed; 0 before. */
  public long endedNanos() {
    return agent.locked(() -> endedNanos);
  }

  /** True when the BYE came from the other side. */
  public boolean endedByRemote() {
    return agent.locked(() -> endedByRemote);
  }

  /** The other side's latest description. */
  public Optional<String> remoteSdp() {
    return agent.locked(() -> dialog == null ? Optional.empty() : Optional.ofNullable(dialog.remoteSdp.last()));
  }

  /** How many refreshes of the session (RFC 4028) this side has sent. */
  public int refreshes() {
    return agent.locked(() -> timer == null ? 0 : timer.sent());
  }

  /** From now on this side refreshes its session (RFC 4028) no more, and does not watch the other side either. */
  public void neglectSession() {
    agent.run(() -> {
      if (timer != null) {
        timer.stop();
      }
    });
  }

  /** Waits until the other side hangs up; answers its BYE. */
  public SipMessage awaitHangup(Duration limit) {
    return agent.await("BYE in " + callId, limit, () -> endedByRemote ? endedBy : null);
  }

  /** Waits for the next request of this method inside the dialog that the test has not waited for yet. */
  public SipMessage awaitRequest(String method, int count, Duration limit) {
    return agent.await(count + " " + method + " in " + callId, limit, () -> {
      List<SipMessage> got = requests.stream().filter(r -> r.method().equals(method)).toList();
      return got.size() >= count ? got.get(count - 1) : null;
    });
  }

  /** From now on requests of this method inside the dialog are refused with this status; 0 to accept them again. */
  public void refuse(String method, int status) {
    agent.run(() -> refusals.put(method, status));
  }

  // what a test may do

  /** BYE; of a call that is not answered: CANCEL, or 603 when it came in. Waits for nothing. */
  public abstract void hangup();

  /** A new offer. @param sdp null to let the other side offer in its 200 */
  public Exchange reinvite(String sdp) {
    return agent.locked(() -> {
      SipMessage invite = withTimer(inDialog("INVITE")).with("Contact", contact()).with("Allow", ALLOW).withSdp(sdp);
      var exchange = new Exchange[1];
      exchange[0] = new Exchange(agent, true, this::nextCseq, new Exchange.Listener() {
        @Override
        public void response(SipMessage response) {
          reinvited(exchange[0], response, sdp != null);
          refusedOffer(response, sdp);
        }

        @Override
        public void failed(String why) {
          pendingInvite = null;
        }
      });
      pendingInvite = exchange[0];
      return exchange[0].start(invite);
    });
  }

  /** A re-INVITE that puts the other side on hold. */
  public Exchange hold() {
    return reinvite(nextSdp(Sdp.Flow.SENDONLY));
  }

  /** A re-INVITE that takes it back. */
  public Exchange resume() {
    return reinvite(nextSdp(Sdp.Flow.SENDRECV));
  }

  /** UPDATE (RFC 3311). @param sdp null for one without an offer */
  public Exchange update(String sdp) {
    return agent.locked(() -> inDialogExchange(withTimer(inDialog("UPDATE")).with("Contact", contact()).withSdp(sdp), response -> refusedOffer(response, sdp)));
  }

  /** INFO with this body. */
  public Exchange info(String type, String body) {
    return agent.locked(() -> inDialogExchange(inDialog("INFO").withBody(type, body)));
  }

  /** REFER (RFC 3515). */
  public Exchange refer(String target) {
    return agent.locked(() -> inDialogExchange(inDialog("REFER").with("Contact", contact()).with("Refer-To", "<" + target + ">")));
  }

  /** Any other request inside the dialog. */
  public Exchange request(SipMessage request) {
    return agent.locked(() -> inDialogExchange(request));
  }

  /** The beginning of a request inside the dialog, to be completed and given to {@link #request}. */
  public SipMessage inDialog(String method) {
    return agent.locked(() -> {
      if (dialog == null) {
        throw new IllegalStateException("there is no dialog yet: " + state);
      }
      return dialog.request(method);
    });
  }

  /** A description of this phone with the next version. */
  public String nextSdp(Sdp.Flow flow) {
    return agent.locked(() -> described(flow, PAYLOADS));
  }

  // inside

  /** As many phones do it names its user in o=, if that is a word. */
  private String described(Sdp.Flow flow, List<Integer> payloads) {
    String user = agent.settings().user();
    return Sdp.audio(user != null && user.matches("[A-Za-z0-9._+-]+") ? user : "phone", host(), 40000, sdpSession, ++sdpVersion, flow, payloads);
  }

  private String host() {
    String hostPort = agent.hostPort();
    return hostPort.substring(0, hostPort.lastIndexOf(':')).replace("[", "").replace("]", "");
  }

  /** An answer to an offer: the payloads both know, the direction mirrored. */
  String answerTo(String offer) {
    List<Integer> common = Sdp.payloads(offer).stream().filter(PAYLOADS::contains).toList();
    return described(Sdp.flow(offer).mirrored(), common.isEmpty() ? PAYLOADS : common);
  }

  String contact() {
    return "<" + agent.contactUri() + ">";
  }

  long nextCseq() {
    return ++dialog.localCseq;
  }

  private SipMessage withTimer(SipMessage request) {
    return timer == null ? request : timer.mark(request);
  }

  /** An offer that was refused never was: the next description has its version. */
  private void refusedOffer(SipMessage response, String sdp) {
    if (response.status() >= 300 && sdp != null && Sdp.version(sdp) == sdpVersion) {
      sdpVersion--;
    }
  }

  private Exchange inDialogExchange(SipMessage request) {
    return inDialogExchange(request, response -> { });
  }

  private Exchange inDialogExchange(SipMessage request, Consumer<SipMessage> also) {
    return new Exchange(agent, true, this::nextCseq, new Exchange.Listener() {
      @Override
      public void response(SipMessage response) {
        if (response.status() / 100 == 2 && request.method().equals("UPDATE")) {
          retarget(response);
          takeSdp(dialog, response);
          refreshed(response);
        }
        also.accept(response);
      }

      @Override
      public void failed(String why) {
        // the exchange tells the test
      }
    }).start(request);
  }

  private void reinvited(Exchange exchange, SipMessage response, boolean offered) {
    if (response.status() < 200) {
      return;
    }
    pendingInvite = null;
    if (response.status() < 300) {
      takeSdp(dialog, response);
      if (offered && !response.hasSdp()) {
        agent.violation("a 200 answers the offer of its INVITE (RFC 3261 13.2.1)", "no description", response);
      }
      retarget(response);
      refreshed(response);
      acknowledge(dialog, exchange.request(), response, offered);
    }
  }

  void refreshed(SipMessage response) {
    timer = SessionTimer.after(this, timer, response, true);
  }

  /** The ACK of a 2xx, the same again when the 2xx comes again (RFC 3261 13.2.2.4). */
  private final Map<String, SipMessage> acks = new HashMap<>();

  void acknowledge(Dialog with, SipMessage invite, SipMessage ok, boolean offered) {
    String key = ok.to().tag() + "|" + ok.cseq().number();
    boolean again = acks.containsKey(key);
    SipMessage ack = acks.computeIfAbsent(key, k -> {
      SipMessage made = SipMessage.request("ACK", with.target).with("Via", agent.via());
      for (SipMessage.Header header : with.request("ACK").headers()) {
        made = made.with(header.name(), header.value());
      }
      for (String name : List.of("Authorization", "Proxy-Authorization")) {
        for (String value : invite.headers(name)) {
          made = made.with(name, value);
        }
      }
      made = made.with("CSeq", new CSeq(invite.cseq().number(), "ACK").toString());
      return offered || !ok.hasSdp() ? made : made.withSdp(answerTo(ok.bodyText()));
    });
    try {
      agent.send(ack, agent.hop(ack, true), again);
    } catch (java.io.IOException | SipSyntaxException e) {
      agent.violation("the target of a dialog can be reached", with.target + ": " + e.getMessage(), ok);
    }
  }

  void takeSdp(Dialog with, SipMessage message) {
    if (message.hasSdp()) {
      with.remoteSdp.take(message.bodyText())
          .ifPresent(fault -> agent.violation("a session description keeps RFC 4566 and RFC 3264", fault, message));
    }
  }

  void retarget(SipMessage message) {
    message.contact().ifPresent(contact -> dialog.target = contact.uri());
  }

  void answeredNow() {
    state = State.ANSWERED;
    answeredNanos = System.nanoTime();
    agent.up(1);
  }

  void ended(State end, boolean byRemote, SipMessage message) {
    if (endedNanos == 0) {
      agent.up(state == State.ANSWERED ? -1 : 0);
      state = end;
      endedNanos = System.nanoTime();
      endedByRemote = byRemote;
      endedBy = message;
      if (timer != null) {
        timer.stop();
      }
      if (answered != null) {
        answered.resender.stop();
      }
      gone();
    }
  }

  abstract void gone();

  void bye() {
    if (state == State.ANSWERED) {
      Exchange bye = inDialogExchange(inDialog("BYE"));
      ended(State.ENDED, false, bye.request());
    }
  }

  /** A 2xx of ours to an INVITE: repeated until its ACK, over TCP too. */
  void accept(ServerTransaction transaction, SipMessage ok, boolean offered) {
    transaction.respond(ok);
    answered = new Answered(ok, offered, new Resender(agent, agent.settings().t2(), agent.settings().timeout(), agent.settings().retransmit(),
        () -> transaction.sendAgain(ok), () -> {
          agent.violation("a 200 to INVITE is acknowledged (RFC 3261 13.3.1.4)", "no ACK within " + agent.settings().timeout(), ok);
          bye();
        }));
  }

  boolean acknowledged() {
    return answered != null && answered.acked;
  }

  void acked(SipMessage ack) {
    if (answered == null || ack.cseq().number() != answered.ok.cseq().number()) {
      agent.violation("the ACK has the CSeq number of its INVITE (RFC 3261 13.2.2.4)", ack.cseq().toString(), ack);
      return;
    }
    if (!ack.from().tag().equals(dialog.remoteTag)) {
      agent.violation("the ACK has the tags of its dialog (RFC 3261 12.2.1.1)", ack.from().toString(), ack);
    }
    checkTarget(ack);
    if (answered.acked) {
      return;
    }
    answered.acked = true;
    answered.resender.stop();
    if (answered.offered && !ack.hasSdp()) {
      agent.violation("the ACK answers the offer of its 200 (RFC 3261 13.2.1)", "no description", ack);
    }
    takeSdp(dialog, ack);
  }

  private void checkTarget(SipMessage request) {
    boolean ours = false;
    try {
      ours = SipUri.parse(request.uri()).sameTarget(SipUri.parse(agent.contactUri()));
    } catch (SipSyntaxException e) {
      // it is not ours then
    }
    if (!request.headers("Route").isEmpty()) {
      agent.violation("the last proxy takes its Route away (RFC 3261 16.4)", request.headers("Route").toString(), request);
    }
    if (!ours) {
      agent.violation("a request inside a dialog goes to our Contact (RFC 3261 12.2.1.1)", request.uri() + ", not " + agent.contactUri(),
          request);
    }
  }

  /** A request inside the dialog, not ACK and not CANCEL. */
  void request(ServerTransaction transaction) {
    SipMessage request = transaction.request();
    requests.add(request);
    if (dialog == null || !request.from().tag().equals(dialog.remoteTag)) {
      agent.violation("a request has the tags of its dialog (RFC 3261 12.2.2)", request.from().toString(), request);
      transaction.respond(transaction.reply(481, "Call/Transaction Does Not Exist", ""));
      return;
    }
    checkTarget(request);
    if (request.cseq().number() <= dialog.remoteCseq) {
      agent.violation("CSeq numbers rise inside a dialog (RFC 3261 12.2.2)", request.cseq() + " after " + dialog.remoteCseq, request);
      transaction.respond(transaction.reply(500, "Server Internal Error", ""));
      return;
    }
    dialog.remoteCseq = request.cseq().number();
    int refusal = refusals.getOrDefault(request.method(), 0);
    if (refusal != 0) {
      transaction.respond(transaction.reply(refusal, Reasons.of(refusal), ""));
    } else if (state == State.ENDED && !request.method().equals("BYE")) {
      transaction.respond(transaction.reply(481, "Call/Transaction Does Not Exist", ""));
    } else {
      handle(transaction, request);
    }
  }

  private void handle(ServerTransaction transaction, SipMessage request) {
    switch (request.method()) {
      case "BYE" -> {
        transaction.respond(transaction.reply(200, "OK", ""));
        ended(State.ENDED, true, request);
      }
      case "INVITE", "UPDATE" -> offered(transaction, request);
      case "PRACK" -> pracked(transaction, request);
      case "REFER" -> transaction.respond(transaction.reply(202, "Accepted", "").with("Contact", contact()));
      case "INFO", "NOTIFY", "MESSAGE", "OPTIONS" -> transaction.respond(transaction.reply(200, "OK", "").with("Allow", ALLOW));
      default -> transaction.respond(transaction.reply(405, "Method Not Allowed", "").with("Allow", ALLOW));
    }
  }

  private void offered(ServerTransaction transaction, SipMessage request) {
    boolean invite = request.method().equals("INVITE");
    boolean unacked = invite && answered != null && !answered.acked;
    if (pendingInvite != null || unacked) {
      transaction.respond(transaction.reply(491, "Request Pending", ""));
      return;
    }
    takeSdp(dialog, request);
    retarget(request);
    SipMessage ok = transaction.reply(200, "OK", "").with("Contact", contact()).with("Allow", ALLOW).with("Supported", "timer, 100rel");
    ok = SessionTimer.accept(request, ok);
    timer = SessionTimer.after(this, timer, ok, false);
    boolean offer = invite && !request.hasSdp();
    ok = request.hasSdp() ? ok.withSdp(answerTo(request.bodyText())) : offer ? ok.withSdp(nextSdp(Sdp.Flow.SENDRECV)) : ok;
    if (invite) {
      accept(transaction, ok, offer);
    } else {
      transaction.respond(ok);
    }
  }

  void pracked(ServerTransaction transaction, SipMessage prack) {
    agent.violation("a PRACK acknowledges a provisional of ours (RFC 3262 3)", prack.header("RAck").orElse("no RAck"), prack);
    transaction.respond(transaction.reply(481, "Call/Transaction Does Not Exist", ""));
  }
}

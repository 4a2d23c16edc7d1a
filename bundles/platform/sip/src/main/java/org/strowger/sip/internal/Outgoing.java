package org.strowger.sip.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.kernel.HostPort;
import org.strowger.sip.api.ContactAddr;
import org.strowger.sip.api.DialogId;
import org.strowger.sip.api.Flow;
import org.strowger.sip.api.OutgoingRequest;
import org.strowger.sip.api.OutgoingRequest.Login;
import org.strowger.sip.api.SipBody;
import org.strowger.sip.api.SipClient;
import org.strowger.sip.api.SipClient.Failure;
import org.strowger.sip.api.SipHeaders;
import org.strowger.sip.api.SipResponse;
import org.strowger.sip.api.SipUri;
import org.strowger.sip.api.TransactionId;

/**
 * A request of ours as its sender sees it: one id and one end, however many transactions a challenge
 * makes of it. Responses and failures are handled on the worker of its Call-ID.
 */
final class Outgoing {

  private static final Logger LOG = LoggerFactory.getLogger(Outgoing.class);

  /**
   * What does not change from one attempt to the next.
   *
   * @param uri a registered Contact may have headers, which are nothing for a Request-URI (RFC 3261 19.1.1)
   * @param back the way by which {@code uri} came, of a registered Contact
   */
  record Plan(
      String method, String callId, String localText, String localTag, String toText, SipUri uri, List<String> routes, int maxForwards,
      Optional<Login> login, SipHeaders headers, SipBody body, Optional<Flow> back) {

    Plan {
      uri = uri.withoutHeaders();
    }

    /** With our name in place of {@link OutgoingRequest#OUR_HOST}. @param us as it stands in a URI */
    Plan named(String us) {
      String mark = OutgoingRequest.OUR_HOST.host();
      var named = new ArrayList<SipHeaders.Header>(headers.all().size());
      for (SipHeaders.Header header : headers.all()) {
        named.add(header.value().contains(mark) ? new SipHeaders.Header(header.name(), header.value().replace(mark, us)) : header);
      }
      return new Plan(
          method, callId, localText.replace(mark, us), localTag, toText.replace(mark, us), uri, routes, maxForwards, login, new SipHeaders(named), body, back);
    }
  }

  /** Dialogs that one INVITE keeps at a time: a proxy that forks rings a handful of phones. */
  private static final int MOST_FORKS = 32;

  private final Engine engine;
  final TransactionId id;
  /** Under the monitor until it is sent, and the same from then on. */
  volatile Plan plan;
  private final SipClient client;
  /** The dialog it is sent in; null outside. */
  private final Dialog within;
  private final Map<String, Dialog> forks = new LinkedHashMap<>();
  private volatile Flow flow;
  private volatile long cseq;
  private volatile ClientTx attempt;
  private String authorization = "";
  /** Null until we are challenged. */
  private ClientDigest digest;
  private boolean cancelWanted;
  private boolean cancelSent;
  private SipHeaders cancelHeaders = SipHeaders.NONE;
  private boolean over;

  Outgoing(Engine engine, TransactionId id, Plan plan, SipClient client, Dialog within, long cseq) {
    this.engine = engine;
    this.id = id;
    this.plan = plan;
    this.client = client;
    this.within = within;
    this.cseq = cseq;
    if (within != null && plan.method().equals("INVITE")) {
      within.authorization("");
    }
  }

  /** Sends it: the first time, and again with credentials. */
  void start(Flow by) {
    ClientTx fresh;
    synchronized (this) {
      if (over) {
        return;
      }
      if (cancelWanted) {
        engine.later(plan.callId(), () -> failed(Failure.TIMEOUT));
        return;
      }
      if (flow == null && within == null) {
        HostPort us = engine.sentBy(by);
        plan = plan.named(us.isV6() ? "[" + us.host() + "]" : us.host());
      }
      flow = by;
      String branch = engine.tokens.branch();
      var head = head(plan.method(), branch, plan.toText());
      head.append(authorization);
      if (contactBelongs(plan.method())) {
        head.append("Contact: ").append(engine.contact(by)).append("\r\n");
      }
      head.append(engine.userAgent);
      if (plan.method().equals("INVITE") && plan.headers().first("Allow").isEmpty()) {
        head.append(engine.allow);
      }
      fresh = new ClientTx(engine, this, branch, plan.method(), plan.callId(), Wire.request(head, plan.headers(), plan.body()), by, otherwise(by));
      attempt = fresh;
    }
    if (engine.addClient(fresh)) {
      fresh.start();
    } else {
      engine.later(plan.callId(), () -> failed(Failure.TRANSPORT));
    }
  }

  private HostPort otherwise(Flow by) {
    if (within != null) {
      return within.otherwise(by);
    }
    HostPort listens = plan.back().isPresent() && plan.routes().isEmpty() ? Reach.otherwise(plan.uri(), by) : null;
    return listens != null && engine.targets.mayCall(listens, plan.back().get()) ? listens : null;
  }

  boolean isWithin() {
    return within != null;
  }

  static long nextCseq(Dialog dialog, String method) {
    return method.equals("INVITE") ? dialog.nextInviteCseq() : dialog.nextCseq();
  }

  static boolean contactBelongs(String method) {
    return switch (method) {
      case "INVITE", "UPDATE", "REFER", "SUBSCRIBE", "NOTIFY", "REGISTER", "OPTIONS" -> true;
      default -> false;
    };
  }

  private StringBuilder head(String method, String branch, String toText) {
    var out = new StringBuilder(700).append(method).append(' ').append(plan.uri()).append(" SIP/2.0\r\n");
    out.append(engine.via(flow, branch));
    for (String route : plan.routes()) {
      out.append("Route: ").append(route).append("\r\n");
    }
    out.append("Max-Forwards: ").append(plan.maxForwards()).append("\r\nFrom: ").append(plan.localText()).append("\r\nTo: ").append(toText);
    return out.append("\r\nCall-ID: ").append(plan.callId()).append("\r\nCSeq: ").append(cseq).append(' ').append(method).append("\r\n");
  }

  /** RFC 3261 17.1.1.3. */
  byte[] ackOfFailure(Incoming response, String branch) {
    return Wire.request(head("ACK", branch, response.toText), SipHeaders.NONE, SipBody.NONE);
  }

  /** RFC 3261 9.1: not before a provisional response, and not after a final one. */
  void cancel(SipHeaders headers) {
    ClientTx cancel;
    synchronized (this) {
      if (over || cancelSent || !plan.method().equals("INVITE")) {
        return;
      }
      cancelWanted = true;
      cancelHeaders = headers;
      cancel = cancelIfDue();
    }
    sendCancel(cancel);
  }

  /** Under the monitor. Null if it is too early or too late. */
  private ClientTx cancelIfDue() {
    ClientTx invite = attempt;
    if (!cancelWanted || cancelSent || invite == null || invite.state() != ClientTx.State.PROCEEDING) {
      return null;
    }
    cancelSent = true;
    byte[] bytes = Wire.request(head("CANCEL", invite.branch, plan.toText()), cancelHeaders, SipBody.NONE);
    return new ClientTx(engine, null, invite.branch, "CANCEL", plan.callId(), bytes, invite.flow, otherwise(invite.flow));
  }

  private void sendCancel(ClientTx cancel) {
    if (cancel != null && engine.addClient(cancel)) {
      cancel.start();
      attempt.limitAfterCancel();
    }
  }

  /** On the worker. {@code from} has let it through. */
  void response(Incoming in, ClientTx from) {
    if (from != attempt) {
      return;
    }
    ClientTx cancel;
    synchronized (this) {
      cancel = in.status < 200 ? cancelIfDue() : null;
    }
    sendCancel(cancel);
    if ((in.status == 401 || in.status == 407) && answerChallenge(in)) {
      return;
    }
    if (in.status == 100) {
      deliver(in, null);
      return;
    }
    boolean invite = plan.method().equals("INVITE");
    Dialog dialog = within;
    if (within == null && invite && in.status < 300 && !in.toTag().isEmpty()) {
      dialog = fork(in);
      if (dialog == null) {
        engine.forksDropped.increment();
        return;
      }
    }
    if (dialog != null) {
      dialog.heard(in.flow);
      if (in.status >= 200 && in.status < 300 && !success(in, dialog, invite)) {
        return;
      }
    }
    if (in.status >= 200) {
      end(in.status, invite);
    }
    deliver(in, dialog);
  }

  /** False if this 2xx is one that the user had already. */
  private boolean success(Incoming in, Dialog dialog, boolean invite) {
    if (invite && !dialog.answered(in.cseq)) {
      dialog.ack(in.cseq).ifPresent(ack -> engine.send(ack.bytes(), ack.flow(), () -> { }));
      return false;
    }
    if (invite && within == null) {
      dialog.confirm(reversed(in.recordRoutes));
    }
    if (invite || plan.method().equals("UPDATE")) {
      contact(in).ifPresent(dialog::target);
      if (invite) {
        dialog.authorization(authorization);
      }
    }
    return true;
  }

  private void end(int status, boolean invite) {
    synchronized (this) {
      over = true;
    }
    engine.removeOutgoing(this);
    if (invite && within == null && status >= 300) {
      dropUnconfirmed();
    }
    if (plan.method().equals("BYE") && within != null) {
      engine.dialogs.remove(within.id, within);
    }
  }

  private void dropUnconfirmed() {
    for (Dialog dialog : forks.values()) {
      if (!dialog.isConfirmed()) {
        engine.dialogs.remove(dialog.id, dialog);
      }
    }
  }

  /** Null if there are too many. A 2xx takes the place of an early one: of a 2xx that is dropped, its sender hears no ACK and hangs up. */
  private Dialog fork(Incoming in) {
    if (forks.size() >= MOST_FORKS && !forks.containsKey(in.toTag()) && !(in.status >= 200 && dropEldestEarly())) {
      return null;
    }
    // of who never told us otherwise, the Contact is meant as it stands
    boolean symmetric = plan.back().isPresent() && plan.routes().isEmpty() && plan.back().get().symmetric();
    return forks.computeIfAbsent(in.toTag(), tag -> {
      var dialog = new Dialog(
          new DialogId(plan.callId(), plan.localTag(), tag), plan.localText(), in.toText, contact(in).orElse(plan.uri()), reversed(in.recordRoutes), in.flow, symmetric, symmetric, plan.login());
      dialog.startLocal(cseq, authorization);
      engine.dialogs.put(dialog.id, dialog);
      return dialog;
    });
  }

  private boolean dropEldestEarly() {
    for (Dialog dialog : forks.values()) {
      if (!dialog.isConfirmed()) {
        engine.dialogs.remove(dialog.id, dialog);
        forks.remove(dialog.id.remoteTag());
        return true;
      }
    }
    return false;
  }

  private static Optional<SipUri> contact(Incoming in) {
    try {
      return Addressing.contacts(in.contacts).stream().map(ContactAddr::uri).filter(uri -> uri != null && uri.hostPort() != null).findFirst();
    } catch (BadMessage e) {
      return Optional.empty();
    }
  }

  private static List<String> reversed(List<String> routes) {
    var list = new ArrayList<>(routes);
    java.util.Collections.reverse(list);
    return list;
  }

  /** Whether it goes out again, with what the challenge asks for. */
  private boolean answerChallenge(Incoming in) {
    synchronized (this) {
      if (plan.login().isEmpty() || cancelWanted || over) {
        return false;
      }
      digest = digest == null ? new ClientDigest(plan.login().get(), plan.method(), plan.uri().toString()) : digest;
      Optional<String> lines = digest.answer(in.challenges);
      if (lines.isEmpty()) {
        return false;
      }
      authorization = lines.get();
      cseq = within == null ? cseq + 1 : nextCseq(within, plan.method());
    }
    dropUnconfirmed();
    forks.clear();
    start(flow);
    return true;
  }

  private void deliver(Incoming in, Dialog dialog) {
    List<ContactAddr> contacts;
    try {
      contacts = Addressing.contacts(in.contacts);
    } catch (BadMessage e) {
      contacts = List.of();
    }
    var response = new SipResponse(
        id, in.status, in.reason, plan.method(), in.cseq, in.to, contacts, in.headers, in.body, Optional.ofNullable(dialog).map(d -> d.id), in.flow);
    try {
      client.response(response);
    } catch (RuntimeException e) {
      LOG.error("the sender of a {} threw on its response {}", plan.method(), in.status, e);
    }
  }

  void failed(Failure failure) {
    synchronized (this) {
      if (over) {
        return;
      }
      over = true;
    }
    engine.removeOutgoing(this);
    dropUnconfirmed();
    if (plan.method().equals("BYE") && within != null) {
      engine.dialogs.remove(within.id, within);
    }
    try {
      client.failed(id, failure);
    } catch (RuntimeException e) {
      LOG.error("the sender of a {} threw on its failure", plan.method(), e);
    }
  }

  /** The transaction has lingered out: no further 2xx will be taken. */
  void over() {
    if (over) {
      dropUnconfirmed();
    }
  }
}

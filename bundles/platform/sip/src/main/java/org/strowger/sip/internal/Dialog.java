package org.strowger.sip.internal;

import java.util.List;
import java.util.Optional;
import org.strowger.kernel.HostPort;
import org.strowger.sip.api.DialogId;
import org.strowger.sip.api.Flow;
import org.strowger.sip.api.OutgoingRequest.Login;
import org.strowger.sip.api.SipUri;

/**
 * What the stack keeps of a dialog (RFC 3261 12). Guarded by its own monitor. Small: there is one per
 * leg of every call that is up.
 */
final class Dialog {

  final DialogId id;
  /** Our From or To with our tag, as it goes on the wire. */
  final String localText;
  final String remoteText;
  private final Optional<Login> login;
  private SipUri target;
  private List<String> routes = List.of();
  private long localCseq;
  private long remoteCseq;
  private long inviteCseq;
  private Flow flow;
  private final boolean symmetric;
  private final boolean rewritten;
  private boolean confirmed;
  private boolean ending;
  /** Authorization line that the last INVITE carried; the ACK repeats it (RFC 3261 22.1). */
  private String authorization = "";
  private byte[] ack;
  private Flow ackFlow;
  private long ackCseq = -1;
  private long answeredCseq = -1;
  private long kept;
  /** Our 2xx that waits for its ACK. */
  volatile Unacknowledged unacknowledged;

  /**
   * @param symmetric whether the peer takes messages where it sends them from
   * @param rewritten see {@link Reach#overFlow}
   */
  Dialog(DialogId id, String localText, String remoteText, SipUri target, List<String> routes, Flow flow, boolean symmetric, boolean rewritten, Optional<Login> login) {
    this.id = id;
    this.localText = localText;
    this.remoteText = remoteText;
    this.target = target.withoutHeaders();
    this.routes = List.copyOf(routes);
    this.flow = flow;
    this.symmetric = symmetric;
    this.rewritten = rewritten;
    this.login = login;
    this.localCseq = 0;
    this.remoteCseq = -1;
  }

  /** Another dialog that the same INVITE makes: the peer, and the way to it, are the same. */
  synchronized Dialog sibling(String tag, String text, SipUri contact, long cseq) {
    var sibling = new Dialog(new DialogId(id.callId(), tag, id.remoteTag()), text, remoteText, contact, routes, flow, symmetric, rewritten, login);
    sibling.takeRemote(cseq);
    return sibling;
  }

  Optional<Login> login() {
    return login;
  }

  synchronized void startLocal(long cseq, String authorizationLine) {
    localCseq = Math.max(localCseq, cseq);
    inviteCseq = cseq;
    authorization = authorizationLine;
  }

  synchronized long nextCseq() {
    return ++localCseq;
  }

  /** The next one, for an INVITE. */
  synchronized long nextInviteCseq() {
    inviteCseq = ++localCseq;
    return inviteCseq;
  }

  /** Of the last INVITE that we sent in this dialog, 0 if we sent none: what RAck must name. */
  synchronized long inviteCseq() {
    return inviteCseq;
  }

  /** False if the request is out of order (RFC 3261 12.2.2). */
  synchronized boolean takeRemote(long cseq) {
    if (cseq <= remoteCseq) {
      return false;
    }
    remoteCseq = cseq;
    return true;
  }

  /** The server transactions of its requests keep so many bytes more, or less. */
  synchronized void keeps(long bytes) {
    kept += bytes;
  }

  synchronized long kept() {
    return kept;
  }

  /** The way the peer's last message came. */
  synchronized void heard(Flow by) {
    flow = by;
  }

  synchronized void target(SipUri contact) {
    target = contact.withoutHeaders();
  }

  /** @param recordRoutes in the order we are to follow; of the 2xx, which may differ from the 1xx's */
  synchronized void confirm(List<String> recordRoutes) {
    if (!confirmed) {
      confirmed = true;
      routes = List.copyOf(recordRoutes);
    }
  }

  synchronized boolean isConfirmed() {
    return confirmed;
  }

  synchronized void end() {
    ending = true;
  }

  synchronized boolean isEnding() {
    return ending;
  }

  synchronized String authorization() {
    return authorization;
  }

  synchronized void authorization(String line) {
    authorization = line;
  }

  /** True once per INVITE of ours: the 2xx is the user's; later ones of it are only acknowledged again. */
  synchronized boolean answered(long cseq) {
    if (answeredCseq == cseq) {
      return false;
    }
    answeredCseq = cseq;
    return true;
  }

  synchronized void acked(long cseq, byte[] bytes, Flow by) {
    ack = bytes;
    ackFlow = by;
    ackCseq = cseq;
  }

  /** An ACK to send again. */
  record Ack(byte[] bytes, Flow flow) {}

  synchronized Optional<Ack> ack(long cseq) {
    return ackCseq == cseq && ack != null ? Optional.of(new Ack(ack, ackFlow)) : Optional.empty();
  }

  /**
   * Where and how a request in this dialog goes.
   *
   * @param direct the flow to use as it is, behind NAT; else {@code next} is to be resolved
   * @param last the flow by which the peer was heard last
   */
  record Way(SipUri requestUri, List<String> routes, SipUri next, Optional<Flow> direct, Flow last) {}

  /** RFC 3261 12.2.1.1, with the flow instead of a Contact that cannot be meant. */
  synchronized Way way() {
    if (routes.isEmpty()) {
      boolean byFlow = Reach.overFlow(target, flow, symmetric, rewritten);
      return new Way(target, List.of(), target, byFlow ? Optional.of(flow) : Optional.empty(), flow);
    }
    SipUri first = firstRoute();
    if (first.parameter("lr").isPresent()) {
      return new Way(target, routes, first, Optional.empty(), flow);
    }
    // strict router: its URI becomes the Request-URI, the target the last route
    var strict = new java.util.ArrayList<>(routes.subList(1, routes.size()));
    strict.add("<" + target + ">");
    return new Way(first, strict, first, Optional.empty(), flow);
  }

  /** See {@link Reach#otherwise}. */
  synchronized HostPort otherwise(Flow by) {
    return routes.isEmpty() ? Reach.otherwise(target, by) : null;
  }

  /** No ACK of our 2xx is to be waited for any more: its peer has gone on to something else. */
  void waitsNoLonger() {
    Unacknowledged waiting = unacknowledged;
    if (waiting != null && waiting.end()) {
      unacknowledged = null;
      waiting.goesOn();
    }
  }

  private SipUri firstRoute() {
    try {
      return Addressing.routeUri(routes.get(0));
    } catch (BadMessage e) {
      throw new IllegalStateException("routes are checked when they come", e);
    }
  }
}

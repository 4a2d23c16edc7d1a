package org.strowger.phone;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The state of a dialog (RFC 3261 12). */
final class Dialog {

  final String callId;
  final String local;
  final String remote;
  final String localTag;
  final String remoteTag;
  final List<String> routes;
  String target;
  long localCseq;
  long remoteCseq;
  long reliable = -1;
  final SdpSession remoteSdp = new SdpSession();

  private Dialog(String callId, String local, String remote, String localTag, String remoteTag, List<String> routes, String target,
      long localCseq, long remoteCseq) {
    this.callId = callId;
    this.local = local;
    this.remote = remote;
    this.localTag = localTag;
    this.remoteTag = remoteTag;
    this.routes = routes;
    this.target = target;
    this.localCseq = localCseq;
    this.remoteCseq = remoteCseq;
  }

  /** As the caller: the route set is the reversed Record-Route of the response (12.1.2). */
  static Dialog caller(SipMessage invite, SipMessage response) {
    var routes = new ArrayList<>(response.headers("Record-Route"));
    Collections.reverse(routes);
    String target = response.contact().map(NameAddr::uri).orElse(invite.uri());
    return new Dialog(invite.callId(), invite.header("From").orElseThrow(), response.header("To").orElseThrow(), invite.from().tag(),
        response.to().tag(), List.copyOf(routes), target, invite.cseq().number(), -1);
  }

  /** As the callee: the route set is the Record-Route of the request (12.1.1). */
  static Dialog callee(SipMessage invite, String localTag) {
    String target = invite.contact().map(NameAddr::uri).orElse(invite.from().uri());
    return new Dialog(invite.callId(), invite.header("To").orElseThrow() + ";tag=" + localTag, invite.header("From").orElseThrow(),
        localTag, invite.from().tag(), List.copyOf(invite.headers("Record-Route")), target, 0, invite.cseq().number());
  }

  /** A request inside the dialog, without Via and CSeq. */
  SipMessage request(String method) {
    SipMessage request = SipMessage.request(method, target).with("Max-Forwards", "70").with("From", local).with("To", remote)
        .with("Call-ID", callId);
    for (String route : routes) {
      request = request.with("Route", route);
    }
    return request;
  }
}

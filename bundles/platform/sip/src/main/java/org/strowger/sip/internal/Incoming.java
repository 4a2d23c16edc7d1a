package org.strowger.sip.internal;

import gov.nist.javax.sip.header.Via;
import java.util.List;
import org.strowger.sip.api.Flow;
import org.strowger.sip.api.NameAddr;
import org.strowger.sip.api.SipBody;
import org.strowger.sip.api.SipHeaders;
import org.strowger.sip.api.Transport;

/** A message as read: the parts that the stack itself needs, parsed; everything else raw. */
final class Incoming {

  /** Upper case; of a response the CSeq's. */
  String method = "";
  /** Request-URI, or null for a response. */
  String uri;
  int status;
  String reason = "";
  Via via;
  /** Every Via value in order, the first one as it goes back: with received and rport. */
  List<String> vias;
  String fromText;
  String toText;
  NameAddr from;
  NameAddr to;
  String callId;
  long cseq;
  int maxForwards = 70;
  List<String> contacts = List.of();
  List<String> recordRoutes = List.of();
  List<String> routes = List.of();
  List<String> paths = List.of();
  List<String> authorizations = List.of();
  List<String> challenges = List.of();
  /** Whether the sender asked to be answered where it sent from (RFC 3581). */
  boolean rport;
  SipHeaders headers = SipHeaders.NONE;
  SipBody body = SipBody.NONE;
  final Flow flow;
  final long ticks;

  Incoming(Flow flow, long ticks) {
    this.flow = flow;
    this.ticks = ticks;
  }

  /** Whether the sender of this request takes messages where it sends them from. */
  boolean symmetric() {
    return rport || flow.transport() != Transport.UDP;
  }

  /** The way it came, with what its sender said of it. */
  Flow way() {
    return symmetric() == flow.symmetric() ? flow : new Flow(flow.transport(), flow.local(), flow.remote(), symmetric());
  }

  /** Whether a NAT may have rewritten the sender's port: its Via does not name the one that it came from, or names another address. */
  boolean isRewritten() {
    String host = via.getHost().startsWith("[") ? via.getHost().substring(1, via.getHost().length() - 1) : via.getHost();
    boolean elsewhere = Addresses.isLiteral(host) && !Addresses.same(host, flow.remote().host());
    return elsewhere || ReturnPath.port(via.getPort()) != flow.remote().port();
  }

  boolean isRequest() {
    return uri != null;
  }

  /** The name that the sender of a request outside of dialogs gives itself. */
  String claimed() {
    return (method.equals("REGISTER") ? to : from).uri().user();
  }

  String fromTag() {
    return from.tag().orElse("");
  }

  String toTag() {
    return to.tag().orElse("");
  }
}

package org.strowger.sip.internal;

import gov.nist.javax.sip.header.Via;
import java.util.List;
import org.strowger.sip.api.Flow;
import org.strowger.sip.api.NameAddr;
import org.strowger.sip.api.SipBody;
import org.strowger.sip.api.SipHeaders;

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

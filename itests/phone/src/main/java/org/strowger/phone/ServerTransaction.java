package org.strowger.phone;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;

/** A server transaction (RFC 3261 17.2): repeats responses, waits for the ACK of a failure, absorbs repeated requests. */
final class ServerTransaction {

  private final Agent agent;
  private final SipMessage request;
  private final Transport.Flow arrived;
  private final Transport.Flow flow;
  private SipMessage last;
  private Resender resender;
  private boolean acked;
  private IncomingCall call;

  ServerTransaction(Agent agent, SipMessage request, Transport.Flow arrived) {
    this.agent = agent;
    this.request = request;
    this.arrived = arrived;
    this.flow = back();
    if (!request.method().equals("INVITE")) {
      agent.after(agent.settings().timeout(), () -> agent.finished(this));
    }
  }

  static String key(SipMessage request) {
    Via via = request.via();
    String method = request.method().equals("ACK") ? "INVITE" : request.method();
    return via.branch() + "|" + via.host() + ":" + via.portOrDefault() + "|" + method;
  }

  String key() {
    return key(request);
  }

  SipMessage request() {
    return request;
  }

  InetSocketAddress source() {
    return arrived.remote();
  }

  void call(IncomingCall incoming) {
    call = incoming;
  }

  /** Responses go to the source address, to the source port only if asked for with rport (RFC 3261 18.2.2, RFC 3581). */
  private Transport.Flow back() {
    Via via = request.via();
    if (agent.transport().reliable() || via.params().containsKey("rport")) {
      return arrived;
    }
    try {
      return agent.transport().flow(new InetSocketAddress(arrived.remote().getAddress(), via.portOrDefault()));
    } catch (IOException e) {
      return arrived;
    }
  }

  /** A response with what must be repeated of the request; Record-Route too, when it makes a dialog. */
  SipMessage reply(int status, String reason, String toTag) {
    SipMessage response = SipMessage.response(status, reason);
    List<String> vias = request.headers("Via");
    for (int i = 0; i < vias.size(); i++) {
      response = response.with("Via", i == 0 ? topVia() : vias.get(i));
    }
    if (request.method().equals("INVITE") && status > 100 && status < 300) {
      for (String route : request.headers("Record-Route")) {
        response = response.with("Record-Route", route);
      }
    }
    String to = request.header("To").orElseThrow();
    boolean tagged = !request.to().tag().isEmpty() || toTag.isEmpty() || status == 100;
    return response.with("From", request.header("From").orElseThrow()).with("To", tagged ? to : to + ";tag=" + toTag)
        .with("Call-ID", request.callId()).with("CSeq", request.cseq().toString());
  }

  private String topVia() {
    String text = request.headers("Via").get(0);
    Via via = request.via();
    InetAddress source = arrived.remote().getAddress();
    boolean rport = via.params().containsKey("rport");
    if (rport) {
      text = text.replaceFirst("(?i);\\s*rport(?=\\s*(;|$))", ";rport=" + arrived.remote().getPort());
    }
    return rport || !same(via.host(), source) ? text + ";received=" + source.getHostAddress() : text;
  }

  private static boolean same(String host, InetAddress source) {
    boolean literal = host.indexOf(':') >= 0 || host.matches("[0-9.]+");
    try {
      return literal && InetAddress.getByName(host).equals(source);
    } catch (UnknownHostException e) {
      return false;
    }
  }

  void respond(SipMessage response) {
    last = response;
    agent.send(response, flow, false);
    if (response.status() < 200) {
      return;
    }
    if (request.method().equals("INVITE")) {
      agent.after(agent.settings().timeout().multipliedBy(2), () -> agent.finished(this));
      if (response.status() >= 300) {
        resender = new Resender(agent, agent.settings().t2(), agent.settings().timeout(), agent.resends(),
            () -> agent.send(last, flow, true),
            () -> agent.violation("a final response to INVITE is acknowledged (RFC 3261 17.2.1)", "no ACK for " + last.status(), request));
      }
    }
  }

  /** Sends the 2xx once more; its repeating belongs to the call (RFC 3261 13.3.1.4). */
  void sendAgain(SipMessage response) {
    agent.send(response, flow, true);
  }

  /** The request came again. */
  void again() {
    boolean accepted = request.method().equals("INVITE") && last != null && last.status() / 100 == 2;
    if (last != null && !acked && !accepted) {
      agent.send(last, flow, true);
    }
  }

  boolean awaitsAck() {
    return last != null && last.status() >= 300;
  }

  void acked(SipMessage ack) {
    if (!acked) {
      acked = true;
      resender.stop();
    }
    if (!ack.to().tag().equals(last.to().tag())) {
      agent.violation("the ACK of a failure has its To tag (RFC 3261 17.1.1.3)", ack.to() + " for " + last.to(), ack);
    }
  }

  boolean acknowledged() {
    return acked;
  }

  /** A CANCEL for this INVITE: it gets 200, the INVITE 487 unless it has its final (RFC 3261 9.2). */
  void cancelled(ServerTransaction cancel) {
    if (call == null) {
      cancel.respond(cancel.reply(200, "OK", Agent.token()));
    } else {
      call.cancelled(cancel);
    }
  }
}

package org.strowger.phone;

/** A client transaction (RFC 3261 17.1, RFC 6026): repeats the request, acknowledges failures, matches responses. */
final class ClientTransaction {

  /** Whoever sent the request. */
  interface User {
    /** Every provisional, the first final, and each 2xx to an INVITE. */
    void response(SipMessage response);

    /** Nothing came, or nothing could be sent. */
    void failed(String why);
  }

  private final Agent agent;
  private final SipMessage request;
  private final Transport.Flow flow;
  private final User user;
  private final boolean invite;
  private Resender resender;
  private boolean provisional;
  private SipMessage last;

  ClientTransaction(Agent agent, SipMessage request, Transport.Flow flow, User user) {
    this.agent = agent;
    this.request = request;
    this.flow = flow;
    this.user = user;
    this.invite = request.method().equals("INVITE");
  }

  static String key(SipMessage message) {
    return message.via().branch() + "|" + message.cseq().method();
  }

  String key() {
    return key(request);
  }

  SipMessage request() {
    return request;
  }

  Transport.Flow flow() {
    return flow;
  }

  boolean provisional() {
    return provisional;
  }

  void start() {
    if (!agent.send(request, flow, false)) {
      agent.after(java.time.Duration.ZERO, () -> fail("could not be sent to " + flow.remote()));
      return;
    }
    resender = new Resender(agent, invite ? null : agent.settings().t2(), agent.settings().timeout(), agent.resends(),
        () -> agent.send(request, flow, true), () -> fail("no answer within " + agent.settings().timeout()));
  }

  private void fail(String why) {
    if (last == null) {
      if (resender != null) {
        resender.stop();
      }
      agent.finished(this);
      user.failed(why);
    }
  }

  /** True when this response has been received before: the same final, or the same reliable provisional is told by its RSeq. */
  boolean repeats(SipMessage response) {
    return last != null && response.status() == last.status() && response.to().tag().equals(last.to().tag());
  }

  void received(SipMessage response) {
    for (Checks.Broken broken : Checks.answer(request, response)) {
      agent.violation(broken.rule(), broken.detail(), response);
    }
    if (response.status() < 200) {
      provisional(response);
    } else if (invite && response.status() < 300) {
      success(response);
    } else {
      failure(response);
    }
  }

  private void provisional(SipMessage response) {
    if (last != null) {
      return;
    }
    provisional = true;
    if (invite) {
      resender.endless();
    } else {
      resender.slow();
    }
    user.response(response);
  }

  private void success(SipMessage response) {
    if (last != null && last.status() >= 300) {
      agent.violation("no 2xx follows a failure of the same INVITE (RFC 3261 16.7)", "after " + last.status(), response);
      return;
    }
    end(response);
    user.response(response);
  }

  private void failure(SipMessage response) {
    if (invite) {
      agent.send(ack(response), flow, last != null);
    }
    if (last == null) {
      end(response);
      user.response(response);
    } else if (last.status() != response.status()) {
      agent.violation("a request has one final response (RFC 3261 8.2.6)", response.status() + " after " + last.status(), response);
    }
  }

  private void end(SipMessage response) {
    if (last == null) {
      resender.stop();
      agent.after(agent.settings().timeout(), () -> agent.finished(this));
    }
    last = response;
  }

  /** Ends it without a final response: none came after a CANCEL (RFC 3261 9.1), or the connection is gone (17.1.4). */
  void giveUp(String why) {
    fail(why);
  }

  private SipMessage ack(SipMessage response) {
    return companion("ACK").withOnly("To", response.header("To").orElseThrow());
  }

  /** An ACK or CANCEL on this transaction's branch (RFC 3261 17.1.1.3, 9.1). */
  SipMessage companion(String method) {
    SipMessage message = SipMessage.request(method, request.uri()).with("Via", request.headers("Via").get(0)).with("Max-Forwards", "70")
        .with("From", request.header("From").orElseThrow()).with("To", request.header("To").orElseThrow())
        .with("Call-ID", request.callId()).with("CSeq", new CSeq(request.cseq().number(), method).toString());
    for (String route : request.headers("Route")) {
      message = message.with("Route", route);
    }
    return message;
  }
}

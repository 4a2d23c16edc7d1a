package org.strowger.sip.internal;

import java.util.concurrent.atomic.LongAdder;
import org.strowger.kernel.Meter;

/**
 * Takes what the ports read: gives it to its worker, sheds what is too much or too late, reads it and
 * passes it on. Nothing here remembers anything of the sender.
 */
final class Intake {

  private static final String BUSY = "503 Service Unavailable";
  private final Engine engine;
  private final Requests requests;
  private final LongAdder received;
  private final LongAdder shed;
  private final LongAdder malformed;

  Intake(Engine engine, Meter meter) {
    this.engine = engine;
    this.requests = new Requests(engine);
    this.received = meter.counter("received");
    this.shed = meter.counter("shed");
    this.malformed = meter.counter("malformed");
  }

  /** On a port's thread. */
  void arrived(Arrival arrival) {
    received.increment();
    byte[] bytes = arrival.bytes();
    engine.trace.received(bytes, arrival.flow());
    if (bytes.length > engine.settings.maxMessage()) {
      malformed.increment();
      refuse(arrival, "513 Message Too Large", "");
    } else if (!engine.workers.take(RawHead.hash(bytes), arrival)) {
      shed(arrival);
    }
  }

  /** On the worker of its Call-ID. */
  void handle(Arrival arrival) {
    if (engine.time.ticks() - arrival.ticks() > engine.settings.maxAge().toNanos() && RawHead.opensSomething(arrival.bytes())) {
      shed(arrival);
      return;
    }
    Incoming in;
    try {
      in = MessageReader.read(arrival);
    } catch (BadMessage e) {
      if (!isKeepAlive(arrival.bytes())) {
        malformed.increment();
        refuse(arrival, e.status() == 400 ? "400 " + e.getMessage() : e.status() + " " + Phrases.of(e.status()), "");
      }
      return;
    }
    if (in.isRequest()) {
      requests.handle(in);
    } else {
      response(in);
    }
  }

  private static boolean isKeepAlive(byte[] bytes) {
    for (byte b : bytes) {
      if (b != '\r' && b != '\n' && b != 0) {
        return false;
      }
    }
    return true;
  }

  private void shed(Arrival arrival) {
    shed.increment();
    if (RawHead.opensSomething(arrival.bytes())) {
      refuse(arrival, BUSY, "Retry-After: 5\r\n");
    }
  }

  private void refuse(Arrival arrival, String statusAndPhrase, String extra) {
    byte[] answer = RawHead.refusal(arrival.bytes(), statusAndPhrase, extra + engine.server);
    if (answer != null) {
      engine.stateless.increment();
      engine.send(answer, arrival.flow(), () -> { });
    }
  }

  /** A route set that cannot be followed makes no dialog. */
  private static boolean routable(Incoming in) {
    try {
      for (String route : in.recordRoutes) {
        Addressing.routeUri(route);
      }
      return true;
    } catch (BadMessage e) {
      return false;
    }
  }

  private void response(Incoming in) {
    String branch = in.via.getBranch();
    if (branch == null || in.vias.size() != 1 || !routable(in)) {
      return;
    }
    ClientTx tx = engine.client(in.method.equals("CANCEL") ? branch + "|CANCEL" : branch).orElse(null);
    if (tx != null && tx.method.equals(in.method) && tx.callId.equals(in.callId)) {
      if (tx.response(in) == ClientTx.Take.DELIVER && tx.owner() != null) {
        tx.owner().response(in, tx);
      }
    } else if (tx == null && in.method.equals("INVITE") && in.status >= 200 && in.status < 300) {
      // our ACK was lost and the transaction is gone
      Dialog dialog = engine.dialogs.get(new org.strowger.sip.api.DialogId(in.callId, in.fromTag(), in.toTag()));
      if (dialog != null) {
        dialog.ack(in.cseq).ifPresent(ack -> engine.send(ack.bytes(), ack.flow(), () -> { }));
      }
    }
  }
}

package org.strowger.sip.internal;

import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;
import org.strowger.kernel.Meter;
import org.strowger.sip.api.DialogId;
import org.strowger.sip.internal.admission.Admission;

/**
 * Takes what the ports read: refuses what is too much or too late, gives the rest to its worker, reads it and
 * passes it on. Nothing here remembers anything of the sender.
 */
final class Intake {

  private final Engine engine;
  private final Requests requests;
  private final LongAdder received;
  private final LongAdder shed;
  private final LongAdder malformed;
  private final LongAdder limited;
  private final LongAdder absorbed;

  Intake(Engine engine, Meter meter) {
    this.engine = engine;
    this.requests = new Requests(engine);
    this.received = meter.counter("received");
    this.shed = meter.counter("shed");
    this.malformed = meter.counter("malformed");
    this.limited = meter.counter("limited");
    this.absorbed = meter.counter("ack.absorbed");
  }

  /** On a port's thread: judged here by its head alone, so that what is too much costs no worker anything. */
  void arrived(Arrival arrival) {
    received.increment();
    byte[] bytes = arrival.bytes();
    String source = arrival.flow().remote().host();
    if (engine.admission.drops(source) || isKeepAlive(bytes)) {
      return;
    }
    engine.trace.received(bytes, arrival.flow());
    RawHead head = RawHead.of(bytes);
    if (bytes.length > engine.settings.maxMessage()) {
      malformed.increment();
      answer(arrival, head, 513, "");
    } else if (head.acknowledges(engine.statelessTag)) {
      absorbed.increment();
    } else if (isBusy(head) && !isKnown(head)) {
      busy(arrival, head);
    } else if (head.opens() && isTooMuch(arrival, head, source)) {
      limited.increment();
    } else if (!engine.workers.take(head.hash(), arrival)) {
      full(arrival, head);
    }
  }

  /** Whether what came before waits too long: before its worker, or before whoever takes such requests. */
  private boolean isBusy(RawHead head) {
    if (engine.admission.isLate(engine.workers.age(head.hash()))) {
      return true;
    }
    return head.opens() && engine.users.of(head.method()).map(user -> engine.admission.isLate(user.backlogNanos())).orElse(false);
  }

  /** What belongs to something that is there already is never refused: the peer would give up what we go on with. */
  private boolean isKnown(RawHead head) {
    if (!head.opens()) {
      DialogId dialog = head.within();
      return dialog == null || engine.dialogs.containsKey(dialog);
    }
    String key = head.key();
    return key != null && (engine.servers.containsKey(key) || engine.refusals.isKnown(key));
  }

  /** Whether this source opens more than it may; it has been told so then, or it hears nothing. */
  private boolean isTooMuch(Arrival arrival, RawHead head, String source) {
    Admission.Pass pass = engine.admission.opens(source);
    if (pass == Admission.Pass.TAKE || isKnown(head)) {
      return false;
    }
    if (pass == Admission.Pass.REFUSE) {
      answer(arrival, head, 503, engine.admission.retryAfter());
    }
    return true;
  }

  private void busy(Arrival arrival, RawHead head) {
    if (!head.opens()) {
      shed.increment();
      answer(arrival, head, 481, "");
    } else if (head.method().equals("OPTIONS")) {
      boolean ready = engine.users.ready();
      answer(arrival, head, ready ? 200 : 503, ready ? engine.abilities : engine.admission.retryAfter());
    } else {
      shed(arrival, head);
    }
  }

  private void full(Arrival arrival, RawHead head) {
    if (head.opens()) {
      busy(arrival, head);
    } else {
      // its sender repeats it
      shed.increment();
    }
  }

  private void shed(Arrival arrival, RawHead head) {
    shed.increment();
    answer(arrival, head, 503, engine.admission.retryAfter());
  }

  /** On the worker of its Call-ID. */
  void handle(Arrival arrival) {
    if (engine.admission.isLate(engine.time.ticks() - arrival.ticks())) {
      RawHead head = RawHead.of(arrival.bytes());
      if (head.opens() && !isKnown(head)) {
        busy(arrival, head);
        return;
      }
    }
    Incoming in;
    try {
      in = MessageReader.read(arrival);
    } catch (BadMessage e) {
      malformed.increment();
      refuse(arrival, RawHead.of(arrival.bytes()), e.status() == 400 ? "400 " + e.getMessage() : e.status() + " " + Phrases.of(e.status()), "");
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

  private void answer(Arrival arrival, RawHead head, int status, String extra) {
    refuse(arrival, head, status + " " + Phrases.of(status), extra);
  }

  private void refuse(Arrival arrival, RawHead head, String statusAndPhrase, String extra) {
    String tag = engine.statelessTag + Integer.toHexString(Arrays.hashCode(arrival.bytes()));
    byte[] answer = head.answer(arrival.flow(), statusAndPhrase, tag, extra + engine.server);
    if (answer != null) {
      engine.stateless.increment();
      engine.send(answer, head.replyTo(arrival.flow()), () -> { });
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
      Dialog dialog = engine.dialogs.get(new DialogId(in.callId, in.fromTag(), in.toTag()));
      if (dialog != null) {
        dialog.ack(in.cseq).ifPresent(ack -> engine.send(ack.bytes(), ack.flow(), () -> { }));
      }
    }
  }
}

package org.strowger.sip.internal;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.strowger.kernel.Meter;
import org.strowger.sip.api.DialogId;
import org.strowger.sip.api.Transport;
import org.strowger.sip.internal.admission.Admission;
import org.strowger.sip.spi.SipUser;

/**
 * Takes what the ports read: refuses what is too much or too late, gives the rest to its worker, reads it and
 * passes it on. Nothing here remembers anything of the sender. What belongs to a call or request that is there is never
 * limited, banned or shed: the peer would give up, or never hear of, what we go on with and charge.
 */
final class Intake {

  /** Messages that have no room before their worker and that nobody repeats. */
  private static final long MOST_PUT_OFF = 8 << 20;
  private static final long MOST_PUT_OFF_OF_A_SOURCE = 1 << 20;
  private static final long PUT_OFF_MILLIS = 50;
  /** So many of one Call-ID, then it is the turn of what waits for the same worker: a peer that goes on sending would have it for itself. */
  static final int TURN = 16;

  private final Engine engine;
  private final Requests requests;
  /** Keys of INVITEs that wait for their worker: a CANCEL may be right behind. */
  private final Set<String> coming = ConcurrentHashMap.newKeySet();
  Owed putOff = new Owed(MOST_PUT_OFF, MOST_PUT_OFF_OF_A_SOURCE);
  /** What is put off, by Call-ID: what follows it must not overtake it. Guarded by its monitor. */
  private final Map<String, ArrayDeque<Arrival>> waiting = new HashMap<>();
  private volatile boolean waits;
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
    if (isKeepAlive(bytes)) {
      return;
    }
    RawHead head = RawHead.of(bytes);
    boolean belongs = belongs(head);
    if (!belongs && engine.admission.drops(source)) {
      return;
    }
    engine.trace.received(bytes, arrival.flow());
    if (!belongs && head.opens()) {
      engine.admission.asks(source);
    }
    if (bytes.length > engine.settings.maxMessage()) {
      malformed.increment();
      answer(arrival, head, 513, "");
    } else if (head.acknowledges(engine.statelessTag)) {
      absorbed.increment();
    } else if (!belongs && isBusy(head, source)) {
      busy(arrival, head);
    } else if (!belongs && isTooMuch(arrival, head, source)) {
      limited.increment();
    } else {
      // What does not belong has been counted by now, and is not again when its turn comes.
      Arrival admitted = arrival.admitted(head, belongs);
      if (!follows(admitted, head) && !take(admitted, head)) {
        full(admitted, head, belongs);
      }
    }
  }

  private boolean take(Arrival arrival, RawHead head) {
    String invite = inviteKey(head);
    if (invite != null) {
      coming.add(invite);
    }
    boolean taken = engine.workers.take(head.hash(), arrival);
    if (invite != null && !taken) {
      coming.remove(invite);
    }
    return taken;
  }

  private static String inviteKey(RawHead head) {
    return head.opens() && head.method().equals("INVITE") ? head.key() : null;
  }

  /** Whether what came before waits too long: before its worker, or before whoever takes such requests. */
  private boolean isBusy(RawHead head, String source) {
    long age = engine.workers.age(head.hash());
    if (head.opens()) {
      age = Math.max(age, engine.users.of(head.method()).map(SipUser::backlogNanos).orElse(0L));
    }
    return isLate(age, head, source);
  }

  /** Of new requests, those of sources that ask much are late sooner; what is answered here anyhow, or costs little, is late when it is. */
  private boolean isLate(long age, RawHead head, String source) {
    return head.opens() && !head.method().equals("OPTIONS") ? engine.admission.refuses(source, age) : engine.admission.isLate(age);
  }

  /** Whether this belongs to a dialog or transaction that is there, of either side. */
  private boolean belongs(RawHead head) {
    DialogId dialog = head.within();
    if (dialog != null && engine.dialogs.containsKey(head.isRequest() ? dialog : new DialogId(dialog.callId(), dialog.remoteTag(), dialog.localTag()))) {
      return true;
    }
    if (!head.isRequest()) {
      String branch = head.branch();
      return engine.client(branch).isPresent() || engine.client(branch + "|CANCEL").isPresent();
    }
    String key = head.key();
    if (key == null) {
      return engine.servers.merged.containsKey(head.mergeKey());
    }
    return engine.servers.byId.containsKey(key) || engine.refusals.isKnown(key) || head.method().equals("CANCEL") && coming.contains(key);
  }

  /** The same of a message as the parser read it: the last word, for a head may be written so that it is read in two ways. */
  private boolean belongs(Incoming in) {
    if (!in.isRequest()) {
      String branch = String.valueOf(in.via.getBranch());
      return engine.client(branch).isPresent() || engine.client(branch + "|CANCEL").isPresent() || engine.dialogs.containsKey(new DialogId(in.callId, in.fromTag(), in.toTag()));
    }
    if (!in.toTag().isEmpty() && engine.dialogs.containsKey(new DialogId(in.callId, in.toTag(), in.fromTag()))) {
      return true;
    }
    String key = Requests.key(in, in.method.equals("ACK") || in.method.equals("CANCEL") ? "INVITE" : in.method);
    return engine.servers.byId.containsKey(key) || engine.refusals.isKnown(key) || key.startsWith(Requests.UNNAMED) && engine.servers.merged.containsKey(Requests.mergeKey(in));
  }

  /** Whether this source sends more that belongs to nothing than it may; it has been told so then, or it hears nothing. */
  private boolean isTooMuch(Arrival arrival, RawHead head, String source) {
    Admission.Pass pass = engine.admission.opens(source);
    if (pass == Admission.Pass.TAKE) {
      return false;
    }
    if (pass == Admission.Pass.REFUSE) {
      answer(arrival, head, head.opens() ? 503 : 481, head.opens() ? engine.admission.retryAfter() : "");
    }
    return true;
  }

  private void busy(Arrival arrival, RawHead head) {
    if (!head.opens()) {
      shed.increment();
      if (!head.method().equals("CANCEL")) {
        answer(arrival, head, 481, "");
      }
    } else if (head.method().equals("OPTIONS")) {
      boolean ready = engine.users.ready();
      answer(arrival, head, ready ? 200 : 503, ready ? engine.abilities : engine.admission.retryAfter());
    } else {
      shed(arrival, head);
    }
  }

  private void full(Arrival arrival, RawHead head, boolean belongs) {
    if (!belongs) {
      busy(arrival, head);
    } else if (arrival.flow().transport() == Transport.UDP || !putOff(arrival, head)) {
      // by UDP its sender repeats it
      shed.increment();
    }
  }

  /** Handed over again a little later: over TCP nobody repeats anything. */
  private boolean putOff(Arrival arrival, RawHead head) {
    String host = arrival.flow().remote().host();
    synchronized (waiting) {
      if (!putOff.add(engine.admission.source(host), arrival.bytes().length, engine.admission.exempts(host))) {
        return false;
      }
      waits = true;
      waiting.computeIfAbsent(head.callId(), callId -> {
        engine.wheel.in(PUT_OFF_MILLIS, callId, () -> resume(callId));
        return new ArrayDeque<>();
      }).add(arrival);
    }
    return true;
  }

  /** Whether this is put off behind what is put off of its Call-ID already, or lost with it. */
  private boolean follows(Arrival arrival, RawHead head) {
    if (!waits) {
      return false;
    }
    synchronized (waiting) {
      if (!waiting.containsKey(head.callId())) {
        return false;
      }
      if (!putOff(arrival, head)) {
        shed.increment();
      }
      return true;
    }
  }

  /** On the worker of that Call-ID: what comes meanwhile is put off too, until there is nothing left. */
  private void resume(String callId) {
    boolean done = false;
    try {
      for (int i = 0; i < TURN && !done; i++) {
        Arrival next = next(callId);
        if (next == null) {
          done = true;
        } else {
          handle(next);
        }
      }
    } finally {
      if (!done && !engine.workers.run(callId, () -> resume(callId))) {
        engine.wheel.in(PUT_OFF_MILLIS, callId, () -> resume(callId));
      }
    }
  }

  private Arrival next(String callId) {
    synchronized (waiting) {
      Arrival next = waiting.get(callId).poll();
      if (next == null) {
        waiting.remove(callId);
        waits = !waiting.isEmpty();
      } else {
        putOff.remove(engine.admission.source(next.flow().remote().host()), next.bytes().length);
      }
      return next;
    }
  }

  private void shed(Arrival arrival, RawHead head) {
    shed.increment();
    answer(arrival, head, 503, engine.admission.retryAfter());
  }

  /** On the worker of its Call-ID. */
  void handle(Arrival arrival) {
    RawHead head = arrival.head() == null ? RawHead.of(arrival.bytes()) : arrival.head();
    try {
      boolean late = isLate(engine.time.ticks() - arrival.ticks(), head, arrival.flow().remote().host());
      if (late && !belongs(head)) {
        busy(arrival, head);
      } else {
        read(arrival, head, late);
      }
    } finally {
      String invite = inviteKey(head);
      if (invite != null) {
        coming.remove(invite);
      }
    }
  }

  private void read(Arrival arrival, RawHead head, boolean late) {
    Incoming in;
    try {
      in = MessageReader.read(arrival);
    } catch (BadMessage e) {
      malformed.increment();
      refuse(arrival, head, e.status() == 400 ? "400 " + e.getMessage() : e.status() + " " + Phrases.of(e.status()), "");
      return;
    }
    if ((arrival.spared() || late) && !belongs(in)) {
      stranger(arrival, head, in, late);
    } else {
      pass(in);
    }
  }

  /** Its head said that it belongs to what is there, and that is not so, or no longer: it is judged like any other. */
  private void stranger(Arrival arrival, RawHead head, Incoming in, boolean late) {
    String source = arrival.flow().remote().host();
    if (arrival.spared() && engine.admission.drops(source)) {
      return;
    }
    if (late || engine.users.of(in.method).map(user -> engine.admission.isLate(user.backlogNanos())).orElse(false)) {
      busy(arrival, head);
    } else if (arrival.spared() && isTooMuch(arrival, head, source)) {
      limited.increment();
    } else {
      pass(in);
    }
  }

  private void pass(Incoming in) {
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
      Outgoing owner = tx.owner();
      if (tx.response(in) == ClientTx.Take.DELIVER && owner != null) {
        owner.response(in, tx);
        tx.told();
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

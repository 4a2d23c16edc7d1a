package org.strowger.sip.internal;

import org.strowger.kernel.HostPort;
import org.strowger.sip.api.Flow;
import org.strowger.sip.api.SipClient.Failure;
import org.strowger.sip.api.Transport;

/**
 * A client transaction (RFC 3261 17.1, with the Accepted state of RFC 6026). Guarded by its monitor;
 * timers run on the worker of its Call-ID.
 */
final class ClientTx {

  enum State { CALLING, PROCEEDING, COMPLETED, ACCEPTED, ENDED }

  /** What to do with a response. */
  enum Take { DELIVER, IGNORE }

  private final Engine engine;
  /** Null for a CANCEL, and once its owner has heard how it ended. */
  private volatile Outgoing owner;
  final String branch;
  final String method;
  final String callId;
  final Flow flow;
  /** See {@link Dialog#otherwise}. */
  private final HostPort otherwise;
  private byte[] bytes;
  private byte[] ack;
  private State state = State.CALLING;
  private long pause;
  private Wheel.Timer repeat;
  private Wheel.Timer end;

  ClientTx(Engine engine, Outgoing owner, String branch, String method, String callId, byte[] bytes, Flow flow, HostPort otherwise) {
    this.otherwise = otherwise;
    this.engine = engine;
    this.owner = owner;
    this.branch = branch;
    this.method = method;
    this.callId = callId;
    this.bytes = bytes;
    this.flow = flow;
    this.pause = engine.settings.t1().toMillis();
  }

  String key() {
    return method.equals("CANCEL") ? branch + "|CANCEL" : branch;
  }

  /** Whether it begins something, rather than go on with it or end it. */
  boolean isOpening() {
    return owner != null && !owner.isWithin();
  }

  private boolean isInvite() {
    return method.equals("INVITE");
  }

  void start() {
    synchronized (this) {
      if (flow.transport() == Transport.UDP) {
        repeat = engine.wheel.in(pause, callId, this::again);
      }
      end = engine.wheel.in(engine.settings.t64Millis(), callId, () -> fail(Failure.TIMEOUT));
    }
    engine.send(bytes, flow, otherwise, () -> engine.later(callId, () -> fail(Failure.TRANSPORT)));
  }

  private synchronized void again() {
    if (state == State.CALLING || (state == State.PROCEEDING && !isInvite())) {
      engine.repeats.increment();
      engine.send(bytes, flow, () -> { });
      pause = isInvite() ? pause * 2 : state == State.PROCEEDING ? engine.settings.t2Millis() : Math.min(pause * 2, engine.settings.t2Millis());
      repeat = engine.wheel.in(pause, callId, this::again);
    }
  }

  synchronized State state() {
    return state;
  }

  /** After CANCEL an INVITE has 64 T1 left (RFC 3261 9.1). */
  synchronized void limitAfterCancel() {
    if (state == State.PROCEEDING) {
      end.cancel();
      end = engine.wheel.in(engine.settings.t64Millis(), callId, () -> fail(Failure.TIMEOUT));
    }
  }

  private void fail(Failure failure) {
    synchronized (this) {
      if (state != State.CALLING && state != State.PROCEEDING) {
        return;
      }
      stop();
      state = State.ENDED;
    }
    engine.removeClient(this);
    if (owner != null) {
      owner.failed(failure);
    }
  }

  private void stop() {
    if (repeat != null) {
      repeat.cancel();
    }
    if (end != null) {
      end.cancel();
    }
  }

  Take response(Incoming response) {
    boolean over = false;
    Take take;
    synchronized (this) {
      take = switch (state) {
        case CALLING, PROCEEDING -> {
          if (response.status < 200) {
            provisional();
          } else {
            over = finalResponse(response);
          }
          yield Take.DELIVER;
        }
        case ACCEPTED -> response.status >= 200 && response.status < 300 ? Take.DELIVER : Take.IGNORE;
        case COMPLETED -> {
          if (isInvite() && response.status >= 300) {
            sendAck();
          }
          yield Take.IGNORE;
        }
        case ENDED -> Take.IGNORE;
      };
    }
    if (over) {
      engine.removeClient(this);
    }
    return take;
  }

  private void provisional() {
    boolean first = state == State.CALLING;
    state = State.PROCEEDING;
    if (isInvite() && first) {
      stop();
      // nobody rings for longer: what a lost final answer leaves behind must go
      end = engine.wheel.in(Engine.LONGEST_RINGING_MILLIS, callId, () -> fail(Failure.TIMEOUT));
    }
  }

  /** True if the transaction is over at once. */
  private boolean finalResponse(Incoming response) {
    stop();
    boolean udp = flow.transport() == Transport.UDP;
    long linger;
    if (!isInvite()) {
      state = State.COMPLETED;
      linger = udp ? engine.settings.t1().toMillis() * 10 : 0;
    } else if (response.status < 300) {
      state = State.ACCEPTED;
      linger = engine.settings.t64Millis();
    } else {
      state = State.COMPLETED;
      ack = owner.ackOfFailure(response, branch);
      sendAck();
      linger = udp ? engine.settings.t64Millis() : 0;
    }
    bytes = null;
    if (linger == 0) {
      state = State.ENDED;
      return true;
    }
    end = engine.wheel.in(linger, callId, this::ended);
    return false;
  }

  private void sendAck() {
    if (ack != null) {
      engine.send(ack, flow, otherwise, () -> { });
    }
  }

  private void ended() {
    synchronized (this) {
      state = State.ENDED;
      ack = null;
    }
    engine.removeClient(this);
    Outgoing whose = owner;
    if (whose != null) {
      whose.over();
    }
  }

  Outgoing owner() {
    return owner;
  }

  /** Its owner has heard the final answer. One that repeats it finds the ACK here: what made the request, the whole of a call perhaps, need not live for 32 s more. */
  synchronized void told() {
    if (state == State.COMPLETED) {
      owner = null;
    }
  }
}

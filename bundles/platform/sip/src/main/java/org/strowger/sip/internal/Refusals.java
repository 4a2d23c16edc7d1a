package org.strowger.sip.internal;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.strowger.sip.api.Flow;
import org.strowger.sip.api.Transport;

/**
 * The 401 to a wrong digest, on its way: nothing but its bytes and a timer, where a transaction would keep the whole
 * request for 32 s. Repeated requests get it again, an INVITE's is repeated until its ACK comes, for 10 T1 in all.
 * Bounded for a source and for all; what is more is dropped without an answer: only guessers come that far.
 */
final class Refusals {

  static final long MOST = 16 << 20;
  static final long MOST_OF_A_SOURCE = 1 << 20;
  /** About what one costs beside its bytes. */
  private static final int BESIDES = 500;

  /** One. Guarded by its monitor; its timers run on the worker of its Call-ID. */
  private final class Refusal {
    private final String key;
    private final String callId;
    private final String tag;
    private final String source;
    private final byte[] bytes;
    private final Flow flow;
    private final boolean invite;
    private final long until;
    private long pause = engine.settings.t1().toMillis();
    private boolean sent;
    private boolean over;
    private Wheel.Timer timer;

    private Refusal(ServerTx tx, byte[] bytes) {
      this.key = tx.id.value();
      this.callId = tx.callId;
      this.tag = tx.localTag;
      this.source = engine.admission.source(tx.source);
      this.bytes = bytes;
      this.flow = tx.head().to();
      this.invite = tx.isInvite();
      this.until = tx.receivedTicks + engine.settings.t1().toNanos() * 10;
    }

    private long cost() {
      return bytes.length + BESIDES;
    }

    private synchronized void start(long ticks) {
      timer = engine.wheel.at(ticks, callId, this::due);
    }

    private synchronized void due() {
      boolean late = sent && engine.time.ticks() - until >= 0;
      if (over || late) {
        end();
        return;
      }
      if (!sent || invite) {
        engine.send(bytes, flow, () -> { });
      }
      sent = true;
      if (flow.transport() != Transport.UDP) {
        end();
      } else {
        timer = engine.wheel.in(pause, callId, this::due);
        pause *= 2;
      }
    }

    private synchronized void repeated() {
      if (sent && !over) {
        engine.send(bytes, flow, () -> { });
      }
    }

    private synchronized void end() {
      timer.cancel();
      if (!over) {
        over = true;
        pending.remove(key, this);
        owed.remove(source, cost());
      }
    }
  }

  private final Engine engine;
  private final Owed owed = new Owed(MOST, MOST_OF_A_SOURCE);
  private final Map<String, Refusal> pending = new ConcurrentHashMap<>();

  Refusals(Engine engine) {
    this.engine = engine;
  }

  /**
   * Takes the place of a transaction.
   *
   * @param ticks when it goes out
   */
  void add(ServerTx tx, byte[] bytes, long ticks) {
    var fresh = new Refusal(tx, bytes);
    if (owed.add(fresh.source, fresh.cost(), engine.admission.exempts(tx.source))) {
      pending.put(fresh.key, fresh);
      fresh.start(ticks);
    }
  }

  /** The same request again; false if it is none of these. */
  boolean repeated(String key) {
    Refusal known = pending.get(key);
    if (known != null) {
      known.repeated();
    }
    return known != null;
  }

  boolean isKnown(String key) {
    return pending.containsKey(key);
  }

  /** Our tag in the refusal of this request; null if it is none of these. */
  String tag(String key) {
    Refusal known = pending.get(key);
    return known == null ? null : known.tag;
  }

  void acknowledged(String key) {
    Refusal known = pending.get(key);
    if (known != null) {
      known.end();
    }
  }

  int size() {
    return pending.size();
  }

  long bytes() {
    return owed.bytes();
  }

  void clear() {
    pending.clear();
  }
}

package org.strowger.sip.internal;

/** A 2xx to INVITE that is repeated until its ACK comes (RFC 3261 13.3.1.4), over any transport. */
final class Unacknowledged {

  private final Engine engine;
  private final Dialog dialog;
  final long cseq;
  private final byte[] bytes;
  private final Wire.ReplyHead head;
  private final long deadline;
  private long pause;
  private Wheel.Timer timer;
  private boolean over;
  /** What waits for the ACK. */
  private Runnable next;

  Unacknowledged(Engine engine, Dialog dialog, long cseq, byte[] bytes, Wire.ReplyHead head) {
    this.engine = engine;
    this.dialog = dialog;
    this.cseq = cseq;
    this.bytes = bytes;
    this.head = head;
    this.pause = engine.settings.t1().toMillis();
    this.deadline = engine.time.ticks() + engine.settings.t64Millis() * 1_000_000;
  }

  synchronized void start() {
    if (!over) {
      timer = engine.wheel.in(pause, dialog.id.callId(), this::again);
    }
  }

  private void again() {
    boolean lost;
    synchronized (this) {
      if (over) {
        return;
      }
      lost = engine.time.ticks() - deadline >= 0;
      if (!lost) {
        engine.send(bytes, head.to(), head.otherwise(), () -> { });
        pause = Math.min(pause * 2, engine.settings.t2Millis());
        start();
      } else {
        over = true;
      }
    }
    if (lost) {
      engine.lostAcks.increment();
      if (goesOn()) {
        return;
      }
      engine.user("INVITE").ifPresent(user -> user.unacknowledged(dialog.id));
    }
  }

  /** Puts this off until the ACK came or is lost; false if that is past. */
  synchronized boolean putOff(Runnable task) {
    if (!over) {
      next = task;
    }
    return !over;
  }

  /** Once it is over: whether something had waited, which is done now. */
  boolean goesOn() {
    Runnable waited;
    synchronized (this) {
      waited = next;
      next = null;
    }
    if (waited != null) {
      waited.run();
    }
    return waited != null;
  }

  /** True the first time. */
  synchronized boolean end() {
    boolean first = !over;
    over = true;
    if (timer != null) {
      timer.cancel();
    }
    return first;
  }
}

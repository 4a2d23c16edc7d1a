package org.strowger.calls.internal;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.MDC;

/**
 * The events of one call, worked off in order by whichever worker is free, one at a time: call code needs
 * no locks. A mailbox waits in the workers' queue at most once, so that queue is never longer than there
 * are calls.
 */
final class Mailbox implements Runnable {

  /** What a peer may heap up. What the switch itself has under way is bounded by nature and always taken. */
  static final int MOST_FROM_PEERS = 64;

  /** In the log's context. */
  static final String CALL = "call";
  static final String ACCOUNT = "account";

  /** Events worked off before others get their turn. */
  private static final int TURN = 16;

  private final Executor workers;
  private final Consumer<Throwable> broken;
  private final Runnable named;
  private final ArrayDeque<Runnable> events = new ArrayDeque<>(4);
  private boolean scheduled;
  /** Counts whoever works here: one that has lost its turn works no more. */
  private int turn;

  /** @param broken told, in order, when an event threw */
  Mailbox(Executor workers, Consumer<Throwable> broken) {
    this(workers, broken, () -> { });
  }

  /** @param named puts whose events these are into the log's context, before some are worked off; they are taken out afterwards */
  Mailbox(Executor workers, Consumer<Throwable> broken, Runnable named) {
    this.workers = workers;
    this.broken = broken;
    this.named = named;
  }

  void put(Runnable event) {
    synchronized (this) {
      events.add(event);
      if (scheduled) {
        return;
      }
      scheduled = true;
    }
    workers.execute(this);
  }

  /** @return false if too many wait: the peer sends faster than anyone could need */
  boolean offer(Runnable event) {
    synchronized (this) {
      if (events.size() >= MOST_FROM_PEERS) {
        return false;
      }
    }
    put(event);
    return true;
  }

  /**
   * As {@link #put}, but where nothing else is at work here the event is worked off on this thread, which may be one of the SIP stack's: for events
   * that are brief and ask no policy. Handing one over costs more than most of them do.
   */
  void hurry(Runnable event) {
    int mine;
    synchronized (this) {
      if (scheduled) {
        events.add(event);
        return;
      }
      scheduled = true;
      mine = ++turn;
    }
    named.run();
    try {
      work(event, mine);
    } finally {
      unnamed();
    }
    synchronized (this) {
      if (events.isEmpty()) {
        scheduled = false;
        return;
      }
    }
    // What came meanwhile may ask policies.
    workers.execute(this);
  }

  /** As {@link #hurry}. @return as {@link #offer} */
  boolean offerHurry(Runnable event) {
    synchronized (this) {
      if (events.size() >= MOST_FROM_PEERS) {
        return false;
      }
    }
    hurry(event);
    return true;
  }

  /** Its worker is stuck in an event: {@code first} and what waits is another one's work. */
  void lose(Runnable first) {
    synchronized (this) {
      turn++;
      events.addFirst(first);
    }
    workers.execute(this);
  }

  @Override
  public void run() {
    int mine;
    synchronized (this) {
      mine = ++turn;
    }
    named.run();
    try {
      turn(mine);
    } finally {
      unnamed();
    }
  }

  private static void unnamed() {
    MDC.remove(CALL);
    MDC.remove(ACCOUNT);
  }

  private void turn(int mine) {
    for (int done = 0; done < TURN; done++) {
      Runnable event;
      synchronized (this) {
        if (turn != mine) {
          return;
        }
        event = events.poll();
        if (event == null) {
          scheduled = false;
          return;
        }
      }
      work(event, mine);
    }
    synchronized (this) {
      if (turn != mine) {
        return;
      }
    }
    workers.execute(this);
  }

  private void work(Runnable event, int mine) {
    try {
      event.run();
    } catch (Throwable e) {
      if (lost(mine)) {
        return;
      }
      try {
        broken.accept(e);
      } catch (Throwable worse) {
        e.addSuppressed(worse);
      }
    }
  }

  private synchronized boolean lost(int mine) {
    return turn != mine;
  }
}

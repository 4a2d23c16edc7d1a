package org.strowger.sip.internal;

import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.strowger.kernel.Time;

/**
 * Every timer of the stack: a hashed wheel of {@value #SLOTS} slots of {@value #TICK_MILLIS} ms, so that
 * setting and cancelling cost next to nothing. What is due runs on the worker of its Call-ID.
 */
final class Wheel {

  static final int TICK_MILLIS = 20;
  private static final int SLOTS = 2048;
  /** The clock of a switch without timers looks this often. */
  private static final int LONGEST_REST_TICKS = 5;

  /** A timer that was set. Cancelling it drops what it holds at once. */
  static final class Timer {
    private final String key;
    private final long dueTick;
    private final AtomicInteger set;
    private Runnable task;

    private Timer(String key, long dueTick, AtomicInteger set, Runnable task) {
      this.key = key;
      this.dueTick = dueTick;
      this.set = set;
      this.task = task;
      set.incrementAndGet();
    }

    void cancel() {
      take();
    }

    private synchronized Runnable take() {
      Runnable taken = task;
      if (taken != null) {
        task = null;
        set.decrementAndGet();
      }
      return taken;
    }

    private synchronized boolean isSet() {
      return task != null;
    }
  }

  private final Time time;
  private final Workers workers;
  private final long origin;
  private final AtomicInteger set = new AtomicInteger();
  private ArrayList<Timer>[] slots = newSlots();
  private long tick;
  /** The clock rests until this tick begins; 0: it does not rest. */
  private long restsUntil;

  Wheel(Time time, Workers workers) {
    this.time = time;
    this.workers = workers;
    this.origin = time.ticks();
  }

  @SuppressWarnings("unchecked")
  private static ArrayList<Timer>[] newSlots() {
    return new ArrayList[SLOTS];
  }

  /** Runs {@code task} on the worker of {@code callId}, {@code millis} from now. */
  Timer in(long millis, String callId, Runnable task) {
    synchronized (this) {
      long now = time.ticks();
      return add(new Timer(callId, due(now + Math.max(1, millis) * 1_000_000, now), set, task));
    }
  }

  /** Runs {@code task} on the worker of {@code callId} when {@link Time#ticks()} is at {@code ticks}: the tick depends on that alone, not on when it was set. */
  Timer at(long ticks, String callId, Runnable task) {
    synchronized (this) {
      return add(new Timer(callId, due(ticks, time.ticks()), set, task));
    }
  }

  /** The first tick that does not begin before {@code ticks}, and is still to come. */
  private long due(long ticks, long now) {
    long wanted = Math.floorDiv(ticks - origin + TICK_MILLIS * 1_000_000L - 1, TICK_MILLIS * 1_000_000L);
    return Math.max(Math.max(tick, (now - origin) / 1_000_000 / TICK_MILLIS) + 1, wanted);
  }

  private Timer add(Timer timer) {
    int slot = (int) (timer.dueTick % SLOTS);
    if (slots[slot] == null) {
      slots[slot] = new ArrayList<>(8);
    }
    slots[slot].add(timer);
    if (timer.dueTick < restsUntil) {
      notifyAll();
    }
    return timer;
  }

  /** Waits for the next tick that has timers, or for a timer that is due earlier. By the clock thread: each waking costs more than many timers. */
  synchronized void rest() throws InterruptedException {
    long now = time.ticks() - origin;
    restsUntil = tick + 1;
    while (restsUntil < tick + LONGEST_REST_TICKS && isEmpty(slots[(int) (restsUntil % SLOTS)])) {
      restsUntil++;
    }
    long millis = (restsUntil * TICK_MILLIS * 1_000_000L - now + 999_999) / 1_000_000;
    try {
      wait(Math.max(TICK_MILLIS / 2, millis));
    } finally {
      restsUntil = 0;
    }
  }

  private static boolean isEmpty(ArrayList<Timer> slot) {
    return slot == null || slot.isEmpty();
  }

  /** Hands over whatever is due. Called by the clock thread every tick; by tests as they like. */
  void turn() {
    var due = new ArrayList<Timer>();
    synchronized (this) {
      long now = (time.ticks() - origin) / 1_000_000 / TICK_MILLIS;
      // after a long pause every slot is looked at once, not once per missed round
      long from = Math.max(tick + 1, now - SLOTS + 1);
      for (long at = from; at <= now; at++) {
        takeDue((int) (at % SLOTS), now, due);
      }
      tick = Math.max(tick, now);
    }
    for (Timer timer : due) {
      if (!workers.run(timer.key, () -> fire(timer))) {
        synchronized (this) {
          // its worker is full: again a little later
          Runnable task = timer.take();
          if (task != null) {
            add(new Timer(timer.key, tick + 10, set, task));
          }
        }
      }
    }
  }

  private void takeDue(int slot, long now, ArrayList<Timer> due) {
    ArrayList<Timer> here = slots[slot];
    if (isEmpty(here)) {
      return;
    }
    var later = new ArrayList<Timer>(here.size());
    for (Timer timer : here) {
      if (timer.isSet()) {
        (timer.dueTick <= now ? due : later).add(timer);
      }
    }
    slots[slot] = later.isEmpty() ? null : later;
  }

  private static void fire(Timer timer) {
    Runnable task = timer.take();
    if (task != null) {
      task.run();
    }
  }

  /** Timers that are set. */
  int size() {
    return set.get();
  }

  /** Forgets every timer. */
  synchronized void clear() {
    slots = newSlots();
    set.set(0);
  }
}

package org.strowger.phone;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;

/** Repeats something with doubling intervals until it is stopped or gives up (timers A, E, G and the 2xx of RFC 3261). */
final class Resender {

  private final Agent agent;
  private final Duration cap;
  private final Runnable send;
  private Duration interval;
  private ScheduledFuture<?> next;
  private ScheduledFuture<?> end;
  private boolean stopped;

  /**
   * @param cap the longest interval, null for none
   * @param repeat false to wait for the end only
   */
  Resender(Agent agent, Duration cap, Duration limit, boolean repeat, Runnable send, Runnable gaveUp) {
    this.agent = agent;
    this.cap = cap;
    this.send = send;
    this.interval = agent.t1();
    this.end = agent.after(limit, () -> {
      if (!stopped) {
        stop();
        gaveUp.run();
      }
    });
    if (repeat) {
      schedule();
    }
  }

  private void schedule() {
    next = agent.after(interval, () -> {
      if (!stopped) {
        send.run();
        interval = interval.multipliedBy(2);
        if (cap != null && interval.compareTo(cap) > 0) {
          interval = cap;
        }
        schedule();
      }
    });
  }

  /** No more repeating, but the time limit goes on (a provisional came). */
  void quiet() {
    if (next != null) {
      next.cancel(false);
    }
  }

  /** No more repeating and no time limit. */
  void endless() {
    quiet();
    end.cancel(false);
  }

  /** Goes on with the longest interval. */
  void slow() {
    interval = cap;
  }

  void stop() {
    stopped = true;
    endless();
  }
}

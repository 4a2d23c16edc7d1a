package org.strowger.sip.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.strowger.kernel.Meter;
import org.strowger.kernel.Time;

/** The timer wheel on a clock that stands still until it is moved. */
class WheelTest {

  private static final class Still implements Time {
    private volatile long ticks;

    @Override
    public Instant now() {
      return Instant.EPOCH.plusNanos(ticks);
    }

    @Override
    public long ticks() {
      return ticks;
    }
  }

  @Test
  void timersFireWhenDueAndNeverBeforeAndCancelledOnesNot() {
    var time = new Still();
    var workers = new Workers(1, time, new Meter("t"), arrival -> { });
    var wheel = new Wheel(time, workers);
    workers.start();
    List<String> fired = new CopyOnWriteArrayList<>();
    try {
      for (int millis : List.of(500, 32_000, 60_000, 15 * 60_000)) {
        wheel.in(millis, "c", () -> fired.add("at " + millis));
      }
      Wheel.Timer cancelled = wheel.in(1000, "c", () -> fired.add("cancelled"));
      assertThat(wheel.size()).isEqualTo(5);
      cancelled.cancel();
      cancelled.cancel();
      assertThat(wheel.size()).isEqualTo(4);
      move(time, wheel, 490);
      assertThat(fired).isEmpty();
      move(time, wheel, 20);
      Rig.waitUntil("first", () -> fired.equals(List.of("at 500")));
      // one long stall, longer than a round of the wheel
      move(time, wheel, 59_600);
      Rig.waitUntil("three", () -> fired.size() == 3);
      assertThat(fired).containsExactlyInAnyOrder("at 500", "at 32000", "at 60000");
      for (int minute = 0; minute < 13; minute++) {
        move(time, wheel, 60_000);
      }
      assertThat(wheel.size()).isEqualTo(1);
      move(time, wheel, 60_000);
      Rig.waitUntil("the last", () -> fired.size() == 4);
      assertThat(wheel.size()).isZero();
    } finally {
      workers.stop();
    }
  }

  /** Whenever within a tick it was set: a pause before a repetition is not shorter than it says. */
  @Test
  void aTimerNeverFiresBeforeItsTime() {
    var time = new Still();
    var workers = new Workers(1, time, new Meter("t"), arrival -> { });
    var wheel = new Wheel(time, workers);
    workers.start();
    List<String> fired = new CopyOnWriteArrayList<>();
    try {
      move(time, wheel, 15);
      wheel.in(20, "c", () -> fired.add("early"));
      move(time, wheel, 19);
      idle(workers);
      assertThat(wheel.size()).as("19 ms of 20 are over").isEqualTo(1);
      move(time, wheel, 1);
      move(time, wheel, 5);
      Rig.waitUntil("fired", () -> fired.size() == 1);
      wheel.in(20, "c", () -> fired.add("on the tick"));
      move(time, wheel, 19);
      idle(workers);
      assertThat(wheel.size()).as("19 ms of 20 are over").isEqualTo(1);
      move(time, wheel, 1);
      Rig.waitUntil("fired at once", () -> fired.size() == 2);
    } finally {
      workers.stop();
    }
  }

  /** What was due is done. */
  private static void idle(Workers workers) {
    var reached = new AtomicBoolean();
    workers.run("c", () -> reached.set(true));
    Rig.waitUntil("idle", reached::get);
  }

  private static void move(Still time, Wheel wheel, long millis) {
    time.ticks += Duration.ofMillis(millis).toNanos();
    wheel.turn();
  }
}

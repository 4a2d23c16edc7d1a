package org.strowger.sip.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.strowger.kernel.Meter;
import org.strowger.testkit.MovedTime;

/** The timer wheel on a clock that stands still until it is moved. */
class WheelTest {

  private final MovedTime time = new MovedTime();
  private final Workers workers = new Workers(1, time, new Meter("t"), arrival -> { });
  private final Wheel wheel = new Wheel(time, workers);
  private final List<String> fired = new CopyOnWriteArrayList<>();

  @BeforeEach
  void start() {
    workers.start();
  }

  @AfterEach
  void stop() {
    workers.stop();
  }

  @Test
  void timersFireWhenDueAndNeverBeforeAndCancelledOnesNot() {
    for (int millis : List.of(500, 32_000, 60_000, 15 * 60_000)) {
      wheel.in(millis, "c", () -> fired.add("at " + millis));
    }
    Wheel.Timer cancelled = wheel.in(1000, "c", () -> fired.add("cancelled"));
    assertThat(wheel.size()).isEqualTo(5);
    cancelled.cancel();
    cancelled.cancel();
    assertThat(wheel.size()).isEqualTo(4);
    move(490);
    assertThat(fired).isEmpty();
    move(20);
    Rig.waitUntil("first", () -> fired.equals(List.of("at 500")));
    // one long stall, longer than a round of the wheel
    move(59_600);
    Rig.waitUntil("three", () -> fired.size() == 3);
    assertThat(fired).containsExactlyInAnyOrder("at 500", "at 32000", "at 60000");
    for (int minute = 0; minute < 13; minute++) {
      move(60_000);
    }
    assertThat(wheel.size()).isEqualTo(1);
    move(60_000);
    Rig.waitUntil("the last", () -> fired.size() == 4);
    assertThat(wheel.size()).isZero();
  }

  /** Whenever within a tick it was set: a pause before a repetition is not shorter than it says. */
  @Test
  void aTimerNeverFiresBeforeItsTime() {
    move(15);
    wheel.in(20, "c", () -> fired.add("early"));
    move(19);
    idle();
    assertThat(wheel.size()).as("19 ms of 20 are over").isEqualTo(1);
    move(1);
    move(5);
    Rig.waitUntil("fired", () -> fired.size() == 1);
    wheel.in(20, "c", () -> fired.add("on the tick"));
    move(19);
    idle();
    assertThat(wheel.size()).as("19 ms of 20 are over").isEqualTo(1);
    move(1);
    Rig.waitUntil("fired at once", () -> fired.size() == 2);
  }

  /** What was due is done. */
  private void idle() {
    var reached = new AtomicBoolean();
    workers.run("c", () -> reached.set(true));
    Rig.waitUntil("idle", reached::get);
  }

  private void move(long millis) {
    time.move(Duration.ofMillis(millis));
    wheel.turn();
  }
}

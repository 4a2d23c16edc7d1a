package org.strowger.calls.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.strowger.calls.internal.Limits.Got;
import org.strowger.testkit.MovedTime;

class LimitsTest {

  private final MovedTime clock = new MovedTime();
  private final Limits limits = new Limits(clock);

  private int taken(String perSecond, int burst) {
    int taken = 0;
    while (limits.take("p", "bucket", new BigDecimal(perSecond), burst) == Got.IT) {
      taken++;
    }
    return taken;
  }

  @Test
  void holdsNoMoreThanThereAre() {
    assertThat(limits.hold("a", 2)).isTrue();
    assertThat(limits.hold("a", 2)).isTrue();
    assertThat(limits.hold("a", 2)).isFalse();
    limits.release("a");
    assertThat(limits.hold("a", 2)).isTrue();
    assertThat(limits.hold("b", 0)).isFalse();
    assertThat(limits.slotsHeld()).isEqualTo(2);
  }

  @Test
  void startsFullAndRefillsAtItsRate() {
    assertThat(taken("2", 120)).isEqualTo(120);
    clock.move(Duration.ofSeconds(3));
    assertThat(taken("2", 120)).isEqualTo(6);
    clock.move(Duration.ofHours(1));
    assertThat(taken("2", 120)).isEqualTo(120);
    assertThat(limits.take("p", "none", BigDecimal.ZERO, 5)).isEqualTo(Got.NONE);
  }

  @Test
  void usesAKeyOnceUntilItsTime() {
    assertThat(limits.once("p", "k", clock.now().plusSeconds(10))).isEqualTo(Got.IT);
    assertThat(limits.once("p", "k", clock.now().plusSeconds(10))).isEqualTo(Got.NONE);
    clock.move(Duration.ofSeconds(10));
    limits.sweep();
    assertThat(limits.keys()).isZero();
    assertThat(limits.once("p", "k", clock.now().plusSeconds(10))).isEqualTo(Got.IT);
  }

  @Test
  void keepsSoManyKeysOfAPolicyAndInAllUntilTheirTimeIsOver() {
    Instant end = clock.now().plusSeconds(60);
    for (int i = 0; i < Room.MOST; i++) {
      assertThat(i % 2 == 0 ? limits.once("greedy", "call-" + i, end) : limits.take("greedy", "call-" + i, new BigDecimal("0.1"), 1)).isEqualTo(Got.IT);
    }
    assertThat(limits.once("greedy", "one more", end)).isEqualTo(Got.NO_ROOM);
    assertThat(limits.take("greedy", "one more", BigDecimal.ONE, 1)).isEqualTo(Got.NO_ROOM);
    assertThat(limits.once("greedy", "call-0", end)).as("a key that it has").isEqualTo(Got.NONE);
    assertThat(limits.once("modest", "its own", end)).isEqualTo(Got.IT);
    for (int i = 1; i < Room.MOST_IN_ALL - Room.MOST; i++) {
      assertThat(limits.once("other" + i % 7, "other-" + i, end)).isEqualTo(Got.IT);
    }
    assertThat(limits.once("modest", "one more", end)).isEqualTo(Got.NO_ROOM);
    assertThat(limits.keys()).isEqualTo(Room.MOST_IN_ALL);
    clock.move(Duration.ofSeconds(60));
    limits.sweep();
    assertThat(limits.keys()).isZero();
    assertThat(limits.once("greedy", "one more", clock.now().plusSeconds(1))).isEqualTo(Got.IT);
  }
}

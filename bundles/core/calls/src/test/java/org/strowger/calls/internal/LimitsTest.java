package org.strowger.calls.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.strowger.testkit.MovedTime;

class LimitsTest {

  private final MovedTime clock = new MovedTime();
  private final Limits limits = new Limits(clock);

  private int taken(String perSecond, int burst) {
    int taken = 0;
    while (limits.take("bucket", new BigDecimal(perSecond), burst)) {
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
    assertThat(limits.take("none", BigDecimal.ZERO, 5)).isFalse();
  }

  @Test
  void usesAKeyOnceUntilItsTime() {
    assertThat(limits.once("k", clock.now().plusSeconds(10))).isTrue();
    assertThat(limits.once("k", clock.now().plusSeconds(10))).isFalse();
    clock.move(Duration.ofSeconds(10));
    limits.sweep();
    assertThat(limits.once("k", clock.now().plusSeconds(10))).isTrue();
  }
}

package org.strowger.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MeterTest {

  @Test
  void aGaugeThatThrowsIsLeftOut() {
    var meter = new Meter("acme");
    meter.counter("asked").add(3);
    meter.gauge("broken", () -> {
      throw new AssertionError("a plugin's");
    });
    meter.gauge("left", () -> 2);
    assertThat(meter.read()).containsOnlyKeys("acme.asked", "acme.left").containsEntry("acme.left", 2L);
  }
}

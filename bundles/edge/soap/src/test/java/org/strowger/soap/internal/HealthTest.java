package org.strowger.soap.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.strowger.kernel.Health;

class HealthTest {

  @Test
  void saysWhatIsAway() throws Exception {
    try (var running = new RunningDoor()) {
      assertThat(running.door().name()).isEqualTo("soap");
      assertThat(running.door().health().state()).isEqualTo(Health.State.OK);
      running.door().unbindFunds(running.world.funds);
      assertThat(running.door().health()).isEqualTo(Health.degraded("refuses what needs what is away: funds"));
    }
  }
}

package org.strowger.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OncePerMinuteTest {

  private long ticks = Long.MAX_VALUE - 1_000;
  private final OncePerMinute complaints = new OncePerMinute(new Time() {
    @Override
    public Instant now() {
      return Instant.EPOCH;
    }

    @Override
    public long ticks() {
      return ticks;
    }
  });

  @Test
  void aCauseIsDueOnceAMinuteAlsoWhenTheTicksOverflow() {
    assertThat(complaints.due("ledger away")).isTrue();
    ticks += Duration.ofSeconds(59).toNanos();
    assertThat(complaints.due("ledger away")).isFalse();
    ticks += Duration.ofSeconds(1).toNanos();
    assertThat(complaints.due("ledger away")).isTrue();
    assertThat(complaints.due("ledger away")).isFalse();
  }

  @Test
  void causesDoNotHideOneAnother() {
    assertThat(complaints.due("ledger away")).isTrue();
    assertThat(complaints.due("rating away")).isTrue();
  }

  @Test
  void aFloodOfCausesIsForgottenNotKept() {
    assertThat(IntStream.range(0, 1000).allMatch(i -> complaints.due("cause " + i))).isTrue();
    assertThat(complaints.due("cause 0")).isFalse();
    assertThat(complaints.due("one more")).isTrue();
    assertThat(complaints.due("cause 0")).as("forgotten").isTrue();
  }
}

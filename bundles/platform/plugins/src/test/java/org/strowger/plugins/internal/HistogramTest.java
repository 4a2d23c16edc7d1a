package org.strowger.plugins.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HistogramTest {

  @Test
  void isEmptyAtFirst() {
    assertThat(new Histogram().percentile(500)).isZero();
  }

  @Test
  void isExactForFewMicroseconds() {
    var times = new Histogram();
    for (int micros = 1; micros <= 10; micros++) {
      times.record(micros * 1000L);
    }
    assertThat(times.percentile(500)).isEqualTo(5);
    assertThat(times.percentile(1000)).isEqualTo(10);
  }

  @Test
  void isNeverTooLowAndAtMostAnEighthTooHigh() {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    long[] micros = random.longs(10_000, 0, 100).map(n -> 1L << (n % 30)).map(n -> n + random.nextLong(n)).toArray();
    var times = new Histogram();
    Arrays.stream(micros).forEach(value -> times.record(value * 1000));
    Arrays.sort(micros);
    for (int perMille : new int[] {1, 10, 500, 900, 990, 999, 1000}) {
      long exact = micros[(micros.length * perMille + 999) / 1000 - 1];
      assertThat(times.percentile(perMille)).as("seed %d, %d per mille", seed, perMille).isBetween(exact, exact + exact / 8 + 1);
    }
  }

  @Test
  void takesTheLongestAndTheNegative() {
    var times = new Histogram();
    times.record(Long.MAX_VALUE);
    assertThat(times.percentile(500)).isGreaterThanOrEqualTo(1L << 32);
    var none = new Histogram();
    none.record(-5);
    assertThat(none.percentile(500)).isZero();
  }
}

package org.strowger.billing.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.data.Shape;

/** A rate as a door reads it. */
class RateTest {

  private static final Shape<Rate> SHAPE = Shape.of(Rate.class);
  private static final String DAY = "2026-12-01T00:00:00Z";
  private static final String NEXT = "2026-12-02T00:00:00Z";

  private static Rate between(String activation, String expiration) {
    return SHAPE.decode(Map.of("prefix", "44", "activation", activation, "expiration", expiration));
  }

  @Test
  void itEndsAfterItBegins() {
    assertThat(between(DAY, NEXT).problem()).isEmpty();
    assertRefused(NEXT, DAY);
    assertRefused(DAY, DAY);
  }

  private static void assertRefused(String activation, String expiration) {
    assertThatThrownBy(() -> between(activation, expiration)).isInstanceOf(InvalidInput.class).hasMessageContainingAll("expiration", expiration, "is after activation " + activation);
  }

  @Test
  void eitherEndMayBeOpen() {
    assertThat(SHAPE.decode(Map.of("prefix", "44", "activation", NEXT)).problem()).isEmpty();
    assertThat(SHAPE.decode(Map.of("prefix", "44", "expiration", DAY)).problem()).isEmpty();
  }
}

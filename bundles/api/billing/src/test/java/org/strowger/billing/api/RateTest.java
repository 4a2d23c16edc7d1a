package org.strowger.billing.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.data.Shape;

/** A rate as a door reads it. */
class RateTest {

  private static final Shape<Rate> SHAPE = Shape.of(Rate.class);
  private static final String DAY = "2026-12-01T00:00:00Z";
  private static final String NEXT = "2026-12-02T00:00:00Z";

  private static Rate rate(Map<String, Object> fields) {
    var data = new HashMap<String, Object>(fields);
    data.put("prefix", "44");
    return SHAPE.decode(data);
  }

  private static Rate between(String activation, String expiration) {
    return rate(Map.of("price1", "0.60", "activation", activation, "expiration", expiration));
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
    assertThat(rate(Map.of("price1", "0.60", "activation", NEXT)).problem()).isEmpty();
    assertThat(rate(Map.of("price1", "0.60", "expiration", DAY)).problem()).isEmpty();
  }

  @Test
  void aPriceThatIsLeftOutIsNotNothing() {
    assertThatThrownBy(() -> rate(Map.of())).isInstanceOf(InvalidInput.class).hasMessageContaining("price1").hasMessageContaining("0 where calls are free");
    assertThatThrownBy(() -> rate(Map.of("priceN", "0.60"))).isInstanceOf(InvalidInput.class).hasMessageContaining("price1");
  }

  @Test
  void furtherIntervalsCostWhatTheFirstDoesUnlessTheySayOtherwise() {
    assertThat(rate(Map.of("price1", "0.60")).priceN()).isEqualByComparingTo("0.60");
    assertThat(rate(Map.of("price1", "0.60", "priceN", "0")).priceN()).isZero();
    assertThat(rate(Map.of("price1", "0")).priceN()).isZero();
  }

  @Test
  void whatIsForbiddenNeedsNoPrice() {
    Rate rate = rate(Map.of("forbidden", true));
    assertThat(rate.price1()).isZero();
    assertThat(rate.priceN()).isZero();
  }
}

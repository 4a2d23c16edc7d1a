package org.strowger.billing.api;

import java.math.BigDecimal;
import java.time.Instant;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.data.Setting;

/**
 * The price of a prefix; spec B.2. Active from {@code activation} (inclusive) until {@code expiration}
 * (exclusive).
 */
public record Rate(
    @Setting(help = "Leading digits of the number; + # and letters match only as written.", min = 1, max = 64, pattern = "[0-9A-Za-z+#*._-]+") String prefix,
    @Setting(help = "Per minute, first interval.", initial = "0", min = 0) BigDecimal price1,
    @Setting(help = "Per minute, further intervals.", initial = "0", min = 0) BigDecimal priceN,
    @Setting(help = "Seconds.", initial = "1", min = 1, max = 86400) int interval1,
    @Setting(help = "Seconds.", initial = "1", min = 1, max = 86400) int intervalN,
    @Setting(help = "Refuse calls to this prefix, whatever shorter prefixes allow.", initial = "false") boolean forbidden,
    @Setting(help = "Apply the tariff's grace period.", initial = "true") boolean graceEnabled,
    @Setting(help = "UTC, inclusive; absent: always was.", optional = true) Instant activation,
    @Setting(help = "UTC, exclusive; absent: never.", optional = true) Instant expiration) {

  public Rate {
    if (activation != null && expiration != null && !activation.isBefore(expiration)) {
      throw new InvalidInput("expiration", expiration, "is after activation " + activation);
    }
  }
}

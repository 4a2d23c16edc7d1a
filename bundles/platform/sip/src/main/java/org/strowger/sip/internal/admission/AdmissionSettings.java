package org.strowger.sip.internal.admission;

import java.time.Duration;
import org.strowger.kernel.InvalidInput;

/**
 * The configuration, checked.
 *
 * @param maxAge of the oldest message that waits, past which new requests are refused
 * @param retryAfterMost seconds that a refusal names at most
 */
public record AdmissionSettings(Duration maxAge, int retryAfterMost) {

  static AdmissionSettings of(AdmissionConfig config) {
    return new AdmissionSettings(
        Duration.ofMillis(range("queue.maxMillis", config.queue_maxMillis(), 10, 10_000)), range("retryAfter.mostSeconds", config.retryAfter_mostSeconds(), 1, 3600));
  }

  private static int range(String key, int value, int from, int to) {
    if (value < from || value > to) {
      throw new InvalidInput(key, value, "is " + from + " to " + to);
    }
    return value;
  }
}

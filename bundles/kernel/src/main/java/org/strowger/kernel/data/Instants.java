package org.strowger.kernel.data;

import java.time.Instant;
import org.strowger.kernel.InvalidInput;

/** Times that come in from outside. */
public final class Instants {

  /** What every part of the switch and its database can reckon with. */
  private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999999Z");

  private Instants() {}

  /**
   * The same time, if it is in the years 1 to 9999, or null.
   *
   * @throws InvalidInput naming {@code field}
   */
  public static Instant sound(String field, Instant given) {
    if (given != null && (given.isBefore(FIRST) || given.isAfter(LAST))) {
      throw new InvalidInput(field, given, "is a UTC time in the years 1 to 9999");
    }
    return given;
  }
}

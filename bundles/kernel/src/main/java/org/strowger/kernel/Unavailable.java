package org.strowger.kernel;

/** A part of the switch is away for now. Trying again later may succeed. */
public final class Unavailable extends StrowgerException {

  public Unavailable(String part) {
    super(ErrorCode.UNAVAILABLE, part + " is not available now; try again");
  }
}

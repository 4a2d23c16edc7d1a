package org.strowger.kernel;

/** A part of the switch is away for now. Trying again later may succeed. */
public final class Unavailable extends StrowgerException {

  public Unavailable(String part) {
    super(ErrorCode.UNAVAILABLE, part + " is not available now; try again");
  }

  /** @param cause what happened when it was asked */
  public Unavailable(String part, Throwable cause) {
    super(ErrorCode.UNAVAILABLE, part + " is not available now; try again", cause);
  }
}

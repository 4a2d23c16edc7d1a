package org.strowger.kernel;

/**
 * Names a call; both its legs, its trace, journal row and CDRs carry it. 64 bits, time-ordered, made on the node by {@link TimeOrderedIds}, printed as one short
 * word (Crockford base 32).
 */
public record CallId(long value) implements Comparable<CallId> {

  /**
   * Reads what {@link #toString()} printed; letter case and the look-alikes O, I and L are forgiven.
   *
   * @throws InvalidInput if {@code word} is no such id
   */
  public static CallId parse(String word) {
    return new CallId(ShortWord.parse("CallId", word));
  }

  @Override
  public int compareTo(CallId other) {
    return Long.compareUnsigned(value, other.value);
  }

  @Override
  public String toString() {
    return ShortWord.print(value);
  }
}

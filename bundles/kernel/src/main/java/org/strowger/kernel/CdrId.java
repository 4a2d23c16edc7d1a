package org.strowger.kernel;

/**
 * Names one CDR. 64 bits, time-ordered, made on the node by {@link TimeOrderedIds}, printed as one short
 * word (Crockford base 32).
 */
public record CdrId(long value) implements Comparable<CdrId> {

  /**
   * Reads what {@link #toString()} printed; letter case and the look-alikes O, I and L are forgiven.
   *
   * @throws InvalidInput if {@code word} is no such id
   */
  public static CdrId parse(String word) {
    return new CdrId(ShortWord.parse("CdrId", word));
  }

  @Override
  public int compareTo(CdrId other) {
    return Long.compareUnsigned(value, other.value);
  }

  @Override
  public String toString() {
    return ShortWord.print(value);
  }
}

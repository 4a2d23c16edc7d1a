package org.strowger.kernel;

/**
 * Names one ledger transaction. 64 bits, time-ordered, made on the node by {@link TimeOrderedIds}, printed as one short
 * word (Crockford base 32).
 */
public record EntryId(long value) implements Comparable<EntryId> {

  /**
   * Reads what {@link #toString()} printed; letter case and the look-alikes O, I and L are forgiven.
   *
   * @throws InvalidInput if {@code word} is no such id
   */
  public static EntryId parse(String word) {
    return new EntryId(ShortWord.parse("EntryId", word));
  }

  @Override
  public int compareTo(EntryId other) {
    return Long.compareUnsigned(value, other.value);
  }

  @Override
  public String toString() {
    return ShortWord.print(value);
  }
}

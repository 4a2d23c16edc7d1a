package org.strowger.kernel;

/** Names an owner of accounts, tariffs and routes; 1 is the root customer. A positive integer below 2^31 from the domain's sequence. */
public record CustomerId(int value) implements Comparable<CustomerId> {

  /** The customer at the top of the tree, who owns everything in a switch without resellers. */
  public static final CustomerId ROOT = new CustomerId(1);

  public CustomerId {
    Ids.requirePositive("CustomerId", value);
  }

  @Override
  public int compareTo(CustomerId other) {
    return Integer.compare(value, other.value);
  }

  @Override
  public String toString() {
    return Integer.toString(value);
  }
}

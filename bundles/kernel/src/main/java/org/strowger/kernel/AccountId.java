package org.strowger.kernel;

/** Names an account. A positive integer below 2^31 from the domain's sequence. */
public record AccountId(int value) implements Comparable<AccountId> {

  public AccountId {
    Ids.requirePositive("AccountId", value);
  }

  @Override
  public int compareTo(AccountId other) {
    return Integer.compare(value, other.value);
  }

  @Override
  public String toString() {
    return Integer.toString(value);
  }
}

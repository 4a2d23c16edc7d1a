package org.strowger.kernel;

/** Names a tariff. A positive integer below 2^31 from the domain's sequence. */
public record TariffId(int value) implements Comparable<TariffId> {

  public TariffId {
    Ids.requirePositive("TariffId", value);
  }

  @Override
  public int compareTo(TariffId other) {
    return Integer.compare(value, other.value);
  }

  @Override
  public String toString() {
    return Integer.toString(value);
  }
}

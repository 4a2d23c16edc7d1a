package org.strowger.kernel;

/** Names a carrier connection. A positive integer below 2^31 from the domain's sequence. */
public record CarrierId(int value) implements Comparable<CarrierId> {

  public CarrierId {
    Ids.requirePositive("CarrierId", value);
  }

  @Override
  public int compareTo(CarrierId other) {
    return Integer.compare(value, other.value);
  }

  @Override
  public String toString() {
    return Integer.toString(value);
  }
}

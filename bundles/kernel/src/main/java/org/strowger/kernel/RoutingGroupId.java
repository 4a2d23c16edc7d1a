package org.strowger.kernel;

/** Names a routing group. A positive integer below 2^31 from the domain's sequence. */
public record RoutingGroupId(int value) implements Comparable<RoutingGroupId> {

  public RoutingGroupId {
    Ids.requirePositive("RoutingGroupId", value);
  }

  @Override
  public int compareTo(RoutingGroupId other) {
    return Integer.compare(value, other.value);
  }

  @Override
  public String toString() {
    return Integer.toString(value);
  }
}

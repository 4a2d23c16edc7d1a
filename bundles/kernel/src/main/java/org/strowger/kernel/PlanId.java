package org.strowger.kernel;

/** Names a service plan. A positive integer below 2^31 from the domain's sequence. */
public record PlanId(int value) implements Comparable<PlanId> {

  public PlanId {
    Ids.requirePositive("PlanId", value);
  }

  @Override
  public int compareTo(PlanId other) {
    return Integer.compare(value, other.value);
  }

  @Override
  public String toString() {
    return Integer.toString(value);
  }
}

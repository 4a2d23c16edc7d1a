package org.strowger.kernel;

/** Names a payment. A positive integer below 2^31 from the domain's sequence. */
public record PaymentId(int value) implements Comparable<PaymentId> {

  public PaymentId {
    Ids.requirePositive("PaymentId", value);
  }

  @Override
  public int compareTo(PaymentId other) {
    return Integer.compare(value, other.value);
  }

  @Override
  public String toString() {
    return Integer.toString(value);
  }
}

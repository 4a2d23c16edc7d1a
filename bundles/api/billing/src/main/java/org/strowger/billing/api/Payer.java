package org.strowger.billing.api;

import org.strowger.kernel.AccountId;
import org.strowger.kernel.CarrierId;
import org.strowger.kernel.CustomerId;

/**
 * Who pays, or is paid: an entity with a balance.
 *
 * @param id its administrative id
 */
public record Payer(Kind kind, int id) {

  /** What kind of entity. A carrier's balance is what we owe it, as a negative number. */
  public enum Kind { ACCOUNT, CUSTOMER, CARRIER }

  public static Payer of(AccountId account) {
    return new Payer(Kind.ACCOUNT, account.value());
  }

  public static Payer of(CustomerId customer) {
    return new Payer(Kind.CUSTOMER, customer.value());
  }

  public static Payer of(CarrierId carrier) {
    return new Payer(Kind.CARRIER, carrier.value());
  }

  /** {@code account:12} */
  @Override
  public String toString() {
    return kind.name().toLowerCase(java.util.Locale.ROOT) + ":" + id;
  }
}

package org.strowger.routing.internal.model;

import org.strowger.kernel.CarrierId;
import org.strowger.kernel.CustomerId;

/** A carrier as it is stored, its password but for whether there is one. */
public record Carrier(CarrierId id, CustomerId customer, CarrierTerms terms, boolean passwordSet, int version) {

  public String name() {
    return terms.name();
  }
}

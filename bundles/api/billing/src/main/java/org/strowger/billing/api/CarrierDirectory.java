package org.strowger.billing.api;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;
import org.strowger.kernel.CarrierId;
import org.strowger.kernel.CustomerId;

/** Which carriers there are, for those who book what they are owed. Threads: any; blocks on the database and joins the caller's transaction. */
@ProviderType
public interface CarrierDirectory {

  Optional<CarrierId> byName(CustomerId customer, String name);

  boolean exists(CustomerId customer, CarrierId carrier);

  /**
   * Names that begin so, in order, for who types one.
   *
   * @param prefix without case; empty for all
   * @param limit 1 to 1000
   */
  List<String> names(CustomerId customer, String prefix, int limit);
}

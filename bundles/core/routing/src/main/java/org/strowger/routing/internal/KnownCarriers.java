package org.strowger.routing.internal;

import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.strowger.billing.api.CarrierDirectory;
import org.strowger.kernel.CarrierId;
import org.strowger.kernel.CustomerId;
import org.strowger.routing.internal.model.Carrier;
import org.strowger.routing.internal.store.RoutingStore;

/** Tells other bundles which carriers there are. */
@Component
public final class KnownCarriers implements CarrierDirectory {

  private final RoutingStore store;

  @Activate
  public KnownCarriers(@Reference RoutingStore store) {
    this.store = store;
  }

  @Override
  public Optional<CarrierId> byName(CustomerId customer, String name) {
    return store.carriers().stream().filter(carrier -> carrier.customer().equals(customer) && name.equals(carrier.name())).map(Carrier::id).findFirst();
  }

  @Override
  public boolean exists(CustomerId customer, CarrierId carrier) {
    return store.carrier(carrier).filter(found -> found.customer().equals(customer)).isPresent();
  }

  @Override
  public List<String> names(CustomerId customer, String prefix, int limit) {
    return store.carriers().stream().filter(carrier -> carrier.customer().equals(customer)).map(Carrier::name)
        .filter(name -> name.regionMatches(true, 0, prefix, 0, prefix.length())).sorted().limit(limit).toList();
  }
}

package org.strowger.routing.internal;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.strowger.calls.api.RoutingGroupService;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.RoutingGroupId;
import org.strowger.routing.internal.store.RoutingStore;

/** Tells other bundles which routing groups there are. */
@Component
public final class KnownGroups implements RoutingGroupService {

  private final RoutingStore store;

  @Activate
  public KnownGroups(@Reference RoutingStore store) {
    this.store = store;
  }

  @Override
  public boolean exists(CustomerId customer, RoutingGroupId group) {
    return store.keeps(customer, group);
  }
}

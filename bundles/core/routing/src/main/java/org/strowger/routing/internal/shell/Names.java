package org.strowger.routing.internal.shell;

import org.strowger.kernel.CustomerId;
import org.strowger.kernel.StrowgerException;
import org.strowger.routing.internal.Carriers;
import org.strowger.routing.internal.RoutingGroups;
import org.strowger.routing.internal.model.Carrier;
import org.strowger.routing.internal.model.RoutingGroup;

/** Things as people name them at the prompt. */
final class Names {

  private Names() {}

  static Carrier carrier(Carriers carriers, String name) {
    return carriers.byName(CustomerId.ROOT, name).orElseThrow(() -> StrowgerException.notFound("carrier", "'" + name + "'; see route:carrier-list"));
  }

  static RoutingGroup group(RoutingGroups groups, String name) {
    return groups.byName(CustomerId.ROOT, name).orElseThrow(() -> StrowgerException.notFound("routing group", "'" + name + "'; see route:group-list"));
  }
}

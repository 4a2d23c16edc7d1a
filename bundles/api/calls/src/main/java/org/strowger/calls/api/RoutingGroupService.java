package org.strowger.calls.api;

import org.osgi.annotation.versioning.ProviderType;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.RoutingGroupId;

/** Which routing groups there are, for those who name one. Threads: any; blocks on the database and joins the caller's transaction. */
@ProviderType
public interface RoutingGroupService {

  /** Whether the customer has this routing group. */
  boolean exists(CustomerId customer, RoutingGroupId group);
}

package org.strowger.calls.api;

import org.osgi.annotation.versioning.ProviderType;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.RoutingGroupId;

/** Which routing groups there are, for those who name one. Threads: any; blocks on the database and joins the caller's transaction. */
@ProviderType
public interface RoutingGroupService {

  /**
   * Whether the customer has this routing group. Asked inside a transaction, which is to store that it is used, the group stays until that transaction ends:
   * deleting it waits so long, and is then refused to who has it.
   */
  boolean exists(CustomerId customer, RoutingGroupId group);
}

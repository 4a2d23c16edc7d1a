package org.strowger.routing.internal.model;

import java.util.List;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.RoutingGroupId;

/**
 * A routing group with its entries, in order of their ids.
 *
 * @param version grows with every change of the group or of an entry
 * @param problem why no call is routed by it: what is stored cannot be read; null if all can
 */
public record RoutingGroup(RoutingGroupId id, CustomerId customer, GroupTerms terms, List<Entry> entries, int version, String problem) {

  public RoutingGroup {
    entries = List.copyOf(entries);
  }

  public RoutingGroup(RoutingGroupId id, CustomerId customer, GroupTerms terms, List<Entry> entries, int version) {
    this(id, customer, terms, entries, version, null);
  }

  public String name() {
    return terms.name();
  }
}

package org.strowger.routing.internal.model;

import java.util.List;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.RoutingGroupId;

/** A routing group with its entries, in order of their ids. @param version grows with every change of the group or of an entry */
public record RoutingGroup(RoutingGroupId id, CustomerId customer, GroupTerms terms, List<Entry> entries, int version) {

  public RoutingGroup {
    entries = List.copyOf(entries);
  }

  public String name() {
    return terms.name();
  }
}

package org.strowger.routing.internal.store;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.SequenceGenerator;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.util.List;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.RoutingGroupId;
import org.strowger.kernel.data.StoredFields;
import org.strowger.routing.internal.model.Entry;
import org.strowger.routing.internal.model.GroupTerms;
import org.strowger.routing.internal.model.RoutingGroup;

@Entity
@Table(name = "routing_group")
class GroupRow {

  @Id
  @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "routing_group_id")
  @SequenceGenerator(name = "routing_group_id", sequenceName = "routing_group_id", allocationSize = 1)
  int id;

  int customer;
  @Version int version;
  String name;
  String policy;

  protected GroupRow() {}

  GroupRow(CustomerId customer, GroupTerms terms) {
    this.customer = customer.value();
    set(terms);
  }

  final void set(GroupTerms terms) {
    name = terms.name();
    policy = terms.policy().name();
  }

  RoutingGroup toGroup(List<Entry> entries) {
    var reading = new StoredFields();
    var terms = new GroupTerms(name, reading.required("policy", policy, GroupTerms.Policy::valueOf));
    return new RoutingGroup(new RoutingGroupId(id), new CustomerId(customer), terms, entries, version, reading.problem(() -> "routing group " + name));
  }
}

package org.strowger.routing.internal.rest;

import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.RoutingGroupId;
import org.strowger.rest.api.Endpoint;
import org.strowger.rest.api.Named;
import org.strowger.rest.api.RestAnswer;
import org.strowger.rest.api.RestRequest;
import org.strowger.rest.spi.RestResource;
import org.strowger.routing.internal.RoutingGroups;
import org.strowger.routing.internal.model.Entry;
import org.strowger.routing.internal.model.EntryTerms;
import org.strowger.routing.internal.model.GroupTerms;
import org.strowger.routing.internal.model.RoutingGroup;
import org.strowger.routing.internal.view.GroupView;

/** {@code /routing-groups} and the entries of each. */
@Component
public final class RoutingGroupResource implements RestResource {

  private static final String GROUP = "/routing-groups/{id}";
  private static final String ENTRIES = GROUP + "/entries";
  private static final String ENTRY = ENTRIES + "/{entry}";

  private final RoutingGroups groups;

  @Activate
  public RoutingGroupResource(@Reference RoutingGroups groups) {
    this.groups = groups;
  }

  @Override
  public String name() {
    return "routing-groups";
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get("/routing-groups", "List routing groups, without their entries", this::list).takingQuery(Named.SHAPE.schema())
            .answeringListOf(() -> GroupView.SUMMARY),
        Endpoint.post("/routing-groups", "Make a routing group", this::create).taking(() -> GroupView.NEW).creating(() -> GroupView.SHOWN),
        Endpoint.get(GROUP, "Show a routing group with its entries", this::show).answering(() -> GroupView.SHOWN),
        Endpoint.patch(GROUP, "Change some fields of a routing group", this::change).taking(() -> GroupView.CHANGE).answering(() -> GroupView.SHOWN),
        Endpoint.delete(GROUP, "Delete a routing group with its entries", this::delete),
        Endpoint.post(ENTRIES, "Add an entry: these numbers can go by this carrier", this::addEntry).taking(() -> GroupView.NEW_ENTRY)
            .creating(() -> GroupView.ENTRY),
        Endpoint.get(ENTRY, "Show an entry", this::showEntry).answering(() -> GroupView.ENTRY),
        Endpoint.patch(ENTRY, "Change some fields of an entry", this::changeEntry).taking(() -> GroupView.ENTRY_CHANGE).answering(() -> GroupView.ENTRY),
        Endpoint.delete(ENTRY, "Remove an entry", this::deleteEntry));
  }

  private RestAnswer list(RestRequest request) {
    return RestAnswer.ok(Named.found(request, name -> groups.byName(CustomerId.ROOT, name), () -> groups.list(CustomerId.ROOT)).map(GroupView::summary).toList());
  }

  private RestAnswer create(RestRequest request) {
    RoutingGroup group = groups.create(CustomerId.ROOT, GroupTerms.SHAPE.decode(request.body()));
    return RestAnswer.created("/routing-groups/" + group.id(), GroupView.of(group));
  }

  private RestAnswer show(RestRequest request) {
    return RestAnswer.ok(GroupView.of(groups.get(id(request))));
  }

  private RestAnswer change(RestRequest request) {
    RoutingGroup group = groups.get(id(request));
    GroupView.Asked asked = GroupView.change(group, request.body());
    int version = asked.version() == null ? group.version() : asked.version();
    return RestAnswer.ok(GroupView.of(groups.update(group.id(), version, asked.terms())));
  }

  private RestAnswer delete(RestRequest request) {
    groups.delete(id(request));
    return RestAnswer.noContent();
  }

  private RestAnswer addEntry(RestRequest request) {
    RoutingGroupId group = id(request);
    Entry entry = groups.addEntry(group, EntryTerms.SHAPE.decode(request.body()));
    return RestAnswer.created("/routing-groups/" + group + "/entries/" + entry.id(), GroupView.of(entry));
  }

  private RestAnswer showEntry(RestRequest request) {
    return RestAnswer.ok(GroupView.of(groups.entry(id(request), entry(request))));
  }

  private RestAnswer changeEntry(RestRequest request) {
    Entry entry = groups.updateEntry(id(request), entry(request), now -> EntryTerms.SHAPE.with(now, request.body()));
    return RestAnswer.ok(GroupView.of(entry));
  }

  private RestAnswer deleteEntry(RestRequest request) {
    groups.deleteEntry(id(request), entry(request));
    return RestAnswer.noContent();
  }

  private static RoutingGroupId id(RestRequest request) {
    return new RoutingGroupId(request.id("routing group", "id"));
  }

  private static int entry(RestRequest request) {
    return request.id("entry", "entry");
  }
}

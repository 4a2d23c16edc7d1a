package org.strowger.routing.internal.view;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.strowger.kernel.RoutingGroupId;
import org.strowger.kernel.data.FieldSchema;
import org.strowger.kernel.data.FieldType;
import org.strowger.kernel.data.Schema;
import org.strowger.kernel.data.Setting;
import org.strowger.kernel.data.Shape;
import org.strowger.routing.internal.model.Entry;
import org.strowger.routing.internal.model.EntryTerms;
import org.strowger.routing.internal.model.GroupTerms;
import org.strowger.routing.internal.model.RoutingGroup;

/** A routing group and its entries as doors show and take them. */
public final class GroupView {

  record Known(RoutingGroupId id, int version) {
    static final Shape<Known> SHAPE = Shape.of(Known.class);
  }

  record EntryKnown(@Setting(help = "Of the entry.") int id) {
    static final Shape<EntryKnown> SHAPE = Shape.of(EntryKnown.class);
  }

  record Summary(RoutingGroupId id, int version, String name, GroupTerms.Policy policy, @Setting(help = "How many there are.") int entries) {
    static final Shape<Summary> SHAPE = Shape.of(Summary.class, "RoutingGroupSummary");
  }

  public static final Schema ENTRY = Fields.joined("RouteEntry", EntryKnown.SHAPE.schema(), EntryTerms.SHAPE.schema());
  public static final Schema NEW_ENTRY = Fields.joined("NewRouteEntry", EntryTerms.SHAPE.schema());
  public static final Schema ENTRY_CHANGE = Fields.joined("RouteEntryChange", Fields.optional(EntryTerms.SHAPE.schema()));
  public static final Schema SUMMARY = Summary.SHAPE.schema();
  public static final Schema SHOWN = Fields.joined("RoutingGroup", Known.SHAPE.schema(), GroupTerms.SHAPE.schema(), entries());
  public static final Schema NEW = Fields.joined("NewRoutingGroup", GroupTerms.SHAPE.schema());
  public static final Schema CHANGE = Fields.joined("RoutingGroupChange", Fields.Version.SHAPE.schema(), Fields.optional(GroupTerms.SHAPE.schema()));

  private GroupView() {}

  /** What somebody wants a group to be. @param version null for any */
  public record Asked(Integer version, GroupTerms terms) {}

  private static Schema entries() {
    var one = new FieldSchema("", FieldType.OBJECT, "", "", true, null, Long.MIN_VALUE, Long.MAX_VALUE, "", false, false, List.of(), ENTRY.fields(), null);
    return new Schema("", List.of(new FieldSchema("entries", FieldType.LIST, "Entries", "In order of their ids.", true, null, Long.MIN_VALUE, Long.MAX_VALUE, "",
        false, false, List.of(), List.of(), one)));
  }

  public static Map<String, Object> of(RoutingGroup group) {
    var data = new LinkedHashMap<String, Object>(Known.SHAPE.encode(new Known(group.id(), group.version())));
    data.putAll(GroupTerms.SHAPE.encode(group.terms()));
    data.put("entries", group.entries().stream().map(GroupView::of).toList());
    return data;
  }

  public static Map<String, Object> summary(RoutingGroup group) {
    return Summary.SHAPE.encode(new Summary(group.id(), group.version(), group.name(), group.terms().policy(), group.entries().size()));
  }

  public static Map<String, Object> of(Entry entry) {
    var data = new LinkedHashMap<String, Object>(EntryKnown.SHAPE.encode(new EntryKnown(entry.id())));
    data.putAll(EntryTerms.SHAPE.encode(entry.terms()));
    return data;
  }

  /** Fields that are absent stay. @throws org.strowger.kernel.InvalidInput naming every broken field */
  public static Asked change(RoutingGroup group, Map<String, Object> data) {
    var terms = new HashMap<>(data);
    var reading = new Fields.Reading();
    Integer version = reading.part(() -> Fields.version(terms));
    GroupTerms read = reading.part(() -> GroupTerms.SHAPE.with(group.terms(), terms));
    reading.done();
    return new Asked(version, read);
  }
}

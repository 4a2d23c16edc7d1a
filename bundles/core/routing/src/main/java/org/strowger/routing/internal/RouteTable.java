package org.strowger.routing.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.strowger.calls.api.Leg;
import org.strowger.calls.api.TranslationRule;
import org.strowger.kernel.CarrierId;
import org.strowger.kernel.RoutingGroupId;
import org.strowger.routing.internal.model.Match;
import org.strowger.routing.internal.model.RoutingGroup;
import org.strowger.routing.internal.store.RoutingStore.Opened;

/** All carriers and routing groups at one moment. Immutable; a decision is made from one of these. */
record RouteTable(Map<CarrierId, Line> lines, Map<RoutingGroupId, GroupRoutes> groups) {

  static final RouteTable EMPTY = new RouteTable(Map.of(), Map.of());

  RouteTable withCarriers(List<Opened> carriers) {
    var changed = new HashMap<CarrierId, Line>();
    carriers.forEach(opened -> changed.put(opened.carrier().id(), Line.of(opened)));
    return new RouteTable(changed, groups);
  }

  RouteTable withGroups(List<RoutingGroup> all) {
    var changed = new HashMap<RoutingGroupId, GroupRoutes>();
    all.forEach(group -> changed.put(group.id(), new GroupRoutes(group)));
    return new RouteTable(lines, changed);
  }

  RouteTable withGroup(RoutingGroupId id, Optional<RoutingGroup> group) {
    var changed = new HashMap<>(groups);
    group.ifPresentOrElse(there -> changed.put(id, new GroupRoutes(there)), () -> changed.remove(id));
    return new RouteTable(lines, changed);
  }

  boolean hasGroup(RoutingGroupId group) {
    return groups.containsKey(group);
  }

  /** Why a group that is there routes no call; empty if it does. */
  Optional<String> problem(RoutingGroupId group) {
    return Optional.ofNullable(groups.get(group)).map(GroupRoutes::problem);
  }

  /** Every way out for a number, in the order they are to be tried; those that cannot be taken say why. */
  List<Candidate> candidates(RoutingGroupId group, String cli, String cld) {
    GroupRoutes routes = groups.get(group);
    if (routes == null || routes.problem() != null) {
      return List.of();
    }
    var candidates = new ArrayList<Candidate>();
    var seen = new HashSet<CarrierId>();
    for (Match match : routes.match(cld)) {
      candidates.add(consider(match, seen, cli, cld));
    }
    return candidates;
  }

  private Candidate consider(Match match, HashSet<CarrierId> seen, String cli, String cld) {
    CarrierId id = match.entry().terms().carrier();
    Line line = lines.get(id);
    if (line == null) {
      return Candidate.passedOver(match, id.toString(), "there is no carrier " + id);
    }
    String name = line.terms().name();
    if (match.entry().terms().blocked()) {
      return Candidate.passedOver(match, name, "entry " + match.entry().id() + " is blocked");
    }
    if (line.outOfUse() != null) {
      return Candidate.passedOver(match, name, line.outOfUse());
    }
    if (!seen.add(id)) {
      return Candidate.passedOver(match, name, "carrier " + name + " comes earlier already");
    }
    try {
      Leg.Carrier leg = line.leg(cli, cld);
      return leg.cld().isEmpty() ? Candidate.passedOver(match, name, "translation for carrier " + name + " leaves nothing to dial") : Candidate.taken(match, leg);
    } catch (TranslationRule.TooHard e) {
      return Candidate.tooHard(match, name, "translation for carrier " + name + ": " + e.getMessage());
    }
  }
}

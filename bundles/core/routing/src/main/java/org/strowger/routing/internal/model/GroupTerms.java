package org.strowger.routing.internal.model;

import java.util.Comparator;
import org.strowger.kernel.data.Setting;
import org.strowger.kernel.data.Shape;

/** What an administrator sets on a routing group itself; spec C.4. */
public record GroupTerms(
    @Setting(help = "Unique among the customer's routing groups.", min = 1, max = 64, pattern = "[A-Za-z0-9][A-Za-z0-9._ -]*", searchable = true) String name,
    @Setting(help = "In which order the entries that match are tried.", initial = "PREFERENCE") Policy policy) {

  public static final Shape<GroupTerms> SHAPE = Shape.of(GroupTerms.class, "RoutingGroup");

  /** What comes first; where two are equal, the lower order, then the elder entry. */
  public enum Policy {
    /** The higher preference. */
    PREFERENCE(Comparator.comparingInt(Match::preference).reversed()),
    /** The longer prefix. */
    PREFIX_LENGTH(Comparator.comparingInt((Match match) -> match.prefix().length()).reversed()),
    /** The lower order. */
    ENTRY_ORDER(Comparator.comparingInt(Match::order));

    private final Comparator<Match> order;

    Policy(Comparator<Match> first) {
      this.order = first.thenComparingInt(Match::order).thenComparingInt(match -> match.entry().id());
    }

    public Comparator<Match> order() {
      return order;
    }
  }
}

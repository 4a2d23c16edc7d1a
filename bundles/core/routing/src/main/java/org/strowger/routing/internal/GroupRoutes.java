package org.strowger.routing.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.strowger.routing.internal.model.Entry;
import org.strowger.routing.internal.model.GroupTerms;
import org.strowger.routing.internal.model.Match;
import org.strowger.routing.internal.model.RoutingGroup;

/** A routing group as calls need it: every prefix of every entry in one index. Immutable. */
final class GroupRoutes {

  private static final int NONE = -1;

  private final String name;
  private final String problem;
  private final List<String> problems = new ArrayList<>();
  private final GroupTerms.Policy policy;
  private final List<Entry> entries;
  /** Which entries have a prefix. The empty prefix is that of entries which take every number. */
  private final Map<String, int[]> byPrefix = new HashMap<>();
  private final boolean[] lengthInUse;

  GroupRoutes(RoutingGroup group) {
    name = group.name();
    problem = group.problem();
    policy = group.terms().policy();
    // One that breaks a rule takes no number; health names it.
    entries = group.entries().stream().filter(entry -> entry.problem() == null).toList();
    group.entries().stream().filter(entry -> entry.problem() != null).forEach(entry -> problems.add("routing group " + name + ", " + entry.problem()));
    int longest = 0;
    for (int i = 0; i < entries.size(); i++) {
      List<String> prefixes = entries.get(i).terms().prefixes();
      for (String prefix : prefixes.isEmpty() ? List.of("") : prefixes) {
        int[] before = byPrefix.getOrDefault(prefix, new int[0]);
        int[] with = Arrays.copyOf(before, before.length + 1);
        with[before.length] = i;
        byPrefix.put(prefix, with);
        longest = Math.max(longest, prefix.length());
      }
    }
    lengthInUse = new boolean[longest + 1];
    byPrefix.keySet().forEach(prefix -> lengthInUse[prefix.length()] = true);
  }

  /** The entries that take a number, each with its longest prefix, in the order they are to be tried. */
  List<Match> match(String cld) {
    int[] longest = new int[entries.size()];
    Arrays.fill(longest, NONE);
    for (int length = 0; length < lengthInUse.length && length <= cld.length(); length++) {
      int[] found = lengthInUse[length] ? byPrefix.get(cld.substring(0, length)) : null;
      if (found != null) {
        for (int entry : found) {
          longest[entry] = length;
        }
      }
    }
    var matches = new ArrayList<Match>();
    for (int entry = 0; entry < longest.length; entry++) {
      if (longest[entry] != NONE) {
        matches.add(new Match(entries.get(entry), cld.substring(0, longest[entry])));
      }
    }
    matches.sort(policy.order());
    return matches;
  }

  /** Why no call is routed by it; null if calls are. */
  String problem() {
    return problem;
  }

  /** What of it is out of use, in words. */
  List<String> problems() {
    return problem == null ? problems : List.of(problem);
  }

  int prefixes() {
    return byPrefix.size();
  }
}

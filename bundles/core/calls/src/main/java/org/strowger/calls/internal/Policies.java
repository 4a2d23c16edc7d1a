package org.strowger.calls.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.strowger.calls.api.Phase;
import org.strowger.calls.internal.Chain.Side;
import org.strowger.calls.spi.AsyncCallPolicy;
import org.strowger.calls.spi.CallPolicy;
import org.strowger.kernel.Time;
import org.strowger.plugins.api.Plugin;
import org.strowger.plugins.api.PluginSet;

/**
 * Who is asked in which phase, in order; made anew whenever a policy comes or goes, so that a call only has
 * to look. Threads: any.
 */
final class Policies {

  /**
   * One of them.
   *
   * @param by as traces name it
   * @param later whether it is an {@link AsyncCallPolicy}
   * @param concern which calls it is asked about
   */
  record Asked(Plugin<?> plugin, String by, boolean later, Concern concern) {}

  private static final Asked[] NOBODY = {};
  /** The switch's own, {@code core/routing}. */
  private static final String ROUTING = "routing";
  /** Who is away for longer was taken out: others route now, and what they do not know nobody knows. */
  private static final Duration LONGEST_REPLACEMENT = Duration.ofSeconds(30);

  private final PluginSet<CallPolicy> policies;
  private final PluginSet<AsyncCallPolicy> asyncPolicies;
  private final Runnable departed;
  private final Time time;
  /** Whether the switch is meant to route, be it that it can't. */
  private final BooleanSupplier meansToRoute;
  private final List<Runnable> changed = new CopyOnWriteArrayList<>();
  private volatile Set<Object> known = Set.of();
  private volatile Table table = new Table(Map.of(), Routing.NEVER, 0);

  /** Whether the switch's own routing is among those who decide. */
  private enum Routing { NEVER, THERE, LEFT }

  /** Who is asked. @param left when routing did, in ticks, if it has */
  private record Table(Map<Side, Map<Phase, Asked[]>> sides, Routing routing, long left) {}

  /**
   * @param departed run when a policy has left
   * @param meansToRoute whether the switch's own routing is installed and to run
   */
  Policies(PluginSet<CallPolicy> policies, PluginSet<AsyncCallPolicy> asyncPolicies, Runnable departed, Time time, BooleanSupplier meansToRoute) {
    this.time = time;
    this.meansToRoute = meansToRoute;
    this.policies = policies;
    this.asyncPolicies = asyncPolicies;
    this.departed = departed;
    policies.onChange(this::renew);
    asyncPolicies.onChange(this::renew);
  }

  Asked[] of(Phase phase, Side side) {
    Map<Phase, Asked[]> phases = table.sides.get(side);
    return phases == null ? NOBODY : phases.getOrDefault(phase, NOBODY);
  }

  /** Whether the switch's own routing is not there, but was a moment ago or is to be: where others find no route it may know one. */
  boolean isRoutingAway() {
    Table now = table;
    return now.routing != Routing.THERE && (now.routing == Routing.LEFT && time.since(now.left).compareTo(LONGEST_REPLACEMENT) < 0 || meansToRoute.getAsBoolean());
  }

  /**
   * Who is there under the same id as one that was asked in this phase and has gone: its next build, which does not stand in the row itself.
   *
   * @param place of the one that has gone
   * @return null for nobody
   */
  Asked successor(Phase phase, Side side, Asked[] asked, int place) {
    Plugin<?> gone = asked[place].plugin();
    for (Asked one : of(phase, side)) {
      if (one.plugin().id().equals(gone.id()) && Stream.of(asked).noneMatch(known -> key(known.plugin()).equals(key(one.plugin())))) {
        return one;
      }
    }
    return null;
  }

  /** Whether it is the switch's own routing, which always knows a route or refuses, unless it lacks what it needs. */
  static boolean isRouting(Plugin<?> plugin) {
    return plugin.id().equals(ROUTING);
  }

  /** Whether the switch's own routing is there. */
  boolean routes() {
    return table.routing == Routing.THERE;
  }

  /** Runs this at once and after every change. Must not block. */
  void onChange(Runnable listener) {
    changed.add(listener);
    listener.run();
  }

  /** Whether a policy that was asked is on its way out, or has left since, so that what went wrong with it says nothing. */
  boolean isLeaving(Plugin<?> plugin) {
    return plugin.lingers() || !known.contains(key(plugin));
  }

  private synchronized void renew() {
    var all = Stream.concat(policies.snapshot().stream().map(plugin -> asked(plugin, false)), asyncPolicies.snapshot().stream().map(plugin -> asked(plugin, true)))
        .sorted(Comparator.comparing((Asked one) -> -ranking(one.plugin())).thenComparing(one -> one.plugin().id()))
        .toList();
    var next = new EnumMap<Side, Map<Phase, Asked[]>>(Side.class);
    for (Side side : Side.values()) {
      var phases = new EnumMap<Phase, Asked[]>(Phase.class);
      for (Phase phase : Phase.values()) {
        phases.put(phase, all.stream().filter(one -> decides(one.plugin(), phase, side)).toArray(Asked[]::new));
      }
      next.put(side, phases);
    }
    table = with(next, table);
    var now = new HashSet<Object>();
    all.forEach(one -> now.add(key(one.plugin())));
    boolean left = !now.containsAll(known);
    known = now;
    if (left) {
      departed.run();
    }
    changed.forEach(Runnable::run);
  }

  private Table with(Map<Side, Map<Phase, Asked[]>> sides, Table before) {
    if (Stream.of(sides.get(Side.CALLER).get(Phase.ROUTE)).anyMatch(one -> isRouting(one.plugin()))) {
      return new Table(sides, Routing.THERE, 0);
    }
    return before.routing == Routing.THERE ? new Table(sides, Routing.LEFT, time.ticks()) : new Table(sides, before.routing, before.left);
  }

  private static Asked asked(Plugin<?> plugin, boolean later) {
    return new Asked(plugin, plugin.id() + " " + plugin.version(), later, Concern.of(words(plugin.properties().get("call.setting"))));
  }

  private static Object key(Plugin<?> plugin) {
    return plugin.properties().getOrDefault("service.id", plugin.id());
  }

  private static long ranking(Plugin<?> plugin) {
    return plugin.properties().get("service.ranking") instanceof Integer ranking ? ranking : 0;
  }

  private static boolean decides(Plugin<?> plugin, Phase phase, Side side) {
    if (!lists(plugin.properties().get("call.phase"), phase.name())) {
      return false;
    }
    Object given = plugin.properties().get("call.side");
    return phase != Phase.SCREEN || (given == null ? side == Side.CALLER : lists(given, side.name()));
  }

  private static boolean lists(Object property, String word) {
    return words(property).stream().anyMatch(one -> one.equalsIgnoreCase(word));
  }

  /** Properties come as a text (perhaps with commas) or an array of texts. */
  private static List<String> words(Object property) {
    List<String> words = new ArrayList<>();
    if (property instanceof String text) {
      words.addAll(List.of(text.split(",")));
    } else if (property instanceof String[] texts) {
      words.addAll(List.of(texts));
    }
    words.replaceAll(String::trim);
    return words;
  }

  void close() {
    policies.close();
    asyncPolicies.close();
  }
}

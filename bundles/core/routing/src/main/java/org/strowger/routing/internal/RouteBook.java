package org.strowger.routing.internal;

import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.hibernate.SecondLook;
import org.strowger.kernel.Daemons;
import org.strowger.kernel.Health;
import org.strowger.kernel.RoutingGroupId;
import org.strowger.kernel.Time;
import org.strowger.routing.internal.store.RoutingStore;

/**
 * Every carrier and routing group in memory, kept equal to what is committed: what cannot be read after a change is tried again every
 * second until it is. Threads: any; reading never blocks.
 */
public final class RouteBook implements Health.Check {

  private static final Logger LOG = LoggerFactory.getLogger(RouteBook.class);
  private static final int SHOWN = 5;

  private final RoutingStore store;
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(Daemons.named("routing-reload"));
  private final SecondLook secondLook;
  private volatile RouteTable table;
  private volatile boolean behind;

  /** Blocks: reads everything. */
  RouteBook(RoutingStore store, Time time) {
    this.store = store;
    this.secondLook = new SecondLook(store.tx(), time);
    this.table = everything();
    clock.scheduleWithFixedDelay(this::catchUp, 1, 1, TimeUnit.SECONDS);
  }

  void stop() {
    clock.shutdownNow();
  }

  RouteTable table() {
    return table;
  }

  public List<Candidate> candidates(RoutingGroupId group, String cli, String cld) {
    return table.candidates(group, cli, cld);
  }

  /** Throws nothing: the clock would stop. */
  private void catchUp() {
    if (behind) {
      try {
        reloadCarriers();
        LOG.info("carriers and routing groups: loaded again, calls are routed by the last change");
      } catch (RuntimeException | Error e) {
        LOG.debug("carriers and routing groups: still not loaded", e);
      }
    }
    try {
      secondLook.look(this::everythingAgain);
    } catch (RuntimeException | Error e) {
      LOG.debug("carriers and routing groups: not read again yet", e);
    }
  }

  /** What the book of a bundle that was replaced has written when this one had read. */
  private synchronized void everythingAgain() {
    table = everything();
  }

  private RouteTable everything() {
    return store.tx().required(() -> RouteTable.EMPTY.withCarriers(store.opened()).withGroups(store.groups()));
  }

  /** One at a time, from what is committed: whoever comes last has seen every change before. */
  synchronized void reloadCarriers() {
    reload(() -> table.withCarriers(store.opened()));
  }

  synchronized void reload(RoutingGroupId group) {
    reload(() -> table.withGroup(group, store.group(group)));
  }

  private void reload(Supplier<RouteTable> change) {
    boolean all = behind;
    behind = true;
    table = all ? everything() : change.get();
    behind = false;
  }

  @Override
  public String name() {
    return "routing";
  }

  @Override
  public Health health() {
    RouteTable now = table;
    if (behind) {
      return Health.degraded("calls are routed by what was stored before the last change; read again every second until it succeeds");
    }
    List<String> shut = Stream.concat(
        now.lines().values().stream().filter(line -> line.outOfUse() != null && !line.terms().blocked())
            .map(line -> "carrier " + line.terms().name() + " gets no calls: " + line.outOfUse()),
        now.groups().values().stream().flatMap(group -> group.problems().stream())).sorted().toList();
    if (!shut.isEmpty()) {
      return Health.degraded(shut.stream().limit(SHOWN).collect(Collectors.joining("; ")) + (shut.size() > SHOWN ? "; and " + (shut.size() - SHOWN) + " more" : ""));
    }
    return Health.ok(now.lines().size() + " carriers, " + now.groups().size() + " routing groups with "
        + now.groups().values().stream().mapToInt(GroupRoutes::prefixes).sum() + " prefixes");
  }
}

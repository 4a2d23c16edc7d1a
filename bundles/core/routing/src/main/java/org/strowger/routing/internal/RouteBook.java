package org.strowger.routing.internal;

import java.util.List;
import java.util.function.Supplier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.strowger.kernel.Health;
import org.strowger.kernel.RoutingGroupId;
import org.strowger.routing.internal.store.RoutingStore;

/** Every carrier and routing group in memory, kept equal to what is committed. Threads: any; reading never blocks. */
@Component(service = {RouteBook.class, Health.Check.class}, immediate = true)
public final class RouteBook implements Health.Check {

  private final RoutingStore store;
  private volatile RouteTable table;
  private volatile boolean behind;

  @Activate
  public RouteBook(@Reference RoutingStore store) {
    this.store = store;
    this.table = everything();
  }

  RouteTable table() {
    return table;
  }

  public List<Candidate> candidates(RoutingGroupId group, String cli, String cld) {
    return table.candidates(group, cli, cld);
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
      return Health.degraded("calls are routed by what was stored before the last change; change any carrier or group to load everything again");
    }
    List<String> shut = now.lines().values().stream().filter(line -> line.outOfUse() != null && !line.terms().blocked())
        .map(line -> "carrier " + line.terms().name() + " gets no calls: " + line.outOfUse()).sorted().toList();
    if (!shut.isEmpty()) {
      return Health.degraded(String.join("; ", shut));
    }
    return Health.ok(now.lines().size() + " carriers, " + now.groups().size() + " routing groups with "
        + now.groups().values().stream().mapToInt(GroupRoutes::prefixes).sum() + " prefixes");
  }
}

package org.strowger.plugins.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.Filter;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;
import org.osgi.util.tracker.ServiceTrackerCustomizer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.kernel.Lingers;
import org.strowger.osgi.OwnBundle;
import org.strowger.plugins.api.Plugin;
import org.strowger.plugins.api.Plugin.FailurePolicy;
import org.strowger.plugins.api.PluginInfo;

/** The plugins that offer one SPI, as the service registry has them. One per SPI, whoever follows it. */
final class Followed<S> implements ServiceTrackerCustomizer<S, Long> {

  static final String ID = "plugin.id";
  static final String ON_FAILURE = "on.failure";

  /** @param until in ticks */
  private record Last<S>(Entry<S> entry, long until) {}

  private static final Logger LOG = LoggerFactory.getLogger(Followed.class);
  /** How long a leaving plugin's leases have; house plan, rule 5. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final BundleContext context;
  private final Class<S> spi;
  /** Property that names a service without a {@code plugin.id}; null if only those with one are followed. */
  private final String naming;
  private final Present present;
  /** Its monitor guards what is below. */
  private final Versions versions;
  private final Filter filter;
  private final Runnable changed;
  private final ServiceTracker<S, Long> tracker;
  private final Map<Long, Entry<S>> entries = new HashMap<>();
  /** What has gone and answers from memory until its successor comes, or its moment is over. */
  private final Map<Long, Last<S>> lingering = new ConcurrentHashMap<>();
  private final List<Runnable> listeners = new ArrayList<>();
  /** Services that whoever follows has been told of. */
  private final Set<Long> taken = ConcurrentHashMap.newKeySet();
  private volatile List<Plugin<S>> snapshot = List.of();
  private volatile boolean closing;
  private int followers;

  /** @param changed told when another service is taken up, with no monitor held */
  Followed(BundleContext context, Class<S> spi, String naming, Present present, Versions versions, Runnable changed) {
    this.context = context;
    this.spi = spi;
    this.naming = naming;
    this.present = present;
    this.versions = versions;
    this.changed = changed;
    try {
      String all = "(" + Constants.OBJECTCLASS + "=" + spi.getName() + ")";
      this.filter = context.createFilter(naming == null ? "(&" + all + "(" + ID + "=*))" : all);
      this.tracker = new ServiceTracker<>(context, filter, this);
    } catch (InvalidSyntaxException e) {
      throw new IllegalArgumentException("no SPI: " + spi, e);
    }
  }

  void open() {
    versions.add(this);
    tracker.open();
  }

  void close() {
    closing = true;
    tracker.close();
    var over = new ArrayList<Long>();
    synchronized (versions) {
      endLingering(last -> true, over);
      versions.remove(this);
    }
    over.forEach(present::release);
  }

  /** Guarded by the registry's monitor, as is {@link #release()}. */
  void retain() {
    followers++;
  }

  /** @return whether nobody follows any more */
  boolean release() {
    return --followers == 0;
  }

  List<Plugin<S>> snapshot() {
    return snapshot;
  }

  void onChange(Runnable listener) {
    synchronized (versions) {
      listener.run();
      listeners.add(listener);
    }
  }

  void offChange(Runnable listener) {
    synchronized (versions) {
      listeners.remove(listener);
    }
  }

  List<PluginInfo> list() {
    synchronized (versions) {
      return Stream.concat(entries.values().stream(), lingering.values().stream().map(Last::entry))
          .map(entry -> entry.running().info(entry.plugin(), spi.getSimpleName(), snapshot.contains(entry.plugin()))).toList();
    }
  }

  @Override
  public Long addingService(ServiceReference<S> reference) {
    Bundle bundle = reference.getBundle();
    S service = context.getService(reference);
    if (bundle == null || service == null) {
      return null;
    }
    long key = keyOf(reference);
    // Known to the guard first: whoever sees it in a snapshot can ask it.
    Running running = present.retain(key, bundle, id(properties(reference), bundle));
    Entry<S> come = entry(properties(reference), bundle, service, running, present.ticks());
    var over = new ArrayList<Long>();
    synchronized (versions) {
      entries.put(key, come);
      endLingering(last -> last.entry.plugin().id().equals(come.plugin().id()), over);
      versions.renew();
    }
    over.forEach(present::release);
    taken.add(key);
    changed.run();
    return key;
  }

  /** Whether it offers this, and who follows does not know of it: its component begins, or could not. */
  boolean lacks(ServiceReference<?> reference) {
    return !closing && filter.match(reference) && !taken.contains(keyOf(reference));
  }

  /** Events of one service may come on several threads at once: what has left meanwhile, or is leaving, stays as it is. */
  @Override
  public void modifiedService(ServiceReference<S> reference, Long key) {
    Bundle bundle = reference.getBundle();
    if (bundle == null) {
      return;
    }
    Map<String, Object> properties = properties(reference);
    synchronized (versions) {
      entries.computeIfPresent(key, (same, known) -> known.running().leaving() ? known
          : entry(properties, bundle, known.plugin().service(), known.running(), known.since()));
      versions.renew();
    }
  }

  @Override
  public void removedService(ServiceReference<S> reference, Long key) {
    taken.remove(key);
    if (closing && present.offersMore(key)) {
      // It is not the plugin that goes: others follow what else it offers.
      forget(key);
      context.ungetService(reference);
      return;
    }
    Entry<S> leaving;
    boolean lingers;
    synchronized (versions) {
      leaving = entries.get(key);
      leaving.running().leave();
      lingers = lingers(reference, leaving);
      if (lingers) {
        entries.remove(key);
        lingering.put(key, new Last<>(leaving.lingering(), present.ticks() + Lingers.MOMENT.toNanos()));
      }
      versions.renew();
    }
    // The plugin's services still work here: whoever unregisters one waits for this.
    present.awaitLeases(leaving.running(), PATIENCE);
    leaving.running().endLeases(leaving.plugin().id(), leaving.plugin().version());
    if (!lingers) {
      forget(key);
    }
    context.ungetService(reference);
  }

  private void forget(Long key) {
    synchronized (versions) {
      entries.remove(key);
    }
    present.release(key);
  }

  /** Only if its bundle goes, be it for another build: then nobody changes what it knows meanwhile. And only the last of its id. */
  private boolean lingers(ServiceReference<S> reference, Entry<S> leaving) {
    Bundle bundle = reference.getBundle();
    return bundle != null && OwnBundle.isLeaving(bundle) && Boolean.TRUE.equals(leaving.plugin().properties().get(Plugin.LINGERS))
        && !leaving.running().ward.drained() && !leaving.running().ward.quarantined()
        && entries.values().stream().noneMatch(entry -> !entry.running().leaving() && entry.plugin().id().equals(leaving.plugin().id()));
  }

  /** @param over told the services whose moment is over; release them when nobody is offered them any more */
  private void endLingering(Predicate<Last<S>> ended, List<Long> over) {
    lingering.forEach((key, last) -> {
      if (ended.test(last)) {
        over.add(key);
      }
    });
    lingering.keySet().removeAll(over);
  }

  private static Map<String, Object> properties(ServiceReference<?> reference) {
    var properties = new HashMap<String, Object>();
    for (String name : reference.getPropertyKeys()) {
      properties.put(name, reference.getProperty(name));
    }
    return Map.copyOf(properties);
  }

  private Entry<S> entry(Map<String, Object> properties, Bundle bundle, S service, Running running, long since) {
    String id = id(properties, bundle);
    var plugin = new Plugin<>(id, bundle.getVersion().toString(), bundle.getBundleId(), failurePolicy(id, properties.get(ON_FAILURE)), properties, service);
    int ranking = properties.get(Constants.SERVICE_RANKING) instanceof Integer given ? given : 0;
    return new Entry<>(plugin, ranking, bundle.getVersion(), since, running);
  }

  private String id(Map<String, Object> properties, Bundle bundle) {
    Object id = properties.get(ID);
    if (id != null || naming == null) {
      return String.valueOf(id);
    }
    Object name = properties.get(naming);
    return Blame.oneLine(bundle.getSymbolicName() + (name == null ? "" : "/" + name));
  }

  /** Whoever may take new uses, in all versions. With the monitor of the versions held, as the next two. */
  Stream<Entry<S>> offered() {
    return Stream.concat(entries.values().stream().filter(entry -> !entry.running().leaving()), lingering.values().stream().map(Last::entry))
        .filter(entry -> !entry.running().ward.drained());
  }

  /** Makes the snapshot anew. @return whether it is another one; {@link #tell} of it when all have theirs */
  boolean take(Choice choice) {
    List<Plugin<S>> next = offered().filter(choice::serves)
        .sorted(Comparator.comparing((Entry<S> entry) -> -(long) entry.ranking()).thenComparing(entry -> entry.plugin().id())
            .thenComparing(entry -> keyOf(entry.plugin())))
        .map(Entry::plugin)
        .toList();
    if (next.equals(snapshot)) {
      return false;
    }
    snapshot = next;
    return true;
  }

  /** Who follows may be a plugin's. */
  void tell() {
    for (Runnable listener : listeners) {
      try {
        listener.run();
      } catch (RuntimeException | Error e) {
        LOG.error("{} failed when it was told that the plugins for {} changed", listener.getClass().getName(), spi.getSimpleName(), e);
      }
    }
  }

  /** By the keeper. */
  void look(long now) {
    if (!lingering.isEmpty()) {
      var over = new ArrayList<Long>();
      synchronized (versions) {
        endLingering(last -> now - last.until >= 0, over);
        versions.renew();
      }
      over.forEach(present::release);
    }
  }

  private static FailurePolicy failurePolicy(String id, Object given) {
    if (given == null) {
      return FailurePolicy.OPEN;
    }
    try {
      return FailurePolicy.valueOf(given.toString().toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      // A misspelt "closed" must not open a gate.
      LOG.warn("Plugin {}: {} '{}' is neither open nor closed; taken as closed", id, ON_FAILURE, given);
      return FailurePolicy.CLOSED;
    }
  }

  static long keyOf(Plugin<?> plugin) {
    return plugin.properties().get(Constants.SERVICE_ID) instanceof Long key ? key : -1;
  }

  private static long keyOf(ServiceReference<?> reference) {
    return (Long) reference.getProperty(Constants.SERVICE_ID);
  }
}

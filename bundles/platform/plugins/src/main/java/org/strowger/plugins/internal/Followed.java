package org.strowger.plugins.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.util.tracker.ServiceTracker;
import org.osgi.util.tracker.ServiceTrackerCustomizer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.plugins.api.Plugin;
import org.strowger.plugins.api.Plugin.FailurePolicy;
import org.strowger.plugins.api.PluginInfo;

/** The plugins that offer one SPI, as the service registry has them. One per SPI, whoever follows it. */
final class Followed<S> implements ServiceTrackerCustomizer<S, Long> {

  static final String ID = "plugin.id";
  static final String ON_FAILURE = "on.failure";

  private static final Logger LOG = LoggerFactory.getLogger(Followed.class);

  /** A plugin and how it is doing. */
  private record Entry<S>(Plugin<S> plugin, int ranking, Running running) {}

  private final BundleContext context;
  private final Class<S> spi;
  private final Map<Long, Running> allRunning;
  private final ServiceTracker<S, Long> tracker;
  private final Map<Long, Entry<S>> entries = new HashMap<>();
  private volatile List<Plugin<S>> snapshot = List.of();
  private final List<Runnable> listeners = new ArrayList<>();
  private int followers;

  Followed(BundleContext context, Class<S> spi, Map<Long, Running> allRunning) {
    this.context = context;
    this.spi = spi;
    this.allRunning = allRunning;
    try {
      var filter = context.createFilter("(&(" + Constants.OBJECTCLASS + "=" + spi.getName() + ")(" + ID + "=*))");
      this.tracker = new ServiceTracker<>(context, filter, this);
    } catch (InvalidSyntaxException e) {
      throw new IllegalArgumentException("no SPI: " + spi, e);
    }
  }

  void open() {
    tracker.open();
  }

  void close() {
    tracker.close();
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

  synchronized void onChange(Runnable listener) {
    listeners.add(listener);
    listener.run();
  }

  synchronized List<PluginInfo> list() {
    return entries.values().stream().map(entry -> entry.running.info(entry.plugin, spi.getSimpleName())).toList();
  }

  @Override
  public Long addingService(ServiceReference<S> reference) {
    Bundle bundle = reference.getBundle();
    S service = context.getService(reference);
    if (bundle == null || service == null) {
      return null;
    }
    long key = keyOf(reference);
    // Known to the guard first: whoever sees it in a snapshot can ask it. A service may offer several SPIs.
    Running running = allRunning.compute(key, (k, known) -> {
      Running shared = known == null ? new Running(bundle.adapt(BundleWiring.class).getClassLoader()) : known;
      shared.retain();
      return shared;
    });
    put(key, reference, bundle, service, running);
    return key;
  }

  @Override
  public void modifiedService(ServiceReference<S> reference, Long key) {
    Entry<S> known;
    synchronized (this) {
      known = entries.get(key);
    }
    Bundle bundle = reference.getBundle();
    if (known != null && bundle != null) {
      put(key, reference, bundle, known.plugin.service(), known.running);
    }
  }

  @Override
  public void removedService(ServiceReference<S> reference, Long key) {
    synchronized (this) {
      entries.remove(key);
      renew();
    }
    allRunning.computeIfPresent(key, (k, known) -> known.release() ? null : known);
    context.ungetService(reference);
  }

  private void put(long key, ServiceReference<S> reference, Bundle bundle, S service, Running running) {
    var properties = new LinkedHashMap<String, Object>();
    for (String name : reference.getPropertyKeys()) {
      properties.put(name, reference.getProperty(name));
    }
    String id = String.valueOf(properties.get(ID));
    var plugin = new Plugin<>(id, bundle.getVersion().toString(), bundle.getBundleId(), failurePolicy(id, properties.get(ON_FAILURE)),
        Map.copyOf(properties), service);
    int ranking = properties.get(Constants.SERVICE_RANKING) instanceof Integer given ? given : 0;
    synchronized (this) {
      entries.put(key, new Entry<>(plugin, ranking, running));
      renew();
    }
  }

  private void renew() {
    snapshot = entries.values().stream()
        .sorted(Comparator.comparing((Entry<S> entry) -> -(long) entry.ranking).thenComparing(entry -> entry.plugin.id())
            .thenComparing(entry -> keyOf(entry.plugin)))
        .map(Entry::plugin)
        .toList();
    listeners.forEach(Runnable::run);
  }

  private FailurePolicy failurePolicy(String id, Object given) {
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

package org.strowger.plugins.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.Meter;
import org.strowger.kernel.Time;
import org.strowger.plugins.api.Guarded;
import org.strowger.plugins.api.Plugin;
import org.strowger.plugins.api.PluginInfo;
import org.strowger.plugins.api.PluginRegistry;
import org.strowger.plugins.api.PluginSet;

/** Plugins found in the OSGi service registry: a service that carries {@code plugin.id} is one. */
@Component(configurationPid = "org.strowger.plugins")
@Designate(ocd = GuardConfig.class)
public final class Registry implements PluginRegistry {

  private final BundleContext context;
  private final Guard guard;
  private final ServiceRegistration<Meter> meter;
  private final Map<Class<?>, Followed<?>> followed = new HashMap<>();
  /** By service id. Who is not in here has gone. */
  private final Map<Long, Running> running = new ConcurrentHashMap<>();

  @Activate
  public Registry(BundleContext context, @Reference Time time, GuardConfig config) {
    this(context, time, limit(config));
  }

  Registry(BundleContext context, Time time, Duration limit) {
    this.context = context;
    var counters = new Meter("plugins");
    this.guard = new Guard(time, counters, limit);
    counters.gauge("present", running::size);
    this.meter = context.registerService(Meter.class, counters, null);
  }

  @Modified
  void reconfigure(GuardConfig config) {
    guard.limit(limit(config));
  }

  @Deactivate
  void stop() {
    List<Followed<?>> open;
    synchronized (followed) {
      open = List.copyOf(followed.values());
      followed.clear();
    }
    open.forEach(Followed::close);
    meter.unregister();
  }

  @Override
  @SuppressWarnings("unchecked")
  public <S> PluginSet<S> follow(Class<S> spi) {
    Followed<S> set;
    boolean first;
    synchronized (followed) {
      Followed<?> known = followed.get(spi);
      first = known == null;
      set = first ? new Followed<>(context, spi, running) : (Followed<S>) known;
      followed.put(spi, set);
      set.retain();
    }
    if (first) {
      // Outside of the monitor: getting a service runs its component's activation.
      set.open();
    }
    return new Handle<>(set, () -> release(spi, set));
  }

  private void release(Class<?> spi, Followed<?> set) {
    synchronized (followed) {
      if (!set.release()) {
        return;
      }
      followed.remove(spi, set);
    }
    set.close();
  }

  @Override
  public <S, R> Guarded<R> ask(Plugin<S> plugin, Function<S, R> question) {
    return guard.ask(plugin, running.get(Followed.keyOf(plugin)), question);
  }

  @Override
  public List<PluginInfo> list() {
    List<Followed<?>> sets;
    synchronized (followed) {
      sets = List.copyOf(followed.values());
    }
    var all = new ArrayList<PluginInfo>();
    sets.forEach(set -> all.addAll(set.list()));
    all.sort(Comparator.comparing(PluginInfo::id).thenComparing(PluginInfo::spi).thenComparing(PluginInfo::version));
    return List.copyOf(all);
  }

  private static Duration limit(GuardConfig config) {
    if (config.limit_millis() < 1 || config.limit_millis() > 60_000) {
      throw new InvalidInput("limit.millis", config.limit_millis(), "is 1 to 60000");
    }
    return Duration.ofMillis(config.limit_millis());
  }

  /** One follower's view; closing it twice counts once. */
  private record Handle<S>(Followed<S> set, AtomicBoolean closed, Runnable release) implements PluginSet<S> {

    Handle(Followed<S> set, Runnable release) {
      this(set, new AtomicBoolean(), release);
    }

    @Override
    public List<Plugin<S>> snapshot() {
      return closed.get() ? List.of() : set.snapshot();
    }

    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        release.run();
      }
    }
  }
}

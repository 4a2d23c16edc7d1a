package org.strowger.plugins.internal;

import static org.strowger.kernel.InvalidInput.range;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.strowger.kernel.Health;
import org.strowger.kernel.Meter;
import org.strowger.kernel.Time;
import org.strowger.plugins.api.Asker;
import org.strowger.plugins.api.Lease;
import org.strowger.plugins.api.Plugin;
import org.strowger.plugins.api.PluginGone;
import org.strowger.plugins.api.PluginInfo;
import org.strowger.plugins.api.PluginRegistry;
import org.strowger.plugins.api.PluginSet;

/** Plugins found in the OSGi service registry: a service that carries {@code plugin.id} is one. */
@Component(configurationPid = "org.strowger.plugins", immediate = true)
@Designate(ocd = GuardConfig.class)
public final class Registry implements PluginRegistry {

  private static final long KEEPER_NAP = TimeUnit.MILLISECONDS.toNanos(250);

  private final BundleContext context;
  private final Time time;
  private final Guard guard;
  private final Watchdog watchdog;
  /** Another thread: whoever is told of a change may be slow, and those who ask a plugin that hangs must not wait for that. */
  private final Watchdog keeper;
  private final Present present;
  private final Strays strays;
  private final Versions versions;
  private final Mandatory mandatory;
  private final List<ServiceRegistration<?>> registrations;
  private final Map<Wanted, Followed<?>> followed = new HashMap<>();

  /** @param naming null for services with a {@code plugin.id} only */
  private record Wanted(Class<?> spi, String naming) {}

  @Activate
  public Registry(BundleContext context, @Reference Time time, GuardConfig config) {
    this(context, time, limits(config), threads(config), ids(config.mandatory()));
    watchdog.start();
    keeper.start();
  }

  private Registry(BundleContext context, Time time, Guard.Limits limits, Strays.Limits threads, Set<String> wanted) {
    this(context, time, limits);
    strays.limits(threads);
    mandatory.wanted(wanted);
  }

  /** Without its threads: {@link #look()} is for whoever made it to call. */
  Registry(BundleContext context, Time time, Guard.Limits limits) {
    this.context = context;
    this.time = time;
    var counters = new Meter("plugins");
    startTimerOfTheJdk();
    this.watchdog = new Watchdog(this::watch);
    this.keeper = new Watchdog("plugins-keeper", KEEPER_NAP, this::keep);
    this.guard = new Guard(time, counters, limits, watchdog::wake, Machine::isCrowded);
    // Nobody is present yet.
    this.strays = new Strays(context, time, this::homes, guard::threads);
    this.present = new Present(time, bundle -> context.getBundle(bundle) != null, strays::left);
    this.versions = new Versions(time);
    this.mandatory = new Mandatory(context, present::drained, this::waits);
    counters.gauge("present", present::size);
    counters.gauge("strays", strays::strays);
    mandatory.open();
    this.registrations = List.of(context.registerService(Meter.class, counters, null),
        context.registerService(Health.Check.class, Health.Check.of("plugins", this::health), null));
  }

  /**
   * The one thread behind {@code CompletableFuture.orTimeout} keeps for ever the context class loader of whoever needed it first: that must not be
   * a plugin that is asked.
   */
  private static void startTimerOfTheJdk() {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(null);
    try {
      CompletableFuture.delayedExecutor(1, TimeUnit.NANOSECONDS, Runnable::run).execute(() -> { });
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @Modified
  void reconfigure(GuardConfig config) {
    Guard.Limits limits = limits(config);
    strays.limits(threads(config));
    guard.limits(limits);
    mandatory.wanted(ids(config.mandatory()));
  }

  @Deactivate
  void stop() {
    watchdog.close();
    keeper.close();
    present.hurry();
    sets().forEach(Followed::close);
    synchronized (followed) {
      followed.clear();
    }
    mandatory.close();
    registrations.forEach(ServiceRegistration::unregister);
  }

  /** One round of the watchdog and its keeper, for tests. */
  void look() {
    watch();
    keep();
  }

  private boolean watch() {
    return guard.look();
  }

  /** @return false: nothing here is urgent */
  private boolean keep() {
    long now = time.ticks();
    versions.look(now);
    sets().forEach(set -> set.look(now));
    strays.look(now);
    return false;
  }

  private List<Followed<?>> sets() {
    synchronized (followed) {
      return List.copyOf(followed.values());
    }
  }

  private Health health() {
    Set<String> missing = mandatory.missing();
    if (!missing.isEmpty()) {
      return Health.down("mandatory plugins are missing: " + String.join(", ", new TreeSet<>(missing)));
    }
    var wrong = new ArrayList<String>();
    if (guard.stuck() >= Ward.MOST_STUCK_IN_A_BUNDLE) {
      wrong.add(guard.stuck() + " threads are stuck in plugins; restart the switch");
    }
    tell(wrong, "quarantined: ", present.sick());
    tell(wrong, "threads: ", strays.sick());
    return wrong.isEmpty() ? Health.ok(present.size() + " services of plugins") : Health.degraded(String.join("; ", wrong));
  }

  private static void tell(List<String> wrong, String what, Map<String, String> sick) {
    if (!sick.isEmpty()) {
      wrong.add(what + sick);
    }
  }

  private List<Home> homes() {
    return present.homes();
  }

  @Override
  public <S> PluginSet<S> follow(Class<S> spi) {
    return follow(spi, new Wanted(spi, null));
  }

  @Override
  public <S> PluginSet<S> follow(Class<S> spi, String naming) {
    return follow(spi, new Wanted(spi, naming));
  }

  @SuppressWarnings("unchecked")
  private <S> PluginSet<S> follow(Class<S> spi, Wanted wanted) {
    Followed<S> set;
    boolean first;
    synchronized (followed) {
      Followed<?> known = followed.get(wanted);
      first = known == null;
      set = first ? new Followed<>(context, spi, wanted.naming(), present, versions, mandatory::renew) : (Followed<S>) known;
      followed.put(wanted, set);
      set.retain();
    }
    if (first) {
      // Outside of the monitor: getting a service runs its component's activation.
      set.open();
      mandatory.renew();
    }
    return new Follower<>(set, () -> release(wanted, set));
  }

  private void release(Wanted wanted, Followed<?> set) {
    synchronized (followed) {
      if (!set.release()) {
        return;
      }
      followed.remove(wanted, set);
    }
    set.close();
    mandatory.renew();
  }

  private boolean waits(ServiceReference<?> service) {
    return sets().stream().anyMatch(set -> set.lacks(service));
  }

  @Override
  public <S, R> boolean ask(Plugin<S> plugin, Function<? super S, ? extends R> question, Asker<R> asker) {
    return guard.ask(plugin, running(plugin), question, asker);
  }

  @Override
  public <S, R> boolean askLater(Plugin<S> plugin, Function<? super S, ? extends CompletionStage<? extends R>> question, Asker<R> asker) {
    return guard.askLater(plugin, running(plugin), question, asker);
  }

  private Running running(Plugin<?> plugin) {
    return present.find(Followed.keyOf(plugin));
  }

  @Override
  public <S> Lease<S> acquire(Plugin<S> plugin, Consumer<PluginGone> ended) {
    Running running = running(plugin);
    if (running == null) {
      throw new PluginGone(plugin.id(), plugin.version(), "has gone");
    }
    if (running.ward.drained()) {
      throw new PluginGone(plugin.id(), plugin.version(), "is being drained");
    }
    var lease = new Held<>(plugin, running, ended);
    if (!running.lease(lease)) {
      throw new PluginGone(plugin.id(), plugin.version(), "is leaving");
    }
    return lease;
  }

  @Override
  public boolean drain(String id) {
    return drain(id, true);
  }

  @Override
  public boolean resume(String id) {
    return drain(id, false);
  }

  private boolean drain(String id, boolean wanted) {
    if (!present.drain(id, wanted)) {
      return false;
    }
    if (wanted) {
      // Missing before it is offered no more; when it is resumed, until it is offered.
      mandatory.renew();
    }
    versions.renew();
    mandatory.renew();
    return true;
  }

  @Override
  public Set<String> missing() {
    return mandatory.missing();
  }

  @Override
  public List<PluginInfo> list() {
    var all = new ArrayList<PluginInfo>();
    sets().forEach(set -> all.addAll(set.list()));
    all.addAll(strays.list());
    all.sort(Comparator.comparing(PluginInfo::id).thenComparing(PluginInfo::spi).thenComparing(PluginInfo::version));
    return List.copyOf(all);
  }

  private static Set<String> ids(String list) {
    var ids = new TreeSet<String>();
    for (String id : list.split(",")) {
      if (!id.isBlank()) {
        ids.add(id.trim());
      }
    }
    return ids;
  }

  private static Strays.Limits threads(GuardConfig config) {
    return new Strays.Limits(range("threads", config.threads(), 1, 10_000), Duration.ofSeconds(range("threads.seconds", config.threads_seconds(), 1, 3600)));
  }

  private static Guard.Limits limits(GuardConfig config) {
    return Guard.Limits.of(Duration.ofMillis(range("limit.millis", config.limit_millis(), 10, 5000)),
        Duration.ofMillis(range("limit.async.millis", config.limit_async_millis(), 10, 10_000)), range("bulkhead", config.bulkhead(), 1, 16),
        range("bulkhead.async", config.bulkhead_async(), 1, 1000), Duration.ofSeconds(range("quarantine.seconds", config.quarantine_seconds(), 1, 3600)));
  }
}

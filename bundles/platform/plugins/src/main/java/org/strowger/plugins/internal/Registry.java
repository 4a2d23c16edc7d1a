package org.strowger.plugins.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
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
import org.strowger.plugins.api.Asker;
import org.strowger.plugins.api.Guarded;
import org.strowger.plugins.api.Lease;
import org.strowger.plugins.api.Plugin;
import org.strowger.plugins.api.PluginGone;
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
  public <S, R> Guarded<R> ask(Plugin<S> plugin, Function<? super S, ? extends R> question) {
    return guard.ask(plugin, running.get(Followed.keyOf(plugin)), question);
  }

  @Override
  public <S, R> boolean ask(Plugin<S> plugin, Function<? super S, ? extends R> question, Asker<R> asker) {
    asker.answered(ask(plugin, question));
    return true;
  }

  @Override
  public <S, R> boolean askLater(Plugin<S> plugin, Function<? super S, ? extends CompletionStage<? extends R>> question, Asker<R> asker) {
    askLater(plugin, question).thenAccept(answer -> asker.later(() -> asker.answered(answer)));
    return true;
  }

  @Override
  public <S, R> CompletionStage<Guarded<R>> askLater(Plugin<S> plugin, Function<? super S, ? extends CompletionStage<? extends R>> question) {
    Guarded<CompletionStage<? extends R>> stage = guard.ask(plugin, running.get(Followed.keyOf(plugin)), question);
    if (stage instanceof Guarded.Failed<CompletionStage<? extends R>> failed) {
      return CompletableFuture.completedStage(new Guarded.Failed<>(failed.why(), failed.onFailure(), failed.took()));
    }
    var answer = new CompletableFuture<Guarded<R>>();
    ((Guarded.Answered<CompletionStage<? extends R>>) stage).value().whenComplete((value, failure) -> answer.complete(
        value == null ? new Guarded.Failed<>("answered nothing", plugin.onFailure(), Duration.ZERO) : new Guarded.Answered<>(value, Duration.ZERO)));
    return answer.completeOnTimeout(new Guarded.Failed<>("took more than 500 ms", plugin.onFailure(), Duration.ZERO), 500, TimeUnit.MILLISECONDS);
  }

  @Override
  public <S> Lease<S> acquire(Plugin<S> plugin, Consumer<PluginGone> ended) {
    throw new PluginGone(plugin.id(), plugin.version(), "can't be leased yet");
  }

  @Override
  public boolean drain(String id) {
    return false;
  }

  @Override
  public boolean resume(String id) {
    return false;
  }

  @Override
  public Set<String> missing() {
    return Set.of();
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
    public void onChange(Runnable listener) {
      set.onChange(listener);
    }

    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        release.run();
      }
    }
  }
}

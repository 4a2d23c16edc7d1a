package org.strowger.plugins.internal;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.strowger.kernel.Meter;
import org.strowger.kernel.Time;
import org.strowger.plugins.api.Asker;
import org.strowger.plugins.api.Plugin;
import org.strowger.plugins.api.PluginInfo;
import org.strowger.plugins.api.PluginSet;
import org.strowger.testkit.NoPlugins;

/** The switch's own guard and its watchdog around plugins of memory, which are added before anybody follows them: for tests of those who ask. */
public final class RealGuard extends NoPlugins implements AutoCloseable {

  private final Guard guard;
  private final Watchdog watchdog;
  private final List<Plugin<?>> plugins = new CopyOnWriteArrayList<>();
  private final Map<Plugin<?>, Running> running = new ConcurrentHashMap<>();

  public RealGuard(Duration limit, Duration asyncLimit, Duration quarantine) {
    this.watchdog = new Watchdog(this::look);
    this.guard = new Guard(Time.SYSTEM, new Meter("plugins"), Guard.Limits.of(limit, asyncLimit, 4, 32, quarantine), watchdog::wake, Machine::isCrowded);
    watchdog.start();
  }

  /** One that refuses where it has no answer. */
  public <S> Plugin<S> add(String id, S service, Map<String, Object> properties) {
    return add(new Plugin<>(id, "1.0.0", 1, Plugin.FailurePolicy.CLOSED, properties, service));
  }

  public <S> Plugin<S> add(Plugin<S> plugin) {
    running.put(plugin, new Running(RealGuard.class.getClassLoader(), new Ward()));
    plugins.add(plugin);
    return plugin;
  }

  private boolean look() {
    return guard.look();
  }

  /** Threads that plugins hold. */
  public int stuck() {
    return guard.stuck();
  }

  @Override
  public void close() {
    watchdog.close();
  }

  @Override
  @SuppressWarnings("unchecked")
  public <S> PluginSet<S> follow(Class<S> spi) {
    return set(plugins.stream().filter(one -> spi.isInstance(one.service())).map(one -> (Plugin<S>) one).toList());
  }

  @Override
  public <S, R> boolean ask(Plugin<S> plugin, Function<? super S, ? extends R> question, Asker<R> asker) {
    return guard.ask(plugin, running.get(plugin), question, asker);
  }

  @Override
  public <S, R> boolean askLater(Plugin<S> plugin, Function<? super S, ? extends CompletionStage<? extends R>> question, Asker<R> asker) {
    return guard.askLater(plugin, running.get(plugin), question, asker);
  }

  @Override
  public List<PluginInfo> list() {
    return plugins.stream().map(plugin -> running.get(plugin).info(plugin, plugin.service().getClass().getSimpleName(), true)).toList();
  }
}

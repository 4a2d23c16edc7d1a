package org.strowger.testkit;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.strowger.plugins.api.Asker;
import org.strowger.plugins.api.Guarded;
import org.strowger.plugins.api.Lease;
import org.strowger.plugins.api.Plugin;
import org.strowger.plugins.api.PluginGone;
import org.strowger.plugins.api.PluginInfo;
import org.strowger.plugins.api.PluginRegistry;
import org.strowger.plugins.api.PluginSet;

/** A registry whose plugins have all gone, as the switch's own answers then. A test that has some overrides what they are asked by. */
public class NoPlugins implements PluginRegistry {

  private static final String GONE = "has gone";

  @Override
  public <S> PluginSet<S> follow(Class<S> spi) {
    return set(List.of());
  }

  @Override
  public <S> PluginSet<S> follow(Class<S> spi, String naming) {
    return follow(spi);
  }

  /** A set that stays as it is. */
  protected static <S> PluginSet<S> set(List<Plugin<S>> plugins) {
    return new PluginSet<>() {
      @Override
      public List<Plugin<S>> snapshot() {
        return plugins;
      }

      @Override
      public void onChange(Runnable listener) {
        listener.run();
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public <S, R> boolean ask(Plugin<S> plugin, Function<? super S, ? extends R> question, Asker<R> asker) {
    asker.answered(new Guarded.Failed<>(GONE, Plugin.FailurePolicy.OPEN, Duration.ZERO));
    return true;
  }

  @Override
  public <S, R> boolean askLater(Plugin<S> plugin, Function<? super S, ? extends CompletionStage<? extends R>> question, Asker<R> asker) {
    asker.answered(new Guarded.Failed<>(GONE, Plugin.FailurePolicy.OPEN, Duration.ZERO));
    return true;
  }

  @Override
  public <S> Lease<S> acquire(Plugin<S> plugin, Consumer<PluginGone> ended) {
    throw new PluginGone(plugin.id(), plugin.version(), GONE);
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
    return List.of();
  }
}

package org.strowger.dncl.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.strowger.dnc.spi.DncSource;
import org.strowger.plugins.api.Asker;
import org.strowger.plugins.api.Guarded;
import org.strowger.plugins.api.Plugin;
import org.strowger.plugins.api.PluginSet;
import org.strowger.testkit.NoPlugins;

/** A registry with lists that come and go, and asks them without a watchdog. */
final class Sources extends NoPlugins {

  private final List<Plugin<DncSource>> there = new CopyOnWriteArrayList<>();
  private final List<Runnable> listeners = new ArrayList<>();
  /** Ids without which no call is taken, and that are away. */
  final Set<String> missing = new HashSet<>();

  void add(String name, DncSource source, String... properties) {
    there.add(new Plugin<>("test/" + name, "1.0.0", 1, Plugin.FailurePolicy.OPEN, Fixture.properties(name, properties), source));
    listeners.forEach(Runnable::run);
  }

  void remove(DncSource source) {
    there.removeIf(one -> one.service() == source);
    listeners.forEach(Runnable::run);
  }

  @Override
  @SuppressWarnings("unchecked")
  public <S> PluginSet<S> follow(Class<S> spi, String otherwise) {
    return new PluginSet<>() {
      @Override
      public List<Plugin<S>> snapshot() {
        return there.stream().map(one -> (Plugin<S>) one).toList();
      }

      @Override
      public void onChange(Runnable listener) {
        listeners.add(listener);
        listener.run();
      }

      @Override
      public void close() {
        listeners.clear();
      }
    };
  }

  @Override
  public Set<String> missing() {
    return Set.copyOf(missing);
  }

  @Override
  public <S, R> boolean ask(Plugin<S> plugin, Function<? super S, ? extends R> question, Asker<R> asker) {
    Guarded<R> answer;
    try {
      R value = question.apply(plugin.service());
      answer = value == null ? failed("answered nothing") : new Guarded.Answered<>(value, Duration.ZERO);
    } catch (RuntimeException e) {
      answer = failed(e.getClass().getSimpleName() + ": " + e.getMessage());
    }
    asker.answered(answer);
    return true;
  }

  @Override
  public <S, R> boolean askLater(Plugin<S> plugin, Function<? super S, ? extends CompletionStage<? extends R>> question, Asker<R> asker) {
    CompletionStage<? extends R> stage;
    try {
      stage = question.apply(plugin.service());
    } catch (RuntimeException e) {
      asker.answered(failed(e.getClass().getSimpleName() + ": " + e.getMessage()));
      return true;
    }
    if (stage == null) {
      asker.answered(failed("answered nothing"));
    } else {
      stage.whenComplete((value, failure) -> asker.later(() -> asker.answered(
          failure == null ? new Guarded.Answered<R>(value, Duration.ZERO) : failed(failure.getClass().getSimpleName() + ": " + failure.getMessage()))));
    }
    return true;
  }

  private static <R> Guarded<R> failed(String why) {
    return new Guarded.Failed<>(why, Plugin.FailurePolicy.OPEN, Duration.ZERO);
  }
}

package org.strowger.plugins.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Hashtable;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.felix.framework.FrameworkFactory;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;
import org.osgi.framework.launch.Framework;
import org.strowger.kernel.Time;
import org.strowger.plugins.api.Asker;
import org.strowger.plugins.api.Guarded;
import org.strowger.plugins.api.Plugin;

/**
 * What it costs to ask a plugin under guard, of one that answers at once: the registry as it is shipped, in a framework, with its
 * watchdog at work. A call asks some ten questions.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 3, jvmArgs = "-Xmx512m")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class GuardBenchmark {

  /** What the plugin is asked. */
  public interface Question {
    Integer answer(int number);
  }

  /** The same, answered later. */
  public interface LateQuestion {
    CompletionStage<Integer> answer(int number);
  }

  private Path cache;
  private Framework framework;
  private Registry registry;
  private Plugin<Question> plugin;
  private Plugin<LateQuestion> latePlugin;

  /** Who asks: one thread's. */
  @State(Scope.Thread)
  public static class Call implements Asker<Integer> {
    private int number;
    private Guarded<Integer> answer;

    @Override
    public void answered(Guarded<Integer> given) {
      answer = given;
    }

    @Override
    public void later(Runnable then) {
      then.run();
    }

    @Override
    public void lost(Thread stuck, Runnable then) {
      then.run();
    }
  }

  @Setup(Level.Trial)
  public void open() throws Exception {
    cache = Files.createTempDirectory("guard");
    framework = new FrameworkFactory().newFramework(Map.of("org.osgi.framework.storage", cache.toString(), "felix.log.level", "0"));
    framework.start();
    var context = framework.getBundleContext();
    context.registerService(Question.class, number -> number ^ 1, new Hashtable<>(Map.of("plugin.id", "asked")));
    context.registerService(LateQuestion.class, number -> CompletableFuture.completedFuture(number ^ 1), new Hashtable<>(Map.of("plugin.id", "asked-later")));
    registry = new Registry(context, Time.SYSTEM, shipped());
    plugin = registry.follow(Question.class).snapshot().get(0);
    latePlugin = registry.follow(LateQuestion.class).snapshot().get(0);
  }

  private static GuardConfig shipped() {
    return (GuardConfig) Proxy.newProxyInstance(GuardConfig.class.getClassLoader(), new Class<?>[] {GuardConfig.class}, (proxy, key, args) -> key.getDefaultValue());
  }

  @TearDown(Level.Trial)
  public void close() throws Exception {
    registry.stop();
    framework.stop();
    framework.waitForStop(10_000);
    try (Stream<Path> all = Files.walk(cache)) {
      all.sorted(Comparator.reverseOrder()).forEach(GuardBenchmark::delete);
    }
  }

  private static void delete(Path one) {
    try {
      Files.delete(one);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Benchmark
  public Object unguarded(Call call) {
    call.number++;
    return plugin.service().answer(call.number);
  }

  @Benchmark
  public Object guarded(Call call) {
    return ask(call);
  }

  @Benchmark
  @Threads(2)
  public Object guardedByTwo(Call call) {
    return ask(call);
  }

  @Benchmark
  public Object guardedLater(Call call) {
    int number = ++call.number;
    registry.askLater(latePlugin, asked -> asked.answer(number), call);
    return answered(call);
  }

  private Object ask(Call call) {
    int number = ++call.number;
    registry.ask(plugin, asked -> asked.answer(number), call);
    return answered(call);
  }

  /** A guard that has given up would be quick. */
  private static Object answered(Call call) {
    Guarded<Integer> answer = call.answer;
    call.answer = null;
    if (!(answer instanceof Guarded.Answered<Integer> given) || given.value() != (call.number ^ 1)) {
      throw new IllegalStateException("not answered: " + answer);
    }
    return answer;
  }
}

package org.strowger.plugins.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.felix.framework.FrameworkFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.wiring.BundleWiring;
import org.strowger.kernel.Meter;
import org.strowger.plugins.api.Guarded;
import org.strowger.plugins.api.Plugin;
import org.strowger.plugins.api.Plugin.FailurePolicy;
import org.strowger.plugins.api.PluginInfo;
import org.strowger.testkit.MovedTime;

/** Against a real OSGi framework, without a container. */
class RegistryTest {

  /** What plugins offer here. */
  interface Greeter {
    String greet(String name);
  }

  private static final Guard.Limits LIMITS = Guard.Limits.of(Duration.ofMillis(50), Duration.ofMillis(500), 4, 32, Duration.ofSeconds(30));

  @TempDir Path cache;
  private final MovedTime clock = new MovedTime();
  private Framework framework;
  private Bundle bundle;
  private Registry registry;

  @BeforeEach
  void start() throws Exception {
    framework = new FrameworkFactory().newFramework(Map.of("org.osgi.framework.storage", cache.toString(), "felix.log.level", "0"));
    framework.start();
    bundle = Bundles.install(framework, "greetings", "2.1.0");
    registry = new Registry(framework.getBundleContext(), clock, LIMITS);
  }

  @AfterEach
  void stop() throws Exception {
    registry.stop();
    framework.stop();
    framework.waitForStop(10_000);
  }

  @Test
  void followsPluginsThatComeChangeAndGo() {
    var set = registry.follow(Greeter.class);
    assertThat(set.snapshot()).isEmpty();

    var plain = register(name -> "hi", Map.of("plugin.id", "b"));
    register(name -> "hello", Map.of("plugin.id", "a"));
    register(name -> "not a plugin", Map.of());
    var first = register(name -> "first", Map.of("plugin.id", "z", "service.ranking", 5));
    assertThat(ids(set.snapshot())).containsExactly("z", "a", "b");

    plain.setProperties(new Hashtable<>(Map.of("plugin.id", "b", "service.ranking", 9)));
    assertThat(ids(set.snapshot())).containsExactly("b", "z", "a");

    first.unregister();
    assertThat(ids(set.snapshot())).containsExactly("b", "a");
    set.close();
    assertThat(set.snapshot()).isEmpty();
  }

  /** Each of them has a ward of its own, as if it had said an id. */
  @Test
  void followsServicesWithoutAnIdWhereThatIsWanted() {
    register(name -> "hi", Map.of("plugin.id", "known", "greeting", "hi"));
    register(name -> "hello", Map.of("greeting", "hello"));
    register(name -> "moin", Map.of("greeting", "moin"));
    var nameless = register(name -> "", Map.of());
    var all = registry.follow(Greeter.class, "greeting");
    assertThat(ids(all.snapshot())).containsExactly("greetings", "greetings/hello", "greetings/moin", "known");
    assertThat(ids(registry.follow(Greeter.class).snapshot())).containsExactly("known");
    nameless.unregister();
    assertThat(ids(all.snapshot())).containsExactly("greetings/hello", "greetings/moin", "known");
    assertThat(registry.drain("greetings/hello")).isTrue();
    assertThat(ids(all.snapshot())).containsExactly("greetings/moin", "known");
    Plugin<Greeter> moin = all.snapshot().get(0);
    assertThat(Asking.ask(registry, moin, greeter -> greeter.greet("you"))).isEqualTo(new Guarded.Answered<>("moin", Duration.ZERO));
    all.close();
    assertThat(registry.list()).extracting(PluginInfo::id).containsExactly("known");
  }

  @Test
  void saysOfEachPluginWhatItIs() {
    register(name -> "hi", Map.of("plugin.id", "polite", "on.failure", "closed", "call.phase", "SCREEN"));
    Plugin<Greeter> plugin = registry.follow(Greeter.class).snapshot().get(0);

    assertThat(plugin.version()).isEqualTo("2.1.0");
    assertThat(plugin.bundleId()).isEqualTo(bundle.getBundleId());
    assertThat(plugin.onFailure()).isEqualTo(FailurePolicy.CLOSED);
    assertThat(plugin.property("call.phase", "")).isEqualTo("SCREEN");
    assertThat(plugin.property("none", "other")).isEqualTo("other");
  }

  @Test
  void isOpenUnlessToldAndNeverOpenedByAMisspelling() {
    register(name -> "hi", Map.of("plugin.id", "a"));
    register(name -> "hi", Map.of("plugin.id", "b", "on.failure", "Open"));
    register(name -> "hi", Map.of("plugin.id", "c", "on.failure", "close"));

    assertThat(registry.follow(Greeter.class).snapshot()).extracting(Plugin::onFailure)
        .containsExactly(FailurePolicy.OPEN, FailurePolicy.OPEN, FailurePolicy.CLOSED);
  }

  @Test
  void asksOnTheCallersThreadWithThePluginsClassLoader() {
    var seen = new ArrayList<Object>();
    register(name -> {
      seen.add(Thread.currentThread());
      seen.add(Thread.currentThread().getContextClassLoader());
      clock.move(Duration.ofMillis(3));
      return "hello " + name;
    }, Map.of("plugin.id", "polite"));
    ClassLoader before = Thread.currentThread().getContextClassLoader();

    assertThat(ask("you")).isEqualTo(new Guarded.Answered<>("hello you", Duration.ofMillis(3)));
    assertThat(seen).containsExactly(Thread.currentThread(), bundle.adapt(BundleWiring.class).getClassLoader());
    assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(before);
  }

  /** The JDK makes that thread once, with the context of whoever asks first. */
  @Test
  void noPluginIsKeptByTheTimerOfTheJdk() {
    register(name -> {
      new CompletableFuture<String>().orTimeout(1, TimeUnit.MILLISECONDS);
      return "hi";
    }, Map.of("plugin.id", "impatient"));
    assertThat(ask("you")).isInstanceOf(Guarded.Answered.class);
    assertThat(Thread.getAllStackTraces().keySet()).filteredOn(thread -> thread.getName().equals("CompletableFutureDelayScheduler"))
        .singleElement().satisfies(thread -> assertThat(thread.getContextClassLoader()).isNull());
  }

  @Test
  void neverThrowsWhateverThePluginDoes() {
    var thrown = new ArrayList<Supplier<Throwable>>();
    thrown.add(() -> new IllegalStateException("no\nmood"));
    thrown.add(() -> new NoClassDefFoundError("gone/Away"));
    thrown.add(StackOverflowError::new);
    thrown.add(() -> new RuntimeException() {
      @Override
      public String getMessage() {
        throw new IllegalStateException("worse");
      }
    });
    var turn = new AtomicInteger();
    register(name -> sneak(thrown.get(turn.getAndIncrement()).get()), Map.of("plugin.id", "rude", "on.failure", "closed"));
    ClassLoader before = Thread.currentThread().getContextClassLoader();

    assertThat(ask("you")).isEqualTo(new Guarded.Failed<>("IllegalStateException: no mood", FailurePolicy.CLOSED, Duration.ZERO));
    assertThat(ask("you")).isEqualTo(new Guarded.Failed<>("NoClassDefFoundError: gone/Away", FailurePolicy.CLOSED, Duration.ZERO));
    assertThat(ask("you")).isEqualTo(new Guarded.Failed<>("StackOverflowError", FailurePolicy.CLOSED, Duration.ZERO));
    assertThat(ask("you")).isInstanceOf(Guarded.Failed.class);
    assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(before);
    assertThat(registry.list()).extracting(PluginInfo::calls, PluginInfo::faults).containsExactly(org.assertj.core.groups.Tuple.tuple(4L, 4L));
  }

  @Test
  void takesNothingForAFailure() {
    register(name -> null, Map.of("plugin.id", "shy"));
    assertThat(ask("you")).isEqualTo(new Guarded.Failed<>("answered nothing", FailurePolicy.OPEN, Duration.ZERO));
  }

  @Test
  void measuresAndCountsAnAnswer() {
    register(name -> {
      clock.move(Duration.ofMillis(49));
      return "hi";
    }, Map.of("plugin.id", "slow"));

    assertThat(ask("you")).isEqualTo(new Guarded.Answered<>("hi", Duration.ofMillis(49)));
    assertThat(meter()).containsEntry("plugins.abandoned", 0L).containsEntry("plugins.asked", 1L).containsEntry("plugins.failed", 0L).containsEntry("plugins.present", 1L);
  }

  @Test
  void doesNotAskAPluginThatHasGone() {
    var asked = new AtomicInteger();
    var registration = register(name -> "hi " + asked.incrementAndGet(), Map.of("plugin.id", "leaving", "on.failure", "closed"));
    Plugin<Greeter> kept = registry.follow(Greeter.class).snapshot().get(0);
    registration.unregister();

    assertThat(Asking.ask(registry, kept, greeter -> greeter.greet("you"))).as("who is not there decides nothing")
        .isEqualTo(new Guarded.Failed<>("has gone", FailurePolicy.OPEN, Duration.ZERO));
    assertThat(asked).hasValue(0);
    assertThat(registry.list()).isEmpty();
  }

  @Test
  void knowsHowAPluginIsDoing() {
    var turn = new AtomicInteger();
    register(name -> {
      clock.move(Duration.ofNanos(1000L * (turn.incrementAndGet() == 100 ? 40 : 7)));
      return "hi";
    }, Map.of("plugin.id", "polite"));
    for (int i = 0; i < 100; i++) {
      ask("you");
    }
    assertThat(registry.list()).containsExactly(new PluginInfo("polite", "2.1.0", bundle.getBundleId(), "Greeter", PluginInfo.State.ACTIVE, 100, 0, 0, 0, 7, 7, ""));
  }

  @Test
  void keepsAServiceOfTwoSpisUntilBothAreLeft() {
    bundle.getBundleContext().registerService(new String[] {Greeter.class.getName(), Runnable.class.getName()}, new GreeterThatRuns(),
        new Hashtable<>(Map.of("plugin.id", "both")));
    var greeters = registry.follow(Greeter.class);
    var runnables = registry.follow(Runnable.class);
    Plugin<Greeter> plugin = greeters.snapshot().get(0);
    runnables.close();

    assertThat(greeters.snapshot()).containsExactly(plugin);
    assertThat(registry.list()).extracting(PluginInfo::state).containsExactly(PluginInfo.State.ACTIVE);
    assertThat(Asking.ask(registry, plugin, greeter -> greeter.greet("you"))).isInstanceOf(Guarded.Answered.class);
    assertThat(registry.list()).hasSize(1);
  }

  @Test
  void followsOnceForManyAndLetsGoWithTheLast() {
    register(name -> "hi", Map.of("plugin.id", "a"));
    var one = registry.follow(Greeter.class);
    var other = registry.follow(Greeter.class);
    assertThat(registry.list()).hasSize(1);
    one.close();
    one.close();
    assertThat(ids(other.snapshot())).containsExactly("a");
    other.close();
    assertThat(registry.list()).isEmpty();
    assertThat(bundle.getRegisteredServices()[0].getUsingBundles()).isNull();
  }

  @Test
  void leavesNothingBehind() {
    BundleContext context = framework.getBundleContext();
    register(name -> "hi", Map.of("plugin.id", "a"));
    registry.follow(Greeter.class);
    assertThat(context.getServiceReference(Meter.class)).isNotNull();
    registry.stop();
    assertThat(context.getServiceReference(Meter.class)).isNull();
    assertThat(bundle.getRegisteredServices()[0].getUsingBundles()).isNull();
    registry = new Registry(context, clock, LIMITS);
  }

  private static final class GreeterThatRuns implements Greeter, Runnable {
    @Override
    public String greet(String name) {
      return "hi " + name;
    }

    @Override
    public void run() {
      throw new AssertionError("not asked");
    }
  }

  private Guarded<String> ask(String name) {
    return Asking.ask(registry, registry.follow(Greeter.class).snapshot().get(0), greeter -> greeter.greet(name));
  }

  private Map<String, Long> meter() {
    BundleContext context = framework.getBundleContext();
    return context.getService(context.getServiceReference(Meter.class)).read();
  }

  private ServiceRegistration<Greeter> register(Greeter greeter, Map<String, Object> properties) {
    return bundle.getBundleContext().registerService(Greeter.class, greeter, new Hashtable<>(properties));
  }

  private static List<String> ids(List<Plugin<Greeter>> plugins) {
    return plugins.stream().map(Plugin::id).toList();
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> String sneak(Throwable thrown) throws T {
    throw (T) thrown;
  }
}

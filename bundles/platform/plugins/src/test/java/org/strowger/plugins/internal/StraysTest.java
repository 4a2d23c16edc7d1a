package org.strowger.plugins.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.felix.framework.FrameworkFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.launch.Framework;
import org.strowger.kernel.Health;
import org.strowger.kernel.Meter;
import org.strowger.plugins.api.Plugin;
import org.strowger.plugins.api.PluginInfo;
import org.strowger.plugins.api.PluginInfo.State;
import org.strowger.testkit.MovedTime;

/** Plugins begin threads, some of which they forget; against a real OSGi framework. */
class StraysTest {

  private static final Guard.Limits LIMITS = Guard.Limits.of(Duration.ofMillis(50), Duration.ofMillis(500), 4, 32, Duration.ofSeconds(30));
  private static final Duration MINUTE = Duration.ofSeconds(61);

  @TempDir Path cache;
  private final MovedTime clock = new MovedTime();
  private final CountDownLatch end = new CountDownLatch(1);
  private final List<Thread> begun = new ArrayList<>();
  private Framework framework;
  private Registry registry;
  private Bundle bundle;
  private ServiceRegistration<Runnable> registration;

  @BeforeEach
  void start() throws Exception {
    framework = new FrameworkFactory().newFramework(Map.of("org.osgi.framework.storage", cache.toString(), "felix.log.level", "0"));
    framework.start();
    registry = new Registry(framework.getBundleContext(), clock, LIMITS);
    registry.reconfigure(config());
    bundle = Bundles.install(framework, "one", "1.0.0");
    registration = offer();
  }

  private ServiceRegistration<Runnable> offer() {
    return bundle.getBundleContext().registerService(Runnable.class, this::begin, new Hashtable<>(Map.of("plugin.id", "leaky")));
  }

  /** Two threads, with the least period there is by default. */
  private static GuardConfig config() {
    return (GuardConfig) java.lang.reflect.Proxy.newProxyInstance(GuardConfig.class.getClassLoader(), new Class<?>[] {GuardConfig.class},
        (proxy, method, arguments) -> method.getName().equals("threads") ? 2 : method.getDefaultValue());
  }

  @AfterEach
  void stop() throws Exception {
    endThreads();
    registry.stop();
    framework.stop();
    framework.waitForStop(10_000);
  }

  /** What the plugin does when it is asked. */
  private void begin() {
    var thread = new Thread(this::hang, "leaky-" + begun.size());
    begun.add(thread);
    thread.start();
  }

  private void hang() {
    try {
      end.await(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void endThreads() throws InterruptedException {
    end.countDown();
    for (Thread thread : begun) {
      thread.join(10_000);
      assertThat(thread.isAlive()).isFalse();
    }
  }

  private void ask(int times) {
    Plugin<Runnable> plugin = registry.follow(Runnable.class).snapshot().get(0);
    for (int i = 0; i < times; i++) {
      Asking.ask(registry, plugin, service -> {
        service.run();
        return "done";
      });
    }
  }

  private void pass(Duration time) {
    clock.move(time);
    registry.look();
  }

  @Test
  void oneThatBeginsEverMoreThreadsIsSick() throws Exception {
    ask(2);
    pass(MINUTE);
    assertThat(registry.list()).extracting(PluginInfo::faults, PluginInfo::why).containsExactly(org.assertj.core.groups.Tuple.tuple(0L, ""));
    ask(1);
    pass(Duration.ofSeconds(30));
    assertThat(registry.list().get(0).why()).as("they are counted once a minute").isEmpty();
    pass(MINUTE);
    String why = "runs 3 threads of its own, more than 2: leaky-0, leaky-1, leaky-2";
    assertThat(registry.list()).extracting(PluginInfo::faults, PluginInfo::why, PluginInfo::state).containsExactly(org.assertj.core.groups.Tuple.tuple(1L, why, State.ACTIVE));
    assertThat(health()).isEqualTo(Health.degraded("threads: {leaky 1.0.0=" + why + "}"));
    assertThat(meter()).containsEntry("plugins.strays", 3L);

    endThreads();
    pass(MINUTE);
    assertThat(registry.list()).extracting(PluginInfo::faults, PluginInfo::why).containsExactly(org.assertj.core.groups.Tuple.tuple(0L, ""));
    assertThat(health().state()).isEqualTo(Health.ok("").state());
  }

  @Test
  void oneThatGoesWithoutItsThreadsIsShownUntilTheyEnd() throws Exception {
    ask(1);
    bundle.uninstall();
    assertThat(registry.list()).isEmpty();
    pass(Duration.ofSeconds(59));
    assertThat(registry.list()).as("it has a minute to end them").isEmpty();
    pass(Duration.ofSeconds(2));
    assertThat(registry.list()).extracting(PluginInfo::id, PluginInfo::version, PluginInfo::state, PluginInfo::faults, PluginInfo::why)
        .containsExactly(org.assertj.core.groups.Tuple.tuple("leaky", "1.0.0", State.GONE, 1L, "has gone and left 1 thread running: leaky-0"));
    assertThat(health()).isEqualTo(Health.degraded("threads: {leaky 1.0.0=has gone and left 1 thread running: leaky-0}"));

    endThreads();
    pass(MINUTE);
    assertThat(registry.list()).isEmpty();
    assertThat(health().state()).isEqualTo(Health.ok("").state());
  }

  @Test
  void theThreadsOfABuildThatWasReplacedAreNotThoseOfTheNext() throws Exception {
    ask(1);
    Bundles.update(bundle, "one", "1.1.0");
    offer();
    pass(MINUTE);
    assertThat(registry.list()).extracting(PluginInfo::version, PluginInfo::state, PluginInfo::why).containsExactlyInAnyOrder(
        org.assertj.core.groups.Tuple.tuple("1.1.0", State.ACTIVE, ""), org.assertj.core.groups.Tuple.tuple("1.0.0", State.GONE, "has gone and left 1 thread running: leaky-0"));
  }

  @Test
  void aBundleThatStaysMayGoOnWhenOnlyItsServiceWent() throws Exception {
    ask(1);
    registration.unregister();
    pass(MINUTE);
    pass(MINUTE);
    assertThat(registry.list()).isEmpty();
    bundle.stop();
    pass(MINUTE);
    assertThat(registry.list()).extracting(PluginInfo::why).containsExactly("has gone and left 1 thread running: leaky-0");
  }

  /** They have its context meanwhile. */
  @Test
  void threadsThatAskAreNotThePluginsOwn() throws Exception {
    var inside = new CountDownLatch(3);
    Plugin<Runnable> plugin = registry.follow(Runnable.class).snapshot().get(0);
    for (int i = 0; i < 3; i++) {
      var asking = new Thread(() -> Asking.ask(registry, plugin, service -> {
        inside.countDown();
        hang();
        return "done";
      }));
      begun.add(asking);
      asking.start();
    }
    assertThat(inside.await(10, TimeUnit.SECONDS)).isTrue();
    // One round: it takes the leap for a pause of the machine and blames nobody.
    pass(MINUTE);
    assertThat(registry.list().get(0).why()).isEmpty();
  }

  private Health health() throws Exception {
    BundleContext context = framework.getBundleContext();
    return context.getService(context.getServiceReferences(Health.Check.class, null).iterator().next()).health();
  }

  private Map<String, Long> meter() {
    BundleContext context = framework.getBundleContext();
    return context.getService(context.getServiceReference(Meter.class)).read();
  }
}

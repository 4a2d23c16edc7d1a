package org.strowger.plugins.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.felix.framework.FrameworkFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.launch.Framework;
import org.strowger.plugins.api.Plugin;
import org.strowger.plugins.api.PluginInfo;
import org.strowger.plugins.api.PluginInfo.State;
import org.strowger.testkit.MovedTime;

/** Plugins change while they go, and become others; against a real OSGi framework. */
class ChangingTest {

  private static final Guard.Limits LIMITS = Guard.Limits.of(Duration.ofMillis(50), Duration.ofMillis(500), 4, 32, Duration.ofSeconds(30));

  @TempDir Path cache;
  private final MovedTime clock = new MovedTime();
  private Framework framework;
  private Registry registry;

  @BeforeEach
  void start() throws Exception {
    framework = new FrameworkFactory().newFramework(Map.of("org.osgi.framework.storage", cache.toString(), "felix.log.level", "0"));
    framework.start();
    registry = new Registry(framework.getBundleContext(), clock, LIMITS);
  }

  @AfterEach
  void stop() throws Exception {
    registry.stop();
    framework.stop();
    framework.waitForStop(10_000);
  }

  /** Its properties are read when it has just gone: it must not be offered again, as nobody would ever take it out. */
  @Test
  void aPluginThatGoesWhileItIsModifiedDoesNotComeBack() throws Exception {
    var present = new Present(clock, bundle -> true, left -> { });
    var set = new Followed<>(framework.getBundleContext(), Runnable.class, null, present, new Versions(clock), () -> { });
    set.open();
    ServiceRegistration<Runnable> registration = offer(Bundles.install(framework, "one", "1.0.0"), "dncl", Runnable.class, () -> { });
    ServiceReference<Runnable> reference = registration.getReference();
    assertThat(set.snapshot()).hasSize(1);
    set.modifiedService(goesWhenItIsLookedAt(reference, registration), (Long) reference.getProperty("service.id"));
    assertThat(set.snapshot()).isEmpty();
    assertThat(set.list()).isEmpty();
    assertThat(present.size()).isZero();
    set.close();
  }

  @Test
  void aMandatoryPluginThatGoesWhileItIsModifiedIsMissing() throws Exception {
    var mandatory = new Mandatory(framework.getBundleContext(), id -> false, service -> false);
    mandatory.wanted(java.util.Set.of("dncl"));
    mandatory.open();
    ServiceRegistration<Runnable> registration = offer(Bundles.install(framework, "one", "1.0.0"), "dncl", Runnable.class, () -> { });
    ServiceReference<?> reference = registration.getReference();
    assertThat(mandatory.missing()).isEmpty();
    registration.unregister();
    mandatory.modifiedService(untyped(reference), "dncl");
    assertThat(mandatory.missing()).containsExactly("dncl");
    mandatory.close();
  }

  @SuppressWarnings("unchecked")
  private static ServiceReference<Object> untyped(ServiceReference<?> reference) {
    return (ServiceReference<Object>) reference;
  }

  /** On another thread, as the framework does; whoever reads the properties waits for it. */
  @SuppressWarnings("unchecked")
  private static <S> ServiceReference<S> goesWhenItIsLookedAt(ServiceReference<S> reference, ServiceRegistration<S> registration) {
    return (ServiceReference<S>) Proxy.newProxyInstance(ChangingTest.class.getClassLoader(), new Class<?>[] {ServiceReference.class}, (proxy, method, arguments) -> {
      if (method.getName().equals("getPropertyKeys")) {
        var going = new Thread(registration::unregister);
        going.start();
        going.join(10_000);
        assertThat(going.isAlive()).as("it waits for who reads its properties").isFalse();
      }
      try {
        return method.invoke(reference, arguments);
      } catch (InvocationTargetException e) {
        throw e.getCause();
      }
    });
  }

  /** Version 1 answers at once, version 2 later: another SPI, the same plugin. */
  @Test
  void theHigherVersionServesAloneThoughItIsOfAnotherKind() throws Exception {
    var runnables = registry.follow(Runnable.class);
    var callables = registry.follow(Callable.class);
    var seen = new ArrayList<Integer>();
    Runnable look = () -> seen.add(runnables.snapshot().size() + callables.snapshot().size());
    runnables.onChange(look);
    callables.onChange(look);
    offer(Bundles.install(framework, "old", "1.0.0"), "dncl", Runnable.class, () -> { });
    seen.clear();
    var newer = offer(Bundles.install(framework, "new", "2.0.0"), "dncl", Callable.class, () -> "later");
    assertThat(versions(runnables.snapshot())).isEmpty();
    assertThat(versions(callables.snapshot())).containsExactly("2.0.0");
    assertThat(seen).as("never both, never none").isNotEmpty().containsOnly(1);
    assertThat(registry.list()).extracting(PluginInfo::version, PluginInfo::state).containsExactlyInAnyOrder(org.assertj.core.groups.Tuple.tuple("1.0.0", State.DRAINING),
        org.assertj.core.groups.Tuple.tuple("2.0.0", State.ACTIVE));
    newer.unregister();
    assertThat(versions(runnables.snapshot())).containsExactly("1.0.0");
    assertThat(versions(callables.snapshot())).isEmpty();
    assertThat(seen).containsOnly(1);
  }

  @Test
  void aVersionThatOffersLessOfAllKindsTogetherWaits() throws Exception {
    var runnables = registry.follow(Runnable.class);
    var callables = registry.follow(Callable.class);
    Bundle old = Bundles.install(framework, "old", "1.0.0");
    offer(old, "dncl", Runnable.class, () -> { });
    offer(old, "dncl", Callable.class, () -> "old");
    offer(Bundles.install(framework, "new", "2.0.0"), "dncl", Callable.class, () -> "new");
    assertThat(versions(runnables.snapshot())).containsExactly("1.0.0");
    assertThat(versions(callables.snapshot())).containsExactly("1.0.0");
    clock.move(Duration.ofMillis(2100));
    registry.look();
    assertThat(versions(runnables.snapshot())).isEmpty();
    assertThat(versions(callables.snapshot())).containsExactly("2.0.0");
    callables.close();
    assertThat(versions(runnables.snapshot())).as("nobody follows what the newer one offers").containsExactly("1.0.0");
  }

  @Test
  void whatIsDrainedStaysSoWhenItsBundleIsAnotherBuildOrHasANewerOneBesideIt() throws Exception {
    var set = registry.follow(Runnable.class);
    Bundle bundle = Bundles.install(framework, "one", "1.0.0");
    offer(bundle, "dncl", Runnable.class, () -> { });
    registry.drain("dncl");
    bundle.stop();
    bundle.start();
    offer(bundle, "dncl", Runnable.class, () -> { });
    assertThat(set.snapshot()).isEmpty();
    offer(Bundles.install(framework, "two", "2.0.0"), "dncl", Runnable.class, () -> { });
    assertThat(set.snapshot()).isEmpty();
    assertThat(registry.list()).extracting(PluginInfo::state).containsExactly(State.DRAINING, State.DRAINING);
    bundle.stop();
    assertThat(registry.resume("dncl")).isTrue();
    assertThat(versions(set.snapshot())).containsExactly("2.0.0");
    bundle.start();
    offer(bundle, "dncl", Runnable.class, () -> { });
    assertThat(registry.list()).extracting(PluginInfo::state).containsExactlyInAnyOrder(State.ACTIVE, State.DRAINING);
    assertThat(registry.resume("dncl")).isFalse();
  }

  @Test
  void whatIsInstalledAnewIsNotDrained() throws Exception {
    var set = registry.follow(Runnable.class);
    Bundle bundle = Bundles.install(framework, "one", "1.0.0");
    offer(bundle, "dncl", Runnable.class, () -> { });
    registry.drain("dncl");
    bundle.uninstall();
    assertThat(registry.list()).isEmpty();
    offer(Bundles.install(framework, "one", "1.0.0"), "dncl", Runnable.class, () -> { });
    assertThat(set.snapshot()).hasSize(1);
  }

  private static <S> List<String> versions(List<Plugin<S>> plugins) {
    return plugins.stream().map(Plugin::version).toList();
  }

  private static <S> ServiceRegistration<S> offer(Bundle bundle, String id, Class<S> spi, S service) {
    return bundle.getBundleContext().registerService(spi, service, new Hashtable<>(Map.of("plugin.id", id)));
  }
}

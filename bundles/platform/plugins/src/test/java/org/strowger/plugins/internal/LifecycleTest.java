package org.strowger.plugins.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import org.apache.felix.framework.FrameworkFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceFactory;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.wiring.BundleWiring;
import org.strowger.plugins.api.Guarded;
import org.strowger.plugins.api.Lease;
import org.strowger.plugins.api.Plugin;
import org.strowger.plugins.api.PluginGone;
import org.strowger.plugins.api.PluginInfo;
import org.strowger.plugins.api.PluginInfo.State;
import org.strowger.plugins.api.PluginSet;
import org.strowger.testkit.MovedTime;
import org.strowger.testkit.Waiting;

/** Plugins come in versions, are drained, leased and go; against a real OSGi framework. */
class LifecycleTest {

  private static final Guard.Limits LIMITS = Guard.Limits.of(Duration.ofMillis(50), Duration.ofMillis(500), 4, 32, Duration.ofSeconds(30));

  @TempDir Path cache;
  private final MovedTime clock = new MovedTime();
  private Framework framework;
  private Registry registry;
  private PluginSet<Runnable> set;

  @BeforeEach
  void start() throws Exception {
    framework = new FrameworkFactory().newFramework(Map.of("org.osgi.framework.storage", cache.toString(), "felix.log.level", "0"));
    framework.start();
    registry = new Registry(framework.getBundleContext(), clock, LIMITS);
    set = registry.follow(Runnable.class);
  }

  @AfterEach
  void stop() throws Exception {
    registry.stop();
    framework.stop();
    framework.waitForStop(10_000);
  }

  @Test
  void theHigherVersionServesAndTheLowerOneDrains() throws Exception {
    var older = offer(Bundles.install(framework, "old", "1.9.0"), "dncl");
    var newer = offer(Bundles.install(framework, "new", "1.10.0"), "dncl");
    assertThat(versions()).containsExactly("1.10.0");
    assertThat(registry.list()).extracting(PluginInfo::version, PluginInfo::state).containsExactly(org.assertj.core.groups.Tuple.tuple("1.10.0", State.ACTIVE),
        org.assertj.core.groups.Tuple.tuple("1.9.0", State.DRAINING));
    newer.unregister();
    assertThat(versions()).containsExactly("1.9.0");
    older.unregister();
    assertThat(versions()).isEmpty();
  }

  /** As do-not-call lists are followed: by their bundle's name and their own. */
  @Test
  void ofServicesWithoutAnIdThatAreNamedByAPropertyTheHigherVersionServesToo() throws Exception {
    PluginSet<IntSupplier> lists = registry.follow(IntSupplier.class, "list");
    Bundle older = framework.getBundleContext().installBundle("test:older", Bundles.jar("org.acme.lists", "1.9.0"));
    Bundle newer = framework.getBundleContext().installBundle("test:newer", Bundles.jar("org.acme.lists", "1.10.0"));
    older.start();
    newer.start();
    offerList(older, "ca");
    offerList(older, "us");
    offerList(newer, "ca");
    offerList(Bundles.install(framework, "org.other.lists", "1.0.0"), "ca");
    assertThat(lists.snapshot()).extracting(plugin -> plugin.id() + " " + plugin.version())
        .containsExactlyInAnyOrder("org.acme.lists/ca 1.10.0", "org.acme.lists/us 1.9.0", "org.other.lists/ca 1.0.0");
    newer.stop();
    assertThat(lists.snapshot()).extracting(plugin -> plugin.id() + " " + plugin.version())
        .containsExactlyInAnyOrder("org.acme.lists/ca 1.9.0", "org.acme.lists/us 1.9.0", "org.other.lists/ca 1.0.0");
  }

  private static void offerList(Bundle bundle, String list) {
    bundle.getBundleContext().registerService(IntSupplier.class, () -> 0, new Hashtable<>(Map.of("list", list)));
  }

  @Test
  void aVersionThatOffersLessWaitsUntilItIsCompleteButNotForEver() throws Exception {
    Bundle old = Bundles.install(framework, "old", "1.0.0");
    offer(old, "dncl");
    offer(old, "dncl");
    Bundle young = Bundles.install(framework, "new", "2.0.0");
    offer(young, "dncl");
    assertThat(versions()).containsExactly("1.0.0", "1.0.0");
    var second = offer(young, "dncl");
    assertThat(versions()).containsExactly("2.0.0", "2.0.0");
    second.unregister();
    clock.move(Duration.ofSeconds(3));
    registry.look();
    assertThat(versions()).containsExactly("2.0.0");
  }

  @Test
  void aDrainedPluginIsOfferedToNobodyAndKeepsItsLeases() throws Exception {
    offer(Bundles.install(framework, "one", "1.0.0"), "ivr");
    Plugin<Runnable> plugin = set.snapshot().get(0);
    Lease<Runnable> lease = registry.acquire(plugin, gone -> { });
    var changes = new ArrayList<Integer>();
    set.onChange(() -> changes.add(set.snapshot().size()));

    assertThat(registry.drain("other")).isFalse();
    assertThat(registry.drain("ivr")).isTrue();
    assertThat(set.snapshot()).isEmpty();
    assertThat(registry.list()).extracting(PluginInfo::state, PluginInfo::leases).containsExactly(org.assertj.core.groups.Tuple.tuple(State.DRAINING, 1));
    assertThatThrownBy(() -> registry.acquire(plugin, gone -> { })).isInstanceOf(PluginGone.class).hasMessageContaining("drained");
    assertThat(Asking.ask(registry, lease.plugin(), service -> "still there")).isInstanceOf(org.strowger.plugins.api.Guarded.Answered.class);
    lease.close();
    lease.close();
    assertThat(registry.list().get(0).leases()).isZero();
    assertThatThrownBy(lease::plugin).isInstanceOf(PluginGone.class);
    assertThat(registry.resume("ivr")).isTrue();
    assertThat(registry.resume("ivr")).isFalse();
    assertThat(set.snapshot()).hasSize(1);
    assertThat(changes).containsExactly(1, 0, 1);
  }

  @Test
  void leasesHaveTwoSecondsWhenThePluginGoes() throws Exception {
    Bundle bundle = Bundles.install(framework, "one", "1.0.0");
    offer(bundle, "ivr");
    var ended = new ArrayList<PluginGone>();
    Lease<Runnable> lease = registry.acquire(set.snapshot().get(0), ended::add);
    var stopping = new Thread(() -> {
      try {
        bundle.stop();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    });
    stopping.start();
    Waiting.until("it is gone", () -> registry.list().get(0).state() == State.GONE);
    assertThat(set.snapshot()).as("no new uses").isEmpty();
    assertThat(Asking.ask(registry, lease.plugin(), service -> "still there")).isInstanceOf(org.strowger.plugins.api.Guarded.Answered.class);
    clock.move(Duration.ofMillis(1900));
    assertThat(ended).isEmpty();
    clock.move(Duration.ofMillis(200));
    stopping.join(10_000);
    assertThat(ended).singleElement().satisfies(gone -> assertThat(gone).hasMessage("plugin ivr 1.0.0 has gone"));
    assertThatThrownBy(lease::plugin).isInstanceOf(PluginGone.class);
    assertThat(registry.list()).isEmpty();
  }

  @Test
  void aPluginWhoseLeasesAreClosedGoesAtOnce() throws Exception {
    Bundle bundle = Bundles.install(framework, "one", "1.0.0");
    offer(bundle, "ivr");
    registry.acquire(set.snapshot().get(0), gone -> { }).close();
    bundle.stop();
    assertThat(registry.list()).isEmpty();
  }

  @Test
  void whatLingersIsAskedUntilItsSuccessorComes() throws Exception {
    Bundle bundle = Bundles.install(framework, "one", "1.0.0");
    offerLingering(bundle);
    Plugin<Runnable> before = set.snapshot().get(0);
    bundle.stop();
    Plugin<Runnable> last = set.snapshot().get(0);
    assertThat(last.lingers()).isTrue();
    assertThat(before.lingers()).isFalse();
    assertThat(Asking.ask(registry, last, service -> "still there")).isInstanceOf(Guarded.Answered.class);
    assertThat(Asking.ask(registry, before, service -> "who looked before it left")).isInstanceOf(Guarded.Answered.class);
    assertThatThrownBy(() -> registry.acquire(last, gone -> { })).isInstanceOf(PluginGone.class);

    var seen = new ArrayList<Boolean>();
    set.onChange(() -> seen.addAll(set.snapshot().stream().map(Plugin::lingers).toList()));
    bundle.start();
    offerLingering(bundle);
    assertThat(seen).as("one takes the other's place, so that nobody finds none").containsExactly(true, false);
    assertThat(registry.list()).hasSize(1);
    assertThat(Asking.ask(registry, last, service -> "gone")).isInstanceOf(Guarded.Failed.class);
  }

  @Test
  void whatLingersIsForgottenAfterTwoSeconds() throws Exception {
    Bundle bundle = Bundles.install(framework, "one", "1.0.0");
    offerLingering(bundle);
    bundle.stop();
    clock.move(Duration.ofMillis(1900));
    registry.look();
    assertThat(set.snapshot()).hasSize(1);
    clock.move(Duration.ofMillis(200));
    registry.look();
    assertThat(set.snapshot()).isEmpty();
    assertThat(registry.list()).isEmpty();
  }

  @Test
  void onlyWhoseBundleGoesLingers() throws Exception {
    Bundle bundle = Bundles.install(framework, "one", "1.0.0");
    var unregistered = offerLingering(bundle);
    unregistered.unregister();
    assertThat(set.snapshot()).as("its bundle stays").isEmpty();
    offerLingering(bundle);
    registry.drain("ivr");
    bundle.stop();
    assertThat(set.snapshot()).as("nobody was to ask it any more").isEmpty();
  }

  @Test
  void whatComesWhileItsPredecessorLingersIsOfItsOwnBuild() throws Exception {
    Bundle bundle = Bundles.install(framework, "one", "1.0.0");
    offerLingering(bundle);
    ClassLoader before = context();
    Bundles.update(bundle, "one", "1.0.0");
    assertThat(set.snapshot()).singleElement().satisfies(last -> assertThat(last.lingers()).isTrue());
    offerLingering(bundle);
    assertThat(context()).as("what it is asked with").isSameAs(bundle.adapt(BundleWiring.class).getClassLoader()).isNotSameAs(before);
    assertThat(registry.list()).hasSize(1);
  }

  private ClassLoader context() {
    var answer = (Guarded.Answered<ClassLoader>) Asking.ask(registry, set.snapshot().get(0), service -> Thread.currentThread().getContextClassLoader());
    return answer.value();
  }

  @Test
  void whoIsToldAndThrowsKeepsNobodyElseFromBeingTold() throws Exception {
    var told = new ArrayList<Integer>();
    var fails = new boolean[1];
    set.onChange(() -> {
      if (fails[0]) {
        throw new IllegalStateException("of the test");
      }
    });
    registry.follow(Runnable.class).onChange(() -> told.add(set.snapshot().size()));
    fails[0] = true;
    var one = offer(Bundles.install(framework, "one", "1.0.0"), "ivr");
    one.unregister();
    assertThat(told).containsExactly(0, 1, 0);
    assertThat(registry.list()).isEmpty();
    assertThatThrownBy(() -> set.onChange(() -> {
      throw new IllegalStateException("at once");
    })).hasMessage("at once");
    fails[0] = false;
    offer(framework.getBundleContext().getBundle("test:one"), "ivr");
    assertThat(told).containsExactly(0, 1, 0, 1);
  }

  private static ServiceRegistration<Runnable> offerLingering(Bundle bundle) {
    return bundle.getBundleContext().registerService(Runnable.class, () -> { }, new Hashtable<>(Map.of("plugin.id", "ivr", Plugin.LINGERS, true)));
  }

  @Test
  void namesMandatoryPluginsThatAreAwayOrDrained() throws Exception {
    registry.reconfigure(config("dncl, ivr"));
    assertThat(registry.missing()).containsExactlyInAnyOrder("dncl", "ivr");
    var ivr = offer(Bundles.install(framework, "one", "1.0.0"), "ivr");
    offer(Bundles.install(framework, "two", "1.0.0"), "dncl");
    assertThat(registry.missing()).isEmpty();
    registry.drain("dncl");
    assertThat(registry.missing()).containsExactly("dncl");
    registry.resume("dncl");
    assertThat(registry.missing()).isEmpty();
    ivr.unregister();
    assertThat(registry.missing()).containsExactly("ivr");
    offer(framework.getBundleContext().getBundle("test:one"), "ivr");
    assertThat(registry.missing()).isEmpty();
  }

  /** Whoever decides by what is offered and by what is missing must never find a mandatory plugin in neither. */
  @Test
  void aMandatoryPluginIsMissingUntilItIsOfferedAndBeforeItIsNoMore() throws Exception {
    registry.reconfigure(config("ivr"));
    var seen = new ArrayList<String>();
    set.onChange(() -> seen.add(registry.missing() + " " + versions()));
    seen.clear();
    Bundle bundle = Bundles.install(framework, "one", "1.0.0");
    var ivr = bundle.getBundleContext().registerService(Runnable.class, activated(() -> seen.add("activated: " + registry.missing())), new Hashtable<>(Map.of("plugin.id", "ivr")));
    assertThat(seen).containsExactly("activated: [ivr]", "[ivr] [1.0.0]");
    assertThat(registry.missing()).isEmpty();
    seen.clear();
    registry.drain("ivr");
    registry.resume("ivr");
    ivr.unregister();
    assertThat(seen).startsWith("[ivr] []").doesNotContain("[] []").endsWith("[ivr] []").hasSize(3);
  }

  @Test
  void aMandatoryPluginThatCannotBeActivatedIsMissing() throws Exception {
    registry.reconfigure(config("ivr"));
    Bundle bundle = Bundles.install(framework, "one", "1.0.0");
    bundle.getBundleContext().registerService(Runnable.class, activated(() -> {
      throw new IllegalStateException("its component fails");
    }), new Hashtable<>(Map.of("plugin.id", "ivr")));
    assertThat(registry.missing()).containsExactly("ivr");
    bundle.getBundleContext().registerService(Comparable.class, "another of its services", new Hashtable<>(Map.of("plugin.id", "ivr")));
    assertThat(registry.missing()).as("not all of it is there").containsExactly("ivr");
    var older = offer(Bundles.install(framework, "older", "0.9.0"), "ivr");
    assertThat(registry.missing()).as("the older version serves").isEmpty();
    older.unregister();
    assertThat(registry.missing()).containsExactly("ivr");
  }

  private static ServiceFactory<Runnable> activated(Runnable activation) {
    return new ServiceFactory<>() {
      @Override
      public Runnable getService(Bundle asks, ServiceRegistration<Runnable> registration) {
        activation.run();
        return () -> { };
      }

      @Override
      public void ungetService(Bundle asks, ServiceRegistration<Runnable> registration, Runnable service) {}
    };
  }

  private static GuardConfig config(String mandatory) {
    return (GuardConfig) java.lang.reflect.Proxy.newProxyInstance(GuardConfig.class.getClassLoader(), new Class<?>[] {GuardConfig.class},
        (proxy, method, arguments) -> method.getName().equals("mandatory") ? mandatory : method.getDefaultValue());
  }

  private List<String> versions() {
    return set.snapshot().stream().map(Plugin::version).toList();
  }

  private static ServiceRegistration<Runnable> offer(Bundle bundle, String id) {
    return bundle.getBundleContext().registerService(Runnable.class, () -> { }, new Hashtable<>(Map.of("plugin.id", id)));
  }
}

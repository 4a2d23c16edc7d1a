package org.strowger.instance.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.karaf.bundle.core.BundleInfo;
import org.apache.karaf.bundle.core.BundleService;
import org.apache.karaf.bundle.core.BundleState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRevision;
import org.strowger.kernel.Health;

class StartedBundlesTest {

  private final List<Bundle> installed = new ArrayList<>();

  private static <T> T fake(Class<T> type, InvocationHandler answers) {
    return type.cast(Proxy.newProxyInstance(StartedBundlesTest.class.getClassLoader(), new Class<?>[] {type}, answers));
  }

  /** @param promises whether its manifest says that it has a check of its health */
  private void bundle(String name, boolean started, boolean promises, boolean has) {
    var capability = fake(BundleCapability.class, (p, method, v) -> Map.of("objectClass", List.of("org.example.Other", Health.Check.class.getName())));
    var revision = fake(BundleRevision.class, (p, method, v) -> promises ? List.of(capability) : List.of());
    var level = fake(BundleStartLevel.class, (p, method, v) -> started);
    var service = fake(ServiceReference.class, (p, method, v) -> new String[] {Health.Check.class.getName()});
    installed.add(fake(Bundle.class, (p, method, values) -> switch (method.getName()) {
      case "getSymbolicName" -> name;
      case "getState" -> started ? Bundle.ACTIVE : Bundle.RESOLVED;
      case "getRegisteredServices" -> has ? new ServiceReference<?>[] {service} : null;
      case "adapt" -> values[0] == BundleRevision.class ? revision : level;
      default -> throw new AssertionError("of a bundle only its name, state, services and manifest are asked, not " + method.getName());
    }));
  }

  private StartedBundles.Silent silent() {
    var context = fake(BundleContext.class, (p, method, v) -> installed.toArray(Bundle[]::new));
    var info = fake(BundleInfo.class, (p, method, v) -> BundleState.Active);
    return new StartedBundles(context, fake(BundleService.class, (p, method, v) -> info)).silent();
  }

  @Test
  void findsTheBundleWhoseComponentFailedByTheCheckItPromised() {
    bundle("org.strowger.dncl", true, true, false);
    bundle("org.strowger.rating", true, true, true);
    bundle("org.strowger.kernel", true, false, false);
    assertThat(silent()).isEqualTo(new StartedBundles.Silent(java.util.Set.of("org.strowger.dncl"), false));
  }

  @ParameterizedTest
  @ValueSource(strings = {"accounts", "rating", "ledger", "routing", "registrar", "calls", "sip", "postgres"})
  void withoutOneOfTheCoreNewCallsAreRefused(String word) {
    bundle("org.strowger." + word, true, true, false);
    assertThat(silent()).isEqualTo(new StartedBundles.Silent(java.util.Set.of("org.strowger." + word), true));
  }

  @Test
  void whatAnOperatorStoppedIsSilentOnlyIfThereIsNoCallWithoutIt() {
    bundle("org.strowger.soap", false, true, false);
    assertThat(silent().bundles()).isEmpty();
    bundle("org.strowger.calls", false, true, false);
    assertThat(silent()).isEqualTo(new StartedBundles.Silent(java.util.Set.of("org.strowger.calls"), true));
  }
}

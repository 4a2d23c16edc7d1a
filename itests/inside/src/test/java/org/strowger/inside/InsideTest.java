package org.strowger.inside;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.karaf.features.BootFinished;
import org.apache.karaf.features.Feature;
import org.apache.karaf.features.FeaturesService;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleWire;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;
import org.slf4j.LoggerFactory;
import org.strowger.calls.api.CallService;
import org.strowger.calls.api.Simulation;
import org.strowger.inside.fault.FaultyPolicy;
import org.strowger.kernel.ErrorCode;
import org.strowger.kernel.StrowgerException;
import org.strowger.plugins.api.PluginRegistry;

/** Our own distribution in one container, judged by code that runs inside its framework. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class InsideTest {

  private static final String BOOTED = "inside: the first boot is over";

  /** What the others import from; it is never taken out (rule 6). */
  private static final String BASE = "strowger-base";

  private static boolean booted;

  private Switch at;

  @Configuration
  public static Option[] container() throws IOException {
    return Container.options();
  }

  @Before
  public void theBootIsOver() {
    at = new Switch(FrameworkUtil.getBundle(InsideTest.class).getBundleContext()); // an instance of this class is also made outside
    if (!booted) {
      Switch.await(() -> at.context().getServiceReference(BootFinished.class) != null, true);
      at.awaitSatisfied("after the first boot");
      LoggerFactory.getLogger(InsideTest.class).info(BOOTED);
      booted = true;
    }
  }

  @Test
  public void theFirstBootRefreshedAndStoppedNothing() {
    List<String> log = Switch.log();
    int end = log.indexOf(log.stream().filter(line -> line.contains(BOOTED)).findFirst().orElseThrow());
    List<String> boot = log.subList(0, end);

    assertTrue("the log of the boot names what was installed", boot.stream().anyMatch(line -> line.contains("org.strowger.calls")));
    assertEquals(List.of(), boot.stream().filter(line -> line.contains("Refreshing") || line.contains("Stopping bundles")).toList());
  }

  @Test
  public void everyBundleOfOursIsActive() {
    assertFalse(at.bundles().isEmpty());
    assertEquals(List.of(), at.bundles().stream().filter(bundle -> bundle.getState() != Bundle.ACTIVE).toList());
  }

  @Test
  public void everyContractHasItsService() {
    for (Class<?> contract : Contracts.SERVICES) {
      at.service(contract);
    }
  }

  @Test
  public void everyFeatureComesAndGoesAlone() throws Exception {
    Set<String> names = at.ourFeatures().stream().map(Feature::getName).collect(Collectors.toCollection(TreeSet::new));
    assertTrue("features " + names, names.containsAll(List.of(BASE, "strowger-accounts", "strowger-calls", "strowger-rest")));
    install(names);
    at.awaitSatisfied("with every feature of ours");

    Set<String> base = baseBundles();
    for (Feature feature : at.ourFeatures()) {
      Set<String> its = Switch.bundlesOf(feature);
      if (!base.containsAll(its)) {
        assertEquals("what went with " + feature.getName(), its, uninstall(feature.getName()));
        assertEquals("what came with " + feature.getName(), its, install(Set.of(feature.getName())));
      }
    }
    at.awaitSatisfied("after every feature of ours was taken out and put back");
    assertEquals(List.of(), Switch.log().stream().filter(line -> line.contains("Refreshing")).toList());
  }

  @Test
  public void aComponentThatFailsInItsActivationHurtsNobodyElse() throws Exception {
    faultAlone(FaultyBundle.withComponent());
  }

  @Test
  public void aBundleThatFailsHalfwayThroughItsStartHurtsNobodyElse() throws Exception {
    faultAlone(FaultyBundle.withActivator());
  }

  private void faultAlone(FaultyBundle fault) throws Exception {
    List<String> plugins = plugins();
    Set<String> components = at.components();
    try (var witness = new Witness(at.context())) {
      Bundle bundle = fault.start(at.context());
      try {
        assertTrue("the fault shows in the log", Switch.await(() -> Switch.logged(fault.word()), true));
        witness.assertOthersUntouched("a fault in " + bundle);
        theSwitchIsWell(plugins, components);
      } finally {
        bundle.uninstall();
      }
      assertEquals(Set.of(), witness.came());
      witness.assertOthersUntouched("after " + bundle);
    }
    theSwitchIsWell(plugins, components);
  }

  private List<String> plugins() {
    return at.service(PluginRegistry.class).list().stream().filter(plugin -> !plugin.id().equals(FaultyPolicy.ID)).map(plugin -> plugin.id() + " " + plugin.spi()).toList();
  }

  /** The components are the ones that were there, not new ones in their place; they serve. */
  private void theSwitchIsWell(List<String> plugins, Set<String> components) {
    assertEquals(List.of(), at.waiting());
    assertEquals(components, at.components());
    assertEquals(plugins, plugins());
    everyContractHasItsService();
    var refused = assertThrows(StrowgerException.class, () -> at.service(CallService.class).simulate(new Simulation("nobody", "1", null, null)));
    assertEquals("from calls through accounts to the database", ErrorCode.NOT_FOUND, refused.code());
  }

  /** What the other tests rely on. */
  @Test
  public void theWitnessNoticesABundleThatIsRefreshed() throws Exception {
    Bundle victim = FaultyBundle.withComponent().start(at.context());
    try (var witness = new Witness(at.context())) {
      witness.assertOthersUntouched("nothing was done");
      var refreshed = new CountDownLatch(1);
      at.context().getBundle(0).adapt(FrameworkWiring.class).refreshBundles(List.of(victim), event -> refreshed.countDown());
      assertTrue("refreshed", refreshed.await(30, TimeUnit.SECONDS));

      var noticed = assertThrows(AssertionError.class, () -> witness.assertOthersUntouched("a refresh"));
      assertTrue(noticed.getMessage(), noticed.getMessage().contains(victim.getLocation()));
    } finally {
      victim.uninstall();
    }
  }

  /** @return the bundles that came */
  private Set<String> install(Set<String> features) throws Exception {
    try (var witness = new Witness(at.context())) {
      at.features().installFeatures(features, EnumSet.noneOf(FeaturesService.Option.class));
      witness.assertOthersUntouched("install " + features);
      assertEquals("install " + features, Set.of(), witness.went());
      return witness.came();
    }
  }

  /** @return the bundles that went */
  private Set<String> uninstall(String feature) throws Exception {
    try (var witness = new Witness(at.context())) {
      at.features().uninstallFeature(feature, EnumSet.noneOf(FeaturesService.Option.class));
      witness.assertOthersUntouched("uninstall " + feature);
      assertEquals("uninstall " + feature, Set.of(), witness.came());
      return witness.went();
    }
  }

  /** The bundles of the base and of what it takes along. */
  private Set<String> baseBundles() throws Exception {
    var found = new TreeSet<String>();
    for (Feature feature : at.ourFeatures()) {
      if (feature.getName().equals(BASE) || feature.isHidden()) {
        found.addAll(Switch.bundlesOf(feature));
      }
    }
    return found;
  }

  @Test
  public void nobodyIsWiredToAnImplementation() throws Exception {
    Set<String> base = baseBundles();
    List<String> wrong = new ArrayList<>();
    int wires = 0;
    for (Bundle bundle : at.bundles()) {
      for (BundleWire wire : bundle.adapt(BundleWiring.class).getRequiredWires(PackageNamespace.PACKAGE_NAMESPACE)) {
        wires++;
        Bundle provider = wire.getProvider().getBundle();
        if (provider.getLocation().startsWith(Switch.OURS) && !base.contains(provider.getLocation()) && provider != bundle) {
          wrong.add(bundle + " is wired to " + provider + " by " + wire.getCapability().getAttributes().get(PackageNamespace.PACKAGE_NAMESPACE));
        }
      }
    }
    assertTrue("wires that were looked at: " + wires, wires > 100);
    assertEquals(List.of(), wrong);
  }

  @Test
  public void onlyTheBaseExports() throws Exception {
    Set<String> base = baseBundles();
    Set<String> exporters = at.bundles().stream()
        .filter(bundle -> !bundle.adapt(BundleWiring.class).getCapabilities(PackageNamespace.PACKAGE_NAMESPACE).isEmpty())
        .map(Bundle::getLocation)
        .collect(Collectors.toCollection(TreeSet::new));

    assertTrue(exporters.stream().anyMatch(location -> location.contains("/calls-api/")));
    exporters.removeAll(base);
    assertEquals(Set.of(), exporters);
  }
}

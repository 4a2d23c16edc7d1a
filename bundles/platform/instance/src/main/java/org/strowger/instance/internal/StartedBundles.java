package org.strowger.instance.internal;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import org.apache.karaf.bundle.core.BundleService;
import org.apache.karaf.bundle.core.BundleState;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.wiring.BundleRevision;
import org.strowger.kernel.Health;

/** Tells when the bundles of the switch have what they need: only then do all doors and commands answer. */
class StartedBundles {

  private static final String OURS = "org.strowger.";
  private static final Duration PAUSE = Duration.ofMillis(50);
  /** Without these there is no new call, also when an operator stopped them. */
  private static final Set<String> VITAL = Set.of("org.strowger.postgres", "org.strowger.sip", "org.strowger.accounts", "org.strowger.rating", "org.strowger.ledger",
      "org.strowger.routing", "org.strowger.registrar", "org.strowger.calls");

  private final BundleContext context;
  private final BundleService bundles;

  StartedBundles(BundleContext context, BundleService bundles) {
    this.context = context;
    this.bundles = bundles;
  }

  /**
   * Waits until no bundle of ours waits for a service, on the calling thread.
   *
   * @return the names of those that still do after {@code limit}, or when the thread is interrupted
   */
  Set<String> await(Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    Set<String> waiting = waiting();
    while (!waiting.isEmpty() && System.nanoTime() < end && !Thread.currentThread().isInterrupted()) {
      // Karaf tells no one when a bundle's state changes: there is nothing to be woken by.
      LockSupport.parkNanos(PAUSE.toNanos());
      waiting = waiting();
    }
    return waiting;
  }

  /**
   * What is installed and does not work now: it waits for a service, its component failed, or the check of its health, which its manifest promises, is
   * not there.
   *
   * @param vital whether one of them is so that no new call is possible
   */
  record Silent(Set<String> bundles, boolean vital) {}

  Silent silent() {
    Set<String> names = waiting();
    for (Bundle bundle : context.getBundles()) {
      String name = bundle.getSymbolicName();
      boolean active = bundle.getState() == Bundle.ACTIVE;
      if (name != null && (active && promisesCheck(bundle) && !hasCheck(bundle) || !active && VITAL.contains(name))) {
        names.add(name);
      }
    }
    return new Silent(names, names.stream().anyMatch(VITAL::contains));
  }

  private static boolean promisesCheck(Bundle bundle) {
    BundleRevision revision = bundle.adapt(BundleRevision.class);
    return revision != null && revision.getDeclaredCapabilities("osgi.service").stream()
        .anyMatch(service -> service.getAttributes().get("objectClass") instanceof Collection<?> classes && classes.contains(Health.Check.class.getName()));
  }

  private static boolean hasCheck(Bundle bundle) {
    ServiceReference<?>[] services = bundle.getRegisteredServices();
    return services != null && Arrays.stream(services)
        .anyMatch(service -> Arrays.asList((String[]) service.getProperty(Constants.OBJECTCLASS)).contains(Health.Check.class.getName()));
  }

  private Set<String> waiting() {
    var names = new TreeSet<String>();
    for (Bundle bundle : context.getBundles()) {
      String name = bundle.getSymbolicName();
      if (name != null && name.startsWith(OURS) && isWaiting(bundle)) {
        names.add(name);
      }
    }
    return names;
  }

  /** What an operator stopped waits for nobody. */
  private boolean isWaiting(Bundle bundle) {
    return bundle.adapt(BundleStartLevel.class).isPersistentlyStarted() && bundles.getInfo(bundle).getState() != BundleState.Active;
  }
}

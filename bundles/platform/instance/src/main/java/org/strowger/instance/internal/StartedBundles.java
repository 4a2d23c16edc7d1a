package org.strowger.instance.internal;

import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import org.apache.karaf.bundle.core.BundleService;
import org.apache.karaf.bundle.core.BundleState;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.startlevel.BundleStartLevel;

/** Tells when the bundles of the switch have what they need: only then do all doors and commands answer. */
class StartedBundles {

  private static final String OURS = "org.strowger.";
  private static final Duration PAUSE = Duration.ofMillis(50);

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

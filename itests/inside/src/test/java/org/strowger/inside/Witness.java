package org.strowger.inside;

import static org.junit.Assert.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.BundleWiring;

/** Remembers what every bundle is, and everything that happens to bundles from then on. */
final class Witness implements SynchronousBundleListener, AutoCloseable {

  /** What changes when a bundle is stopped, updated, wired anew or refreshed. Revision and wiring are compared by identity. */
  private record Identity(String location, int state, long lastModified, BundleRevision revision, BundleWiring wiring) {

    static Identity of(Bundle bundle) {
      return new Identity(bundle.getLocation(), bundle.getState(), bundle.getLastModified(), bundle.adapt(BundleRevision.class), bundle.adapt(BundleWiring.class));
    }

    @Override
    public String toString() {
      return location + " state " + state + " modified " + lastModified + " revision " + System.identityHashCode(revision) + " wiring "
          + System.identityHashCode(wiring);
    }
  }

  private final BundleContext context;
  private final Map<Long, Identity> before;
  private final List<Bundle> touched = new CopyOnWriteArrayList<>();
  private final List<String> events = new CopyOnWriteArrayList<>();

  Witness(BundleContext context) {
    this.context = context;
    this.before = identities();
    context.addBundleListener(this);
  }

  private Map<Long, Identity> identities() {
    var found = new TreeMap<Long, Identity>();
    for (Bundle bundle : context.getBundles()) {
      found.put(bundle.getBundleId(), Identity.of(bundle));
    }
    return found;
  }

  @Override
  public void bundleChanged(BundleEvent event) {
    touched.add(event.getBundle());
    events.add(event.getType() + " " + event.getBundle());
  }

  /** Locations of the bundles that are there now and were not before. */
  Set<String> came() {
    var now = identities();
    now.keySet().removeAll(before.keySet());
    return locations(now);
  }

  /** Locations of the bundles that were there before and are not now. */
  Set<String> went() {
    var gone = new TreeMap<>(before);
    gone.keySet().removeAll(identities().keySet());
    return locations(gone);
  }

  private static Set<String> locations(Map<Long, Identity> identities) {
    var found = new TreeSet<String>();
    identities.values().forEach(identity -> found.add(identity.location()));
    return found;
  }

  /** Fails if anything at all happened to a bundle that was there before and still is. */
  void assertOthersUntouched(String when) {
    var now = identities();
    var stayed = new TreeMap<>(before);
    stayed.keySet().retainAll(now.keySet());
    var disturbed = new ArrayList<String>();
    stayed.forEach((id, identity) -> {
      if (!identity.equals(now.get(id))) {
        disturbed.add(identity + " is now " + now.get(id));
      }
    });
    touched.stream().filter(bundle -> stayed.containsKey(bundle.getBundleId())).forEach(bundle -> disturbed.add("an event of " + bundle));
    assertEquals(when + ": bundles that nobody meant; all events: " + events, List.of(), disturbed);
  }

  @Override
  public void close() {
    context.removeBundleListener(this);
  }
}

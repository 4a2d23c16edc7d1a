package org.strowger.plugins.internal;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;
import org.osgi.util.tracker.ServiceTrackerCustomizer;

/**
 * Which plugins the switch takes no calls without, and which of them are not there. Gets no service: looks only at who is registered, and taken up by those
 * who follow what it offers. So what goes is missing before anybody does without it, and what comes is missing until it is asked.
 */
final class Mandatory implements ServiceTrackerCustomizer<Object, String> {

  private final ServiceTracker<Object, String> tracker;
  private final Map<ServiceReference<?>, String> there = new HashMap<>();
  private final Predicate<String> drained;
  private final Predicate<ServiceReference<?>> waits;
  private Set<String> wanted = Set.of();
  private volatile Set<String> missing = Set.of();

  /**
   * @param drained of those that are here, which take no new uses
   * @param waits of services, which are not taken up yet; {@link #renew} when that changes
   */
  Mandatory(BundleContext context, Predicate<String> drained, Predicate<ServiceReference<?>> waits) {
    this.drained = drained;
    this.waits = waits;
    try {
      tracker = new ServiceTracker<>(context, context.createFilter("(" + Followed.ID + "=*)"), this);
    } catch (InvalidSyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  void open() {
    tracker.open(true);
  }

  void close() {
    tracker.close();
  }

  synchronized void wanted(Set<String> ids) {
    wanted = ids;
    renew();
  }

  Set<String> missing() {
    return missing;
  }

  synchronized void renew() {
    var ids = new TreeSet<>(wanted);
    ids.removeIf(id -> isTaken(id) && !drained.test(id));
    missing = Set.copyOf(ids);
  }

  /** Whether all of it is, in one of its versions. */
  private boolean isTaken(String id) {
    var taken = new HashMap<Bundle, Boolean>();
    there.forEach((reference, of) -> {
      if (of.equals(id)) {
        // A bundle that has left already is null, and as good as any.
        taken.merge(reference.getBundle(), !waits.test(reference), Boolean::logicalAnd);
      }
    });
    return taken.containsValue(true);
  }

  @Override
  public synchronized String addingService(ServiceReference<Object> reference) {
    String id = String.valueOf(reference.getProperty(Followed.ID));
    there.put(reference, id);
    renew();
    return id;
  }

  /** Perhaps at the same time as its removal, on another thread: who has gone does not come back. */
  @Override
  public synchronized void modifiedService(ServiceReference<Object> reference, String id) {
    there.computeIfPresent(reference, (same, before) -> String.valueOf(reference.getProperty(Followed.ID)));
    renew();
  }

  @Override
  public synchronized void removedService(ServiceReference<Object> reference, String id) {
    there.remove(reference);
    renew();
  }
}

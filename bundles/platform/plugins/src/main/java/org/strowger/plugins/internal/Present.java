package org.strowger.plugins.internal;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleWiring;
import org.strowger.kernel.Time;

/** The plugins' services that are here, by service id: one service may offer several SPIs. Threads: any. */
final class Present {

  /** Which services belong together. */
  private record Key(long bundle, String id) {}

  /** A service and the ward it is in. */
  private record Service(Running running, Key key) {}

  /** For a clock that stands still. */
  private static final int MOST_ROUNDS = 2000;

  private final Time time;
  private final Map<Long, Service> services = new ConcurrentHashMap<>();
  private final Map<Key, Ward> wards = new HashMap<>();
  private volatile boolean hurry;

  Present(Time time) {
    this.time = time;
  }

  synchronized Running retain(long service, Bundle bundle, String id) {
    Service known = services.get(service);
    if (known == null) {
      var key = new Key(bundle.getBundleId(), id);
      Ward ward = wards.computeIfAbsent(key, k -> new Ward()).retain();
      known = new Service(new Running(bundle.adapt(BundleWiring.class).getClassLoader(), ward), key);
      services.put(service, known);
    }
    known.running().retain();
    return known.running();
  }

  synchronized void release(long service) {
    Service known = services.get(service);
    if (known.running().release()) {
      services.remove(service);
      if (known.running().ward.release()) {
        wards.remove(known.key());
      }
    }
  }

  /** Whether more than one SPI of it is followed. */
  synchronized boolean offersMore(long service) {
    return services.get(service).running().spis() > 1;
  }

  /** Null if it has gone. */
  Running find(long service) {
    Service known = services.get(service);
    return known == null ? null : known.running();
  }

  /** All versions of a plugin. @return false if there is none, or none that this changes */
  synchronized boolean drain(String id, boolean wanted) {
    boolean any = false;
    for (Map.Entry<Key, Ward> one : wards.entrySet()) {
      if (one.getKey().id().equals(id) && (wanted || one.getValue().drained())) {
        one.getValue().drained(wanted);
        any = true;
      }
    }
    return any;
  }

  /** Whether a plugin is here in versions that are all drained. */
  synchronized boolean drained(String id) {
    boolean any = false;
    for (Map.Entry<Key, Ward> one : wards.entrySet()) {
      if (one.getKey().id().equals(id)) {
        if (!one.getValue().drained()) {
          return false;
        }
        any = true;
      }
    }
    return any;
  }

  /** Plugins that are quarantined, and why. */
  synchronized Map<String, String> sick() {
    var sick = new TreeMap<String, String>();
    wards.forEach((key, ward) -> {
      if (ward.quarantined()) {
        sick.put(key.id(), ward.why());
      }
    });
    return sick;
  }

  int size() {
    return services.size();
  }

  long ticks() {
    return time.ticks();
  }

  /** Nobody is waited for any more. */
  void hurry() {
    hurry = true;
  }

  /** Waits until a leaving plugin's leases are closed, but not for ever. */
  void awaitLeases(Running leaving, Duration patience) {
    long start = time.ticks();
    int rounds = 0;
    while (rounds++ < MOST_ROUNDS && leaving.leases() > 0 && !hurry && time.since(start).compareTo(patience) < 0 && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }
}

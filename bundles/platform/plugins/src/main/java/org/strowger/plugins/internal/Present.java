package org.strowger.plugins.internal;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleWiring;
import org.strowger.kernel.Time;

/** The plugins' services that are here, by service id: one service may offer several SPIs. Threads: any. */
final class Present {

  /** What is drained, whichever build of its bundle is here. */
  private record Key(long bundle, String id) {}

  /** Which services belong together. While a build's successor comes, what the build leaves may be here beside it. */
  private record Build(Key key, ClassLoader loader) {}

  /** A service and where it is. */
  private record Service(Running running, Build build) {}

  /** For a clock that stands still. */
  private static final int MOST_ROUNDS = 2000;

  private final Time time;
  private final Map<Long, Service> services = new ConcurrentHashMap<>();
  private final Map<Build, Home> homes = new HashMap<>();
  /** Threads that are stuck in each bundle, in all its builds. */
  private final Map<Long, AtomicInteger> stuck = new HashMap<>();
  /** What is drained, until it is resumed or its bundle uninstalled: whether it is here or not. */
  private final Set<Key> drained = new HashSet<>();
  private final LongPredicate installed;
  private final Consumer<Home> left;
  private volatile boolean hurry;

  /** @param installed of bundles @param left told what has gone, with the monitor held */
  Present(Time time, LongPredicate installed, Consumer<Home> left) {
    this.time = time;
    this.installed = installed;
    this.left = left;
  }

  synchronized Running retain(long service, Bundle bundle, String id) {
    Service known = services.get(service);
    if (known == null) {
      var build = new Build(new Key(bundle.getBundleId(), id), bundle.adapt(BundleWiring.class).getClassLoader());
      Home home = homes.computeIfAbsent(build, b -> home(b, bundle));
      known = new Service(new Running(home.loader(), home.ward().retain()), build);
      services.put(service, known);
    }
    known.running().retain();
    return known.running();
  }

  private Home home(Build build, Bundle bundle) {
    Key key = build.key();
    stuck.entrySet().removeIf(one -> one.getValue().get() == 0 && !installed.test(one.getKey()));
    drained.removeIf(one -> !installed.test(one.bundle()));
    var ward = new Ward(stuck.computeIfAbsent(key.bundle(), b -> new AtomicInteger()));
    if (drained.stream().anyMatch(one -> one.id().equals(key.id()))) {
      drained.add(key);
      ward.drained(true);
    }
    return new Home(key.id(), bundle.getVersion().toString(), key.bundle(), build.loader(), ward);
  }

  synchronized void release(long service) {
    Service known = services.get(service);
    if (known.running().release()) {
      services.remove(service);
      if (known.running().ward.release()) {
        left.accept(homes.remove(known.build()));
      }
    }
  }

  synchronized List<Home> homes() {
    return List.copyOf(homes.values());
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

  /** All versions of a plugin, and the builds that follow them. @return false if there is none, or none that this changes */
  synchronized boolean drain(String id, boolean wanted) {
    boolean any = !wanted && drained.removeIf(key -> key.id().equals(id));
    for (Map.Entry<Build, Home> one : homes.entrySet()) {
      if (one.getKey().key().id().equals(id) && (wanted || one.getValue().ward().drained())) {
        one.getValue().ward().drained(wanted);
        any = true;
        if (wanted) {
          drained.add(one.getKey().key());
        }
      }
    }
    return any;
  }

  /** Whether a plugin is here in versions that are all drained. */
  synchronized boolean drained(String id) {
    List<Home> versions = homes.values().stream().filter(home -> home.id().equals(id)).toList();
    return !versions.isEmpty() && versions.stream().allMatch(home -> home.ward().drained());
  }

  /** Plugins that are quarantined, and why. */
  synchronized Map<String, String> sick() {
    var sick = new TreeMap<String, String>();
    homes.values().stream().filter(home -> home.ward().quarantined()).forEach(home -> sick.put(home.id(), home.ward().why()));
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

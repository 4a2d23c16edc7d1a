package org.strowger.plugins.internal;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.strowger.plugins.api.Plugin;
import org.strowger.plugins.api.PluginGone;
import org.strowger.plugins.api.PluginInfo;
import org.strowger.plugins.api.PluginInfo.State;

/** What the guard knows of one service of a plugin while it is here. Threads: any. */
final class Running {

  /** Questions after which its classes are loaded, so that it is held to its limit. Until then it has four times as long. */
  static final int WARM = 10;
  private static final int PATIENCE = 4;

  final Ward ward;
  private final ClassLoader loader;
  private final LongAdder calls = new LongAdder();
  private final LongAdder faults = new LongAdder();
  private final LongAdder abandoned = new LongAdder();
  private final Histogram times = new Histogram();
  private final Set<Held<?>> leases = ConcurrentHashMap.newKeySet();
  private volatile String lastFault = "";
  private volatile boolean leaving;
  private volatile boolean warm;
  private int spis;

  Running(ClassLoader loader, Ward ward) {
    this.loader = loader;
    this.ward = ward;
  }

  /** Once per SPI it offers. Called, like {@link #release()}, under the lock of the map it lives in. */
  void retain() {
    spis++;
  }

  /** @return whether it offers nothing any more */
  boolean release() {
    return --spis == 0;
  }

  /** Of those it offers, how many are followed. Under the same lock. */
  int spis() {
    return spis;
  }

  ClassLoader loader() {
    return loader;
  }

  /** @param limit of a plugin that is warm, in nanoseconds */
  long limit(long limit) {
    if (!warm) {
      warm = calls.sum() >= WARM;
    }
    return warm ? limit : limit * PATIENCE;
  }

  void answered(long nanos) {
    calls.increment();
    times.record(nanos);
  }

  void failed(String why, long nanos) {
    answered(nanos);
    faults.increment();
    lastFault = why;
  }

  /** @param nanos after which it was given up: how long it would have taken nobody knows */
  void abandoned(String why, long nanos) {
    abandoned.increment();
    failed(why, nanos);
  }

  /** @return false if it is leaving */
  boolean lease(Held<?> lease) {
    leases.add(lease);
    if (leaving) {
      return !leases.remove(lease);
    }
    return true;
  }

  void unlease(Held<?> lease) {
    leases.remove(lease);
  }

  int leases() {
    return leases.size();
  }

  boolean leaving() {
    return leaving;
  }

  void leave() {
    leaving = true;
  }

  void endLeases(String id, String version) {
    var gone = new PluginGone(id, version, "has gone");
    leases.forEach(lease -> lease.end(gone));
    leases.clear();
  }

  PluginInfo info(Plugin<?> plugin, String spi, boolean offered) {
    boolean sick = ward.quarantined();
    String threads = ward.threads();
    State state = leaving ? State.GONE : sick ? State.QUARANTINED : offered ? State.ACTIVE : State.DRAINING;
    return new PluginInfo(plugin.id(), plugin.version(), plugin.bundleId(), spi, state, calls.sum(), faults.sum() + (threads.isEmpty() ? 0 : 1), abandoned.sum(), leases.size(),
        times.percentile(500), times.percentile(990), sick ? ward.why() : threads.isEmpty() ? lastFault : threads);
  }
}

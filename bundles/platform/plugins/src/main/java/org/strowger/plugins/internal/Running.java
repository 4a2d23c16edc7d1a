package org.strowger.plugins.internal;

import java.util.concurrent.atomic.LongAdder;
import org.strowger.plugins.api.Plugin;
import org.strowger.plugins.api.PluginInfo;

/** What the guard knows of one plugin while it is here. Threads: any. */
final class Running {

  private final ClassLoader loader;
  private final LongAdder calls = new LongAdder();
  private final LongAdder faults = new LongAdder();
  private final Histogram times = new Histogram();
  private int spis;

  Running(ClassLoader loader) {
    this.loader = loader;
  }

  /** Once per SPI it offers. Called, like {@link #release()}, under the lock of the map it lives in. */
  void retain() {
    spis++;
  }

  /** @return whether it offers nothing any more */
  boolean release() {
    return --spis == 0;
  }

  ClassLoader loader() {
    return loader;
  }

  void answered(long nanos) {
    calls.increment();
    times.record(nanos);
  }

  void failed() {
    calls.increment();
    faults.increment();
  }

  PluginInfo info(Plugin<?> plugin, String spi) {
    return new PluginInfo(plugin.id(), plugin.version(), plugin.bundleId(), spi, PluginInfo.State.ACTIVE, calls.sum(), faults.sum(), 0, 0,
        times.percentile(500), times.percentile(990), "");
  }
}

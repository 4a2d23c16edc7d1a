package org.strowger.kernel;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * The counters and gauges of one bundle. Registered as a service so that one view shows them all
 * ({@code switch:meters}). Threads: any; counting costs nanoseconds.
 */
public final class Meter {

  private final String bundle;
  private final Map<String, LongSupplier> readings = new TreeMap<>();

  /** @param bundle prefix of every name, one word: {@code sip} */
  public Meter(String bundle) {
    this.bundle = bundle;
  }

  /** A count that only grows since the bundle started. */
  public synchronized LongAdder counter(String name) {
    var adder = new LongAdder();
    readings.put(bundle + "." + name, adder::sum);
    return adder;
  }

  /** A value that is read when somebody looks. */
  public synchronized void gauge(String name, LongSupplier value) {
    readings.put(bundle + "." + name, value);
  }

  /** Every value now, by full name; a gauge that throws is left out. */
  public Map<String, Long> read() {
    Map<String, LongSupplier> all;
    synchronized (this) {
      all = new TreeMap<>(readings);
    }
    var now = new TreeMap<String, Long>();
    all.forEach((name, value) -> {
      try {
        now.put(name, value.getAsLong());
      } catch (Throwable broken) {
        // A plugin's code: the others are told all the same.
        now.remove(name);
      }
    });
    return now;
  }
}

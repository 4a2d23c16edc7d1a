package org.strowger.rest.internal.login;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.strowger.kernel.Time;

/**
 * Counts wrong passwords per source. After ten within a minute a source waits until the minute is
 * over. An IPv6 source is its /64 network: one host has all of it. Threads: any.
 */
final class Attempts {

  static final int ALLOWED = 10;
  static final Duration WINDOW = Duration.ofMinutes(1);
  private static final int MAX_SOURCES = 10_000;

  private record Window(long start, int wrong) {}

  private final Time time;
  private final Map<String, Window> windows = new LinkedHashMap<>(16, 0.75f, true) {
    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Window> eldest) {
      return size() > MAX_SOURCES;
    }
  };

  Attempts(Time time) {
    this.time = time;
  }

  /** How long this source has to wait; zero if it may try now. */
  synchronized Duration wait(String source) {
    Window window = windows.get(network(source));
    if (window == null || window.wrong < ALLOWED) {
      return Duration.ZERO;
    }
    Duration left = WINDOW.minus(time.since(window.start));
    return left.isNegative() ? Duration.ZERO : left;
  }

  synchronized void wrong(String source) {
    String network = network(source);
    Window window = windows.get(network);
    boolean fresh = window == null || time.since(window.start).compareTo(WINDOW) >= 0;
    windows.put(network, fresh ? new Window(time.ticks(), 1) : new Window(window.start, window.wrong + 1));
  }

  static String network(String source) {
    if (source.indexOf(':') < 0) {
      return source;
    }
    String address = source.replaceAll("^\\[|\\]$|%.*", "");
    String[] groups = address.split("::", -1)[0].split(":");
    var network = new StringBuilder();
    for (int i = 0; i < 4; i++) {
      String group = i < groups.length && !groups[i].isEmpty() ? groups[i] : "0";
      network.append(group.replaceFirst("^0+(?=.)", "")).append(':');
    }
    return network.toString();
  }
}

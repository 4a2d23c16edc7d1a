package org.strowger.rest.internal.login;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.strowger.kernel.Time;

/**
 * Counts wrong passwords: ten for one name from one source, two hundred for all names from it; then who asks waits until the minute is
 * over. By name, because many share a source: everybody on this machine, an office behind one address. An IPv6 source is its /64
 * network: one host has all of it. Threads: any.
 */
final class Attempts {

  static final int ALLOWED = 10;
  static final int ALLOWED_FROM_SOURCE = 200;
  static final Duration WINDOW = Duration.ofMinutes(1);
  private static final int MAX_WINDOWS = 10_000;
  private static final int MAX_NAME = 64;

  private record Window(long start, int wrong) {}

  private final Time time;
  /** Apart, so that names that are made up push no source out. */
  private final Map<String, Window> sources = bounded();
  private final Map<String, Window> names = bounded();

  Attempts(Time time) {
    this.time = time;
  }

  private static Map<String, Window> bounded() {
    return new LinkedHashMap<>(16, 0.75f, true) {
      @Override
      protected boolean removeEldestEntry(Map.Entry<String, Window> eldest) {
        return size() > MAX_WINDOWS;
      }
    };
  }

  /** How long this name has to wait at this source; zero if it may try now. */
  synchronized Duration wait(String source, String name) {
    String network = network(source);
    Duration all = left(sources.get(network), ALLOWED_FROM_SOURCE);
    Duration one = left(names.get(named(network, name)), ALLOWED);
    return all.compareTo(one) > 0 ? all : one;
  }

  private Duration left(Window window, int allowed) {
    if (window == null || window.wrong < allowed) {
      return Duration.ZERO;
    }
    Duration left = WINDOW.minus(time.since(window.start));
    return left.isNegative() ? Duration.ZERO : left;
  }

  /**
   * Counts one more as wrong, before it is compared: of those that come at once none has been found to be wrong yet, and all would pass.
   *
   * @return zero if it may be compared; else how long it has to wait, and nothing is counted
   */
  synchronized Duration begin(String source, String name) {
    Duration wait = wait(source, name);
    if (wait.isZero()) {
      String network = network(source);
      count(sources, network);
      count(names, named(network, name));
    }
    return wait;
  }

  /** Takes back what was begun: it was right, or could not be compared. */
  synchronized void notWrong(String source, String name) {
    String network = network(source);
    takeBack(sources, network);
    takeBack(names, named(network, name));
  }

  /** A window in which nothing is wrong any more goes: the minute begins with the first wrong one. */
  private static void takeBack(Map<String, Window> windows, String key) {
    windows.computeIfPresent(key, (same, window) -> window.wrong <= 1 ? null : new Window(window.start, window.wrong - 1));
  }

  private void count(Map<String, Window> windows, String key) {
    Window window = windows.get(key);
    boolean fresh = window == null || time.since(window.start).compareTo(WINDOW) >= 0;
    windows.put(key, fresh ? new Window(time.ticks(), 1) : new Window(window.start, window.wrong + 1));
  }

  private static String named(String network, String name) {
    return network + ' ' + (name.length() > MAX_NAME ? name.substring(0, MAX_NAME) : name);
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

package org.strowger.rest.internal.login;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.kernel.Time;

/** Writes refused logins to {@code security.log}: the first of each source and minute, never what was given as password or token. Threads: any. */
final class Refusals {

  /** The logger whose lines go to that file and nowhere else. */
  static final String AUDIT = "audit";
  private static final Logger LOG = LoggerFactory.getLogger(AUDIT);
  private static final Duration QUIET = Duration.ofMinutes(1);
  private static final int MAX_SOURCES = 1_000;
  private static final int MAX_NAME = 64;

  private final Time time;
  private final Map<String, Long> said = new LinkedHashMap<>(16, 0.75f, true) {
    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
      return size() > MAX_SOURCES;
    }
  };

  Refusals(Time time) {
    this.time = time;
  }

  /** @param name as it was given; empty for a token */
  void note(String source, String name, String why) {
    if (due(Attempts.network(source))) {
      LOG.warn("login refused at the web door, from {}{}: {}; further ones from there are not told for a minute", source, name.isEmpty() ? "" : ", user '" + printable(name) + "'", why);
    }
  }

  private synchronized boolean due(String source) {
    Long before = said.get(source);
    boolean due = before == null || time.since(before).compareTo(QUIET) >= 0;
    if (due) {
      said.put(source, time.ticks());
    }
    return due;
  }

  private static String printable(String name) {
    return (name.length() > MAX_NAME ? name.substring(0, MAX_NAME) + "…" : name).replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}]", "?");
  }
}

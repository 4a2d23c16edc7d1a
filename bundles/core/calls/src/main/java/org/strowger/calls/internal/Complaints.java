package org.strowger.calls.internal;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One WARN per cause and minute: what goes wrong in one call goes wrong in thousands. */
final class Complaints {

  private static final Logger LOG = LoggerFactory.getLogger("org.strowger.calls");
  private static final long QUIET = 60_000_000_000L;
  private static final int MAX_CAUSES = 500;
  private static final Map<String, Long> LAST = new ConcurrentHashMap<>();

  private Complaints() {}

  static void warn(String what, Throwable cause) {
    String key = what + " " + cause.getClass().getName();
    long now = System.nanoTime();
    if (LAST.size() > MAX_CAUSES) {
      LAST.clear();
    }
    Long before = LAST.put(key, now);
    if (before == null || now - before >= QUIET) {
      LOG.warn(what, cause);
    } else {
      LAST.put(key, before);
    }
  }
}

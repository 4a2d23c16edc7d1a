package org.strowger.kernel;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Which log line is due: one per cause and minute, as what goes wrong in one call or for one phone goes wrong in thousands. Remembers 1,000
 * causes; past that it forgets them all, and each is due again. Threads: any; never blocks for long.
 */
public final class OncePerMinute {

  private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final int MAX_CAUSES = 1000;

  private final Time time;
  /** When a cause was last due, in ticks. */
  private final Map<String, Long> said = new ConcurrentHashMap<>();

  /** @param time whose ticks are counted */
  public OncePerMinute(Time time) {
    this.time = time;
  }

  /**
   * Whether nobody was told so within the last minute; who is told true says it.
   *
   * @param cause names the kind of failure, not the call or the phone: there are few
   */
  public boolean due(String cause) {
    long now = time.ticks();
    if (said.size() >= MAX_CAUSES && !said.containsKey(cause)) {
      said.clear();
    }
    var due = new boolean[1];
    said.compute(cause, (key, before) -> {
      due[0] = before == null || now - before >= QUIET_NANOS;
      return due[0] ? Long.valueOf(now) : before;
    });
    return due[0];
  }
}

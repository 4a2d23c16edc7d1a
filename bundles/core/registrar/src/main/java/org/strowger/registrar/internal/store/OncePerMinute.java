package org.strowger.registrar.internal.store;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.strowger.kernel.Time;

/** Which log line is due: one per cause and minute, as what goes wrong for one phone goes wrong for thousands. Threads: any. */
public final class OncePerMinute {

  private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final int MAX_CAUSES = 100;

  private final Time time;
  private final Map<String, Long> said = new ConcurrentHashMap<>();

  public OncePerMinute(Time time) {
    this.time = time;
  }

  /** @param cause names the kind of failure, not the phone: there are few */
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

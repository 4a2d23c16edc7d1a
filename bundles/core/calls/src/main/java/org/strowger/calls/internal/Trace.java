package org.strowger.calls.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.strowger.calls.api.CallTrace;
import org.strowger.calls.api.CallTrace.Step;
import org.strowger.kernel.CallId;
import org.strowger.kernel.Time;

/**
 * What a call did and why, while it does it. Sentences are made when somebody reads them: most traces of
 * a busy switch are only ever written.
 */
final class Trace {

  private static final int MOST_STEPS = 200;
  private static final int LONGEST = 1024;

  private record Entry(long nanos, String stage, String by, String what, Object[] values, long tookMicros) {}

  private final CallId call;
  private final Instant start;
  private final long startTicks;
  private final Time time;
  private final List<Entry> entries = new ArrayList<>(16);
  private int leftOut;

  Trace(CallId call, Instant start, long startTicks, Time time) {
    this.call = call;
    this.start = start;
    this.startTicks = startTicks;
    this.time = time;
  }

  /** @param what with a {@code {}} for each value */
  void note(String stage, String what, Object... values) {
    add(stage, "", Duration.ZERO, what, values);
  }

  /** @param by who decided: policy id and version */
  synchronized void add(String stage, String by, Duration took, String what, Object... values) {
    if (entries.size() >= MOST_STEPS) {
      leftOut++;
      return;
    }
    entries.add(new Entry(time.ticks() - startTicks, stage, by, what, values, took.toNanos() / 1000));
  }

  synchronized CallTrace print() {
    var steps = new ArrayList<Step>(entries.size() + 1);
    for (Entry entry : entries) {
      steps.add(step(entry.nanos, entry.stage, entry.by, sentence(entry.what, entry.values), entry.tookMicros));
    }
    if (leftOut > 0) {
      steps.add(step(time.ticks() - startTicks, "call", "", leftOut + " further steps are left out", 0));
    }
    return new CallTrace(call, steps);
  }

  private Step step(long nanos, String stage, String by, String what, long tookMicros) {
    return new Step(start.plusNanos(nanos), nanos / 1_000_000, stage, by, what, tookMicros);
  }

  private static String sentence(String what, Object[] values) {
    var out = new StringBuilder(what.length() + 32);
    int from = 0;
    for (Object value : values) {
      int hole = what.indexOf("{}", from);
      if (hole < 0) {
        break;
      }
      out.append(what, from, hole).append(value);
      from = hole + 2;
    }
    out.append(what, from, what.length());
    return out.length() <= LONGEST ? out.toString() : out.substring(0, LONGEST - 1) + "…";
  }
}

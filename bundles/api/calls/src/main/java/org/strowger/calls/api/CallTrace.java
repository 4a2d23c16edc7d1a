package org.strowger.calls.api;

import java.time.Instant;
import java.util.List;
import org.strowger.kernel.CallId;
import org.strowger.kernel.data.Setting;

/** Why a call did what it did, step by step. Holds no secret. */
public record CallTrace(CallId call, List<Step> steps) {

  public CallTrace {
    steps = List.copyOf(steps);
  }

  /**
   * One step.
   *
   * @param offsetMillis since the INVITE arrived
   * @param stage phase, or {@code sip}, {@code rating}, {@code ledger}, {@code call}
   * @param by policy id and version, empty if it was call control itself
   * @param what one sentence
   * @param tookMicros of the one who decided
   */
  public record Step(Instant at, long offsetMillis, String stage, @Setting(max = 128) String by, @Setting(max = 1024) String what, long tookMicros) {}
}

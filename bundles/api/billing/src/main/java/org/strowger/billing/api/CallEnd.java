package org.strowger.billing.api;

import java.time.Duration;
import java.time.Instant;
import org.strowger.kernel.data.Setting;

/**
 * How a call ended.
 *
 * @param connectTime when it was answered; null for a failed call
 * @param endTime when it ended or failed
 * @param duration measured on the monotonic clock from answer to end, zero for a failed call; for a call cut at its granted limit exactly that limit
 * @param result 0 for an answered call, else the SIP status
 * @param reason short, for people: "insufficient funds", "486 Busy Here", "granted time over"
 * @param releaseSource who ended it
 * @param ringing time until the first 18x, null if there was none (PDD)
 */
public record CallEnd(
    @Setting(optional = true) Instant connectTime,
    Instant endTime,
    Duration duration,
    int result,
    String reason,
    ReleaseSource releaseSource,
    @Setting(optional = true) Duration ringing) {

  /** Spec B.10: 2 caller, 4 callee, 8 switch. */
  public enum ReleaseSource {
    CALLER(2), CALLEE(4), SWITCH(8);

    private final int code;

    ReleaseSource(int code) {
      this.code = code;
    }

    public int code() {
      return code;
    }
  }

  public boolean answered() {
    return connectTime != null;
  }
}

package org.strowger.calls.internal;

import org.strowger.calls.api.CallView.LegFailure;
import org.strowger.calls.api.Leg;

/** When a failed leg gives way to the next one; spec C.4. */
final class Hunting {

  private Hunting() {}

  /** 5xx, silence (408), and a carrier that refuses our login; whatever else a peer says is its last word. */
  static boolean goesOn(Leg leg, LegFailure failure) {
    int status = failure.status();
    if (leg instanceof Leg.Carrier carrier && carrier.stopCodes().contains(status)) {
      return false;
    }
    return (status >= 500 && status < 600) || status == 408 || status == 401 || status == 407;
  }

  /**
   * What one side gets for a status of the other: nothing that makes sense on that leg only. A 503 would tell it that we are out of service
   * (RFC 3261 21.5.4, 16.7): a peer with a trunk to us would take the whole switch for dead because one carrier is.
   */
  static int toCaller(int status) {
    if (status >= 300 && status < 400) {
      return 480;
    }
    return switch (status) {
      case 401, 407, 420, 421, 422, 503 -> 500;
      default -> status;
    };
  }

  /** The same, of a leg that was tried: a phone that cannot be reached, or is not ready, is away for now. */
  static int toCaller(Leg tried, int status) {
    boolean away = status == 401 || status == 407 || status == 503;
    return away && tried instanceof Leg.OnNet ? 480 : toCaller(status);
  }

  /** Of two branches' answers the one that says more; RFC 3261 16.7. */
  static int better(int one, int other) {
    return rank(one) <= rank(other) ? one : other;
  }

  private static int rank(int status) {
    if (status >= 600) {
      return 0;
    }
    if (status == 408 || status == 480) {
      return 45;
    }
    return status >= 500 ? 50 : status / 100 * 10;
  }
}

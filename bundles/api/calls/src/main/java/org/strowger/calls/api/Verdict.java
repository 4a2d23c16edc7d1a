package org.strowger.calls.api;

import java.util.List;

/** What a policy may answer. Sealed: call control handles every case, and the compiler proves it. */
public sealed interface Verdict {

  /** Go on, with these changes. */
  record Proceed(List<Change> changes) implements Verdict {
    public Proceed {
      changes = List.copyOf(changes);
    }
  }

  /** Refuse the call (in PRESENT: skip the leg). {@code reason} is for CDR and trace. */
  record Reject(SipStatus status, String reason) implements Verdict {}

  /** Dial {@code cld} instead, from TRANSLATE on, at most five times a call. */
  record Divert(String cld, String reason) implements Verdict {}

  /** RECOVER: try no further leg. */
  record StopHunting(String reason) implements Verdict {}

  static Verdict proceed(Change... changes) {
    return changes.length == 0 ? Nothing.TO_CHANGE : new Proceed(List.of(changes));
  }

  static Verdict reject(SipStatus status, String reason) {
    return new Reject(status, reason);
  }

  /** Holder of the commonest verdict. */
  final class Nothing {
    private static final Verdict TO_CHANGE = new Proceed(List.of());

    private Nothing() {}
  }
}

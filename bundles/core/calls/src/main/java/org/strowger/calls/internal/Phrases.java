package org.strowger.calls.internal;

import org.strowger.sip.api.SipPhrases;

/** Statuses with their standard phrases, for CDRs and traces: what a peer wrote is never repeated. */
final class Phrases {

  private Phrases() {}

  /** {@code 486 Busy Here} */
  static String of(int status) {
    return SipPhrases.of(status).map(phrase -> status + " " + phrase).orElseGet(() -> Integer.toString(status));
  }
}

package org.strowger.phone;

import java.time.Instant;

/**
 * A rule the other side broke.
 *
 * @param at when it was seen
 * @param rule what the rule says, with its source
 * @param detail what was received instead
 * @param message the message, null when the bytes could not be parsed
 */
public record Violation(Instant at, String rule, String detail, SipMessage message) {

  @Override
  public String toString() {
    return rule + ": " + detail + (message == null ? "" : " [" + message.startLine() + "]");
  }
}

package org.strowger.anonymous.internal;

import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import org.strowger.sip.api.SipHeaders;

/** What a caller asks in {@code Privacy} (RFC 3323, RFC 3325): its tokens, lower case. */
record Privacy(Set<String> tokens) {

  /** All of the request's Privacy headers together; RFC 3323 wants one and senders write several. */
  static Privacy of(SipHeaders headers) {
    var tokens = new LinkedHashSet<String>();
    for (String value : headers.values("Privacy")) {
      for (String token : value.split("[;,]")) {
        if (!token.isBlank()) {
          tokens.add(token.trim().toLowerCase(Locale.ROOT));
        }
      }
    }
    return new Privacy(tokens);
  }

  /** {@code header} and {@code session} alone withhold no identity; {@code none} overrides. */
  boolean withholdsIdentity() {
    return !tokens.contains("none") && (tokens.contains("id") || tokens.contains("user"));
  }

  /**
   * Whether the caller would rather not call than go without something that cannot be given: headers and
   * identity are hidden by a back-to-back user agent as such, the media path needs a relay.
   */
  boolean asksTooMuch() {
    return tokens.contains("critical") && tokens.contains("session") && !tokens.contains("none");
  }
}

package org.strowger.anonymous.internal;

import java.util.Optional;
import org.strowger.calls.api.CallView;

/**
 * Whether a caller explicitly withholds who calls; spec part F, RFC 5079. A missing identity is not
 * anonymity.
 *
 * @param anonymousUsers user parts of From that mean it
 */
record Withheld(Words anonymousUsers) {

  private static final String ANONYMOUS_HOST = "anonymous.invalid";

  /**
   * By what the request withholds it, for people; empty if it does not.
   *
   * @param trusted whether the sender's Privacy and Remote-Party-ID count
   */
  Optional<String> by(CallView call, boolean trusted) {
    if (trusted && Privacy.of(call.headers()).withholdsIdentity()) {
      return Optional.of("Privacy: " + String.join(";", Privacy.of(call.headers()).tokens()));
    } else if (call.from().uri().host().equalsIgnoreCase(ANONYMOUS_HOST)) {
      return Optional.of("From is at " + ANONYMOUS_HOST);
    } else if (anonymousUsers.has(call.from().uri().user())) {
      return Optional.of(call.from().uri().user().isEmpty() ? "From has no user" : "From is " + call.from().uri().user());
    } else if (trusted && RemoteParty.isFull(call.headers())) {
      return Optional.of("Remote-Party-ID: privacy=full");
    } else if (trusted && RemoteParty.isPrivate(call.headers())) {
      return Optional.of("RPID-Privacy: " + call.headers().first("RPID-Privacy").orElse(""));
    }
    return Optional.empty();
  }
}

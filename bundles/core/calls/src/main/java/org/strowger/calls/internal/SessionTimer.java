package org.strowger.calls.internal;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.strowger.sip.api.SipHeaders;

/**
 * RFC 4028 on one leg, negotiated apart from the other.
 *
 * @param seconds after which an unrefreshed session is dead
 * @param refresher who refreshes
 */
record SessionTimer(int seconds, Refresher refresher) {

  /** Who refreshes the session. */
  enum Refresher { WE, THEY }

  private static final int LONGEST = 86_400;

  /** When there is something to do, counted from the last refresh: to refresh at half time, or to give up on them. */
  Duration due() {
    int theirs = seconds - Math.min(32, seconds / 3);
    return Duration.ofSeconds(refresher == Refresher.WE ? seconds / 2 : theirs);
  }

  /** Whether a request asks for less than we take: 422 with our Min-SE. */
  static boolean tooShort(SipHeaders request, int least) {
    OptionalInt asked = seconds(request, "Session-Expires");
    return asked.isPresent() && asked.getAsInt() < least && request.lists("Supported", "timer");
  }

  /** What we make of a request of theirs, RFC 4028 9. */
  static SessionTimer answering(SipHeaders request, int wanted, int least) {
    int floor = Math.max(least, seconds(request, "Min-SE").orElse(least));
    int asked = seconds(request, "Session-Expires").orElse(wanted);
    int agreed = Math.max(floor, Math.min(asked, wanted));
    if (!request.lists("Supported", "timer")) {
      return new SessionTimer(agreed, Refresher.WE);
    }
    boolean ours = parameter(request, "refresher").filter("uas"::equals).isPresent();
    return new SessionTimer(agreed, ours ? Refresher.WE : Refresher.THEY);
  }

  /** What came of a request of ours, RFC 4028 7. */
  static SessionTimer answered(SipHeaders response, int wanted) {
    OptionalInt agreed = seconds(response, "Session-Expires");
    boolean theirs = agreed.isPresent() && parameter(response, "refresher").filter("uas"::equals).isPresent();
    return new SessionTimer(Math.max(agreed.orElse(wanted), 30), theirs ? Refresher.THEY : Refresher.WE);
  }

  /** Headers of our answer to a request of theirs. */
  SipHeaders answer(SipHeaders request, SipHeaders headers) {
    if (!request.lists("Supported", "timer")) {
      return headers;
    }
    SipHeaders with = headers.with("Session-Expires", seconds + ";refresher=" + (refresher == Refresher.WE ? "uas" : "uac"));
    return refresher == Refresher.THEY ? with.with("Require", "timer") : with;
  }

  /** Headers of a refresh of ours within the dialog. */
  SipHeaders refresh(SipHeaders headers, int least) {
    return headers.with("Session-Expires", seconds + ";refresher=" + (refresher == Refresher.WE ? "uac" : "uas")).with("Min-SE", Integer.toString(least));
  }

  static OptionalInt seconds(SipHeaders headers, String name) {
    Optional<String> value = headers.first(name);
    if (value.isEmpty()) {
      return OptionalInt.empty();
    }
    String digits = value.get().split(";", 2)[0].trim();
    if (digits.isEmpty() || digits.length() > 9 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return OptionalInt.empty();
    }
    return OptionalInt.of(Math.min(LONGEST, Integer.parseInt(digits)));
  }

  private static Optional<String> parameter(SipHeaders headers, String name) {
    String value = headers.first("Session-Expires").orElse("");
    for (String part : value.split(";")) {
      String[] pair = part.trim().split("=", 2);
      if (pair.length == 2 && pair[0].trim().equalsIgnoreCase(name)) {
        return Optional.of(pair[1].trim().toLowerCase(Locale.ROOT));
      }
    }
    return Optional.empty();
  }
}

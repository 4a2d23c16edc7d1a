package org.strowger.routing.internal;

import java.util.Optional;
import org.strowger.calls.api.Leg;
import org.strowger.routing.internal.model.Match;

/**
 * A way out for a call, looked at.
 *
 * @param carrier its name
 * @param leg empty if it cannot be taken
 * @param why it cannot; empty if it can
 * @param tooHard whether that is because a translation gave up, which refuses the whole call
 */
public record Candidate(Match match, String carrier, Optional<Leg.Carrier> leg, String why, boolean tooHard) {

  static Candidate taken(Match match, Leg.Carrier leg) {
    return new Candidate(match, leg.name(), Optional.of(leg), "", false);
  }

  static Candidate passedOver(Match match, String carrier, String why) {
    return new Candidate(match, carrier, Optional.empty(), why, false);
  }

  static Candidate tooHard(Match match, String carrier, String why) {
    return new Candidate(match, carrier, Optional.empty(), why, true);
  }
}

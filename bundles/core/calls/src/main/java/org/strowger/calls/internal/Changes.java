package org.strowger.calls.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.strowger.accounts.api.Account;
import org.strowger.calls.api.Change;
import org.strowger.calls.api.Leg;
import org.strowger.calls.api.Phase;
import org.strowger.calls.api.Sense;
import org.strowger.calls.api.SipStatus;
import org.strowger.calls.internal.Chain.Outcome;
import org.strowger.plugins.api.Plugin;

/**
 * Applies what policies want to a call, or to one leg of it. Slots taken for a leg are freed with the leg,
 * all others with the call. A simulation takes nothing.
 */
final class Changes {

  private static final int MOST_HEADERS = 32;
  /** Of a call, until it is diverted: policies that always know one more leg must come to an end. */
  private static final int MOST_LEGS = 64;

  private final Services services;
  private final Limits limits;
  private final Draft draft;
  /** Null before there is one. */
  private final LegDraft leg;
  private final Trace trace;
  private final Taken taken;

  Changes(Services services, Limits limits, Draft draft, LegDraft leg, Trace trace) {
    this(services, limits, draft, leg, trace, new Taken());
  }

  /** @param taken what the phase took when it was asked before */
  Changes(Services services, Limits limits, Draft draft, LegDraft leg, Trace trace, Taken taken) {
    this.services = services;
    this.limits = limits;
    this.draft = draft;
    this.leg = leg;
    this.trace = trace;
    this.taken = taken;
  }

  Outcome apply(Phase phase, Plugin<?> by, List<Change> changes) {
    for (Change change : changes) {
      Optional<Outcome> refusal = apply(phase, by, change);
      if (refusal.isPresent()) {
        return refusal.get();
      }
    }
    return Chain.GO;
  }

  private Optional<Outcome> apply(Phase phase, Plugin<?> by, Change change) {
    String policy = by.id();
    boolean forLeg = leg != null;
    if (change instanceof Change.Caller caller) {
      return phase == Phase.IDENTIFY ? caller(caller) : ignored(phase, policy, change);
    } else if (change instanceof Change.Cli cli) {
      if (forLeg) {
        leg.cli(cli.number());
      } else {
        draft.cli = cli.number();
      }
    } else if (change instanceof Change.Cld cld) {
      if (forLeg) {
        leg.cld(cld.number());
      } else {
        draft.cld = cld.number();
      }
    } else if (change instanceof Change.DisplayName name) {
      if (forLeg) {
        leg.displayName = name.name();
      } else {
        draft.displayName = name.name();
      }
    } else if (change instanceof Change.HideCaller) {
      if (!forLeg) {
        return ignored(phase, policy, change);
      }
      leg.identity = LegDraft.Identity.HIDDEN;
    } else if (change instanceof Change.AssertIdentity identity) {
      if (!forLeg) {
        return ignored(phase, policy, change);
      }
      leg.asserted = identity.number();
    } else if (change instanceof Change.Header header) {
      return header(phase, policy, header);
    } else if (change instanceof Change.MaxDuration max) {
      draft.limit(max.limit());
    } else if (change instanceof Change.Media media) {
      draft.media = media.need().compareTo(draft.media) > 0 ? media.need() : draft.media;
    } else if (change instanceof Change.Tag tag) {
      draft.tag(tag.word());
    } else if (change instanceof Change.Legs more) {
      return phase == Phase.ROUTE || phase == Phase.RECOVER ? legs(more) : ignored(phase, policy, change);
    } else {
      return limit(phase, by, change);
    }
    return Optional.empty();
  }

  private Optional<Outcome> limit(Phase phase, Plugin<?> by, Change change) {
    String policy = by.id();
    String key = change instanceof Change.Hold hold ? hold.key() : change instanceof Change.Take take ? take.key() : ((Change.Once) change).key();
    if (draft.simulated || taken.claim(change, policy, key)) {
      return Optional.empty();
    }
    if (change instanceof Change.Hold hold) {
      if (!limits.hold(hold.key(), hold.limit())) {
        return refused(hold.otherwise(), "limit of " + hold.limit() + " is reached: " + hold.key());
      }
      (leg == null ? draft.slots : leg.slots).add(hold.key());
    } else if (change instanceof Change.Take take) {
      Limits.Got got = limits.take(policy, take.key(), take.perSecond(), take.burst());
      if (got == Limits.Got.NO_ROOM) {
        return noRoom(phase, by, key);
      }
      if (got == Limits.Got.NONE) {
        return refused(take.otherwise(), "rate of " + take.perSecond().toPlainString() + " per second is exceeded: " + take.key());
      }
    } else if (change instanceof Change.Once once) {
      Limits.Got got = limits.once(policy, once.key(), once.until());
      if (got == Limits.Got.NO_ROOM) {
        return noRoom(phase, by, key);
      }
      if (got == Limits.Got.NONE) {
        return refused(once.otherwise(), "was used before: " + once.key());
      }
    }
    taken.add(change, policy, key);
    return Optional.empty();
  }

  /** The policy has made more keys than are kept: as if it gave no answer. */
  private Optional<Outcome> noRoom(Phase phase, Plugin<?> by, String key) {
    Complaints.warn("policy " + by.id() + " has made more keys of limits than are kept; its failure policy, " + by.onFailure() + ", answers for new ones");
    trace.add(phase.name(), by.id(), java.time.Duration.ZERO, "there is no room for one more key ({}), its failure policy is {}", key, by.onFailure());
    return by.onFailure() == Plugin.FailurePolicy.OPEN ? Optional.empty() : refused(SipStatus.SERVICE_UNAVAILABLE, "no room for one more key of policy " + by.id());
  }

  private Optional<Outcome> caller(Change.Caller change) {
    Optional<Account> account = services.directory.ask(directory -> directory.find(change.account()));
    if (account.isEmpty()) {
      return refused(SipStatus.FORBIDDEN, "there is no account " + change.account());
    }
    draft.caller = account;
    return Optional.empty();
  }

  private Optional<Outcome> header(Phase phase, String policy, Change.Header header) {
    if (leg == null || !Sense.passes(header) || leg.headers.all().size() >= MOST_HEADERS) {
      return ignored(phase, policy, header);
    }
    try {
      leg.headers = leg.headers.with(header.name(), header.value());
    } catch (IllegalArgumentException e) {
      return ignored(phase, policy, header);
    }
    return Optional.empty();
  }

  private Optional<Outcome> legs(Change.Legs more) {
    for (Leg one : more.legs()) {
      if (draft.legsSoFar >= MOST_LEGS) {
        trace.note("call", "more than {} legs: the rest is left out", MOST_LEGS);
        break;
      }
      draft.legsSoFar++;
      draft.legs.add(one);
    }
    return Optional.empty();
  }

  private Optional<Outcome> ignored(Phase phase, String policy, Change change) {
    trace.add(phase.name(), policy, java.time.Duration.ZERO, "{} is not for this phase, or not allowed; ignored", new Object[] {inWords(List.of(change))});
    return Optional.empty();
  }

  private static Optional<Outcome> refused(SipStatus status, String reason) {
    return Optional.of(new Outcome.Refused(status, reason));
  }

  static String inWords(List<Change> changes) {
    return changes.stream().map(Changes::inWords).collect(Collectors.joining("; "));
  }

  private static String inWords(Change change) {
    if (change instanceof Change.Caller c) {
      return "caller is account " + c.account();
    } else if (change instanceof Change.Cli c) {
      return "CLI becomes " + c.number();
    } else if (change instanceof Change.Cld c) {
      return "CLD becomes " + c.number();
    } else if (change instanceof Change.DisplayName c) {
      return "display name becomes \"" + c.name() + "\"";
    } else if (change instanceof Change.HideCaller) {
      return "caller is hidden";
    } else if (change instanceof Change.AssertIdentity c) {
      return "identity " + c.number() + " is asserted";
    } else if (change instanceof Change.Header c) {
      return "header " + c.name() + ": " + c.value();
    } else if (change instanceof Change.MaxDuration c) {
      return "at most " + c.limit().toSeconds() + " s";
    } else if (change instanceof Change.Media c) {
      return "media relay " + c.need().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    } else if (change instanceof Change.Tag c) {
      return "tag " + c.word();
    } else if (change instanceof Change.Hold c) {
      return "one of " + c.limit() + " slots of " + c.key();
    } else if (change instanceof Change.Take c) {
      return "a token of " + c.key() + " (" + c.perSecond().toPlainString() + " per second, burst " + c.burst() + ")";
    } else if (change instanceof Change.Once c) {
      return "once: " + c.key();
    }
    return legsInWords((Change.Legs) change);
  }

  private static String legsInWords(Change.Legs change) {
    var words = new ArrayList<String>();
    change.legs().forEach(one -> words.add(one.label() + " (" + one.cli() + " → " + one.cld() + ")"));
    return words.isEmpty() ? "no leg" : "legs: " + String.join(", then ", words);
  }
}

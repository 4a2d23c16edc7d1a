package org.strowger.calls.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.strowger.accounts.api.Account;
import org.strowger.calls.api.CallView;
import org.strowger.calls.api.Change.Media.Need;
import org.strowger.calls.api.Leg;
import org.strowger.kernel.CallId;
import org.strowger.sip.api.Flow;
import org.strowger.sip.api.NameAddr;
import org.strowger.sip.api.SipHeaders;

/** A call as policies have left it so far. Belongs to the call's key. */
final class Draft {

  final CallId id;
  final Instant at;
  final Flow flow;
  final NameAddr from;
  final SipHeaders headers;
  final String cliIn;
  final String cldIn;
  final boolean simulated;

  String cli;
  String cld;
  String displayName;
  Optional<Account> caller = Optional.empty();
  Optional<String> digestUser = Optional.empty();
  Duration maxDuration;
  Need media = Need.NEVER;
  int diversions;
  final ArrayDeque<Leg> legs = new ArrayDeque<>();
  /** Legs there were, since the last diversion. */
  int legsSoFar;
  /** Slots that are freed when the call ends. */
  final List<String> slots = new ArrayList<>(2);
  private Set<String> tags = Set.of();

  Draft(CallId id, Instant at, Flow flow, NameAddr from, SipHeaders headers, String cliIn, String cldIn, boolean simulated) {
    this.id = id;
    this.at = at;
    this.flow = flow;
    this.from = from;
    this.headers = headers;
    this.cliIn = cliIn;
    this.cldIn = cldIn;
    this.simulated = simulated;
    this.cli = cliIn;
    this.cld = cldIn;
    this.displayName = from.displayName();
  }

  /** Spec C.1: the caller shows the account's name, unless a policy gave him another number. @return whether that is a change */
  boolean showsAccount(Account account) {
    boolean changes = cli.equals(cliIn) && !cliIn.equals(account.name());
    if (changes) {
      cli = account.name();
    }
    return changes;
  }

  void tag(String word) {
    var more = new LinkedHashSet<>(tags);
    more.add(word);
    tags = Set.copyOf(more);
  }

  /** Another number is dialled: the routes to the one before are none. */
  void divert(String number) {
    cld = number;
    legs.clear();
    legsSoFar = 0;
  }

  /** What policies may change before there is a leg, but for slots and the caller. */
  record Mark(String cli, String cld, String displayName, Duration maxDuration, Need media, Set<String> tags) {}

  /** As it is before there are legs. */
  Mark mark() {
    return new Mark(cli, cld, displayName, maxDuration, media, tags);
  }

  /** A phase is asked again, as if nobody had answered: all is as it was, and there are no legs. */
  void restore(Mark mark) {
    cli = mark.cli();
    cld = mark.cld();
    displayName = mark.displayName();
    maxDuration = mark.maxDuration();
    media = mark.media();
    tags = mark.tags();
    legs.clear();
    legsSoFar = 0;
  }

  void limit(Duration duration) {
    if (maxDuration == null || duration.compareTo(maxDuration) < 0) {
      maxDuration = duration;
    }
  }

  /** What a policy is shown before there is a leg. */
  CallView view() {
    return view(cli, cld, displayName, Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** What a policy is shown of a leg that is about to be tried. */
  CallView view(LegDraft leg) {
    return view(leg.cli(), leg.cld(), leg.displayName, leg.callee, Optional.of(leg.leg), Optional.empty());
  }

  /** What a policy is shown of a leg that failed. */
  CallView view(LegDraft leg, CallView.LegFailure failure) {
    return view(cli, cld, displayName, leg.callee, Optional.of(leg.leg), Optional.of(failure));
  }

  private CallView view(String cli, String cld, String displayName, Optional<Account> callee, Optional<Leg> leg, Optional<CallView.LegFailure> failure) {
    return new CallView(id, at, flow, cliIn, cldIn, cli, cld, displayName, from, headers, caller, callee, digestUser, leg, failure, List.copyOf(legs), tags, simulated);
  }
}

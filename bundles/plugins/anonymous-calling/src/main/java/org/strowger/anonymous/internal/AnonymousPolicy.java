package org.strowger.anonymous.internal;

import static org.strowger.anonymous.internal.AnonymousSettings.SETTINGS;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.strowger.accounts.api.Account;
import org.strowger.anonymous.internal.AnonymousConfig.OffNetBlock;
import org.strowger.anonymous.internal.AnonymousSettings.Action;
import org.strowger.calls.api.CallView;
import org.strowger.calls.api.Change;
import org.strowger.calls.api.Leg;
import org.strowger.calls.api.Phase;
import org.strowger.calls.api.SipStatus;
import org.strowger.calls.api.Verdict;
import org.strowger.calls.spi.CallPolicy;

/**
 * Hides callers who want to be hidden, and refuses anonymous calls to accounts that want none; spec A.6
 * and part F.
 */
@Component(service = CallPolicy.class, configurationPid = "org.strowger.anonymous",
    property = {"plugin.id=anonymous-calling", "call.phase=SCREEN,PRESENT", "call.side=CALLER,CALLEE", "on.failure=closed"})
@Designate(ocd = AnonymousConfig.class)
public final class AnonymousPolicy implements CallPolicy {

  private static final SipStatus PRIVACY_NOT_GIVEN = new SipStatus(500, "Privacy Cannot Be Given");

  /** What the operator has set, read together. */
  private record Tuned(Withheld withheld, Words identityCarriers, OffNetBlock offNet) {}

  private final AnonymousMeter meter;
  private volatile Tuned tuned;

  @Activate
  public AnonymousPolicy(@Reference AnonymousMeter meter, AnonymousConfig config) {
    this.meter = meter;
    modified(config);
  }

  @Modified
  void modified(AnonymousConfig config) {
    tuned = new Tuned(new Withheld(Words.of(config.anonymous_users())), Words.of(config.identity_carriers()), config.offnet_block());
  }

  @Override
  public Verdict decide(Phase phase, CallView call) {
    Tuned now = tuned;
    if (call.leg().isEmpty()) {
      return asked(call);
    } else if (phase == Phase.SCREEN) {
      return incoming(now, call);
    }
    return refusedOffNet(now, call).orElseGet(() -> outgoing(now, call));
  }

  /** Screening the caller: RFC 3323 5.1, the one wish that must not be passed over. */
  private Verdict asked(CallView call) {
    Privacy wish = Privacy.of(call.headers());
    return trusts(call) && wish.asksTooMuch()
        ? reject(call, PRIVACY_NOT_GIVEN, "the caller's critical wish, Privacy: " + String.join(";", wish.tokens()) + ", cannot be met without a media relay") : Verdict.proceed();
  }

  private Verdict incoming(Tuned now, CallView call) {
    Account callee = call.callee().orElse(null);
    if (callee == null || !SETTINGS.of(callee).blockIncomingAnonymous()) {
      return Verdict.proceed();
    }
    Action action = SETTINGS.of(callee).incomingAnonymousAction();
    return anonymity(now, call)
        .map(why -> reject(call, SipStatus.ANONYMITY_DISALLOWED, "account " + callee.name() + " takes no anonymous calls (" + why + ")" + instead(action)))
        .orElse(Verdict.proceed());
  }

  /** What was to be done and cannot be yet. */
  private static String instead(Action action) {
    return switch (action) {
      case REJECT -> "";
      case VOICEMAIL -> "; its action Transfer To Voicemail answers as Reject: there is no voicemail";
      case PROMPT_AND_REJECT -> "; its action Prompt And Reject answers as Reject: there are no prompts";
    };
  }

  /** Out by a carrier the action is always Reject, whatever is set. */
  private Optional<Verdict> refusedOffNet(Tuned now, CallView call) {
    if (!(call.leg().orElseThrow() instanceof Leg.Carrier)) {
      return Optional.empty();
    }
    Optional<Account> meant = call.callee().isPresent() ? call.callee() : call.callingAccount().filter(caller -> now.offNet == OffNetBlock.EVERY || call.digestUser().isEmpty());
    return meant.filter(account -> SETTINGS.of(account).blockIncomingAnonymous())
        .flatMap(account -> now.withheld.by(call, trusts(call))
            .map(why -> reject(call, SipStatus.ANONYMITY_DISALLOWED, "account " + account.name() + " takes no anonymous calls (" + why + "); off-net always rejects")));
  }

  private Verdict outgoing(Tuned now, CallView call) {
    if (anonymity(now, call).isEmpty()) {
      return Verdict.proceed();
    }
    meter.hides(call);
    List<Change> changes = new ArrayList<>(2);
    changes.add(new Change.HideCaller());
    if (call.leg().orElseThrow() instanceof Leg.Carrier carrier && now.identityCarriers.hasOrAll(carrier.name())) {
      changes.add(new Change.AssertIdentity(call.cli()));
    }
    return new Verdict.Proceed(changes);
  }

  /** How the caller hides, by its own setting or in this call. */
  private static Optional<String> anonymity(Tuned now, CallView call) {
    boolean hides = call.callingAccount().filter(caller -> SETTINGS.of(caller).hideOwnCli()).isPresent();
    return hides ? Optional.of("Hide Own CLI of account " + call.caller().name()) : now.withheld.by(call, trusts(call));
  }

  private static boolean trusts(CallView call) {
    return call.callingAccount().map(caller -> SETTINGS.of(caller).trustPrivacyHeaders()).orElse(false);
  }

  private Verdict reject(CallView call, SipStatus status, String reason) {
    meter.refuses(call);
    return Verdict.reject(status, reason);
  }
}

package org.strowger.routing.internal;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.strowger.accounts.api.Account;
import org.strowger.accounts.api.AccountDirectory;
import org.strowger.calls.api.CallView;
import org.strowger.calls.api.Change;
import org.strowger.calls.api.Leg;
import org.strowger.calls.api.Phase;
import org.strowger.calls.api.SipStatus;
import org.strowger.calls.api.TranslationRule;
import org.strowger.calls.api.Verdict;
import org.strowger.calls.spi.CallPolicy;
import org.strowger.kernel.Live;
import org.strowger.kernel.RoutingGroupId;
import org.strowger.kernel.Unavailable;
import org.strowger.plugins.api.Plugin;

/**
 * Where a call can go; spec C.4, C.5: to the account whose name was dialled, else out by the carriers of
 * the caller's routing group. Registers itself as the policy, when it is made: whoever changes routes needs it, so nobody does
 * while calls still ask the one before it, which lingers.
 */
@Component(service = RoutePolicy.class, immediate = true)
public final class RoutePolicy implements CallPolicy {

  private static final String NO_ROUTES = "No Routes found for the call";

  private final RouteBook book;
  private final RouteMeter meter;
  private final Live<AccountDirectory> directory = new Live<>("accounts");
  private volatile boolean left;
  private final ServiceRegistration<CallPolicy> registration;

  @Activate
  public RoutePolicy(BundleContext context, @Reference RouteBook book, @Reference RouteMeter meter) {
    this.book = book;
    this.meter = meter;
    registration = context.registerService(CallPolicy.class, this,
        FrameworkUtil.asDictionary(Map.of("plugin.id", "routing", "call.phase", "ROUTE", "on.failure", "closed", Plugin.LINGERS, true)));
  }

  /** Calls may ask it for a moment longer. */
  @Deactivate
  void close() {
    left = true;
    registration.unregister();
  }

  @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
  void bindDirectory(AccountDirectory service) {
    directory.bind(service);
  }

  /** Once this has left it is let go of everything, and the accounts stay where they are: it keeps them for as long as it is asked itself. */
  void unbindDirectory(AccountDirectory service) {
    if (!left) {
      directory.unbind(service);
    }
  }

  /** Neither legs nor a refusal while there is nobody who knows the accounts: the call asks again. */
  @Override
  public Verdict decide(Phase phase, CallView call) {
    if (phase != Phase.ROUTE) {
      return Verdict.proceed();
    }
    Verdict verdict;
    try {
      verdict = route(call.callingAccount(), call.cli(), call.cld(), call.at());
    } catch (Unavailable away) {
      return Verdict.proceed();
    }
    meter.count(verdict);
    return verdict;
  }

  /** What {@link #decide} answers, of calls that happen and of those that somebody only wonders about. @throws Unavailable while the accounts are away */
  public Verdict route(Optional<Account> caller, String cli, String cld, Instant at) {
    if (cld.isEmpty()) {
      return Verdict.reject(SipStatus.ADDRESS_INCOMPLETE, "no number was dialled");
    }
    return directory.ask(accounts -> accounts.byName(cld)).map(callee -> onNet(callee, cli, cld, at)).orElseGet(() -> offNet(caller, cli, cld));
  }

  private static Verdict onNet(Account callee, String cli, String cld, Instant at) {
    if (!callee.usable(at)) {
      return Verdict.reject(SipStatus.TEMPORARILY_UNAVAILABLE, "account " + callee.name() + " is " + (callee.profile().blocked() ? "blocked" : "expired"));
    }
    return to(List.of(new Leg.OnNet(callee.id(), callee.name(), cli, cld, Leg.Timers.DEFAULT)));
  }

  private Verdict offNet(Optional<Account> caller, String cli, String cld) {
    Optional<RoutingGroupId> group = caller.map(account -> account.profile().routingGroup());
    if (group.isEmpty()) {
      return Verdict.reject(SipStatus.NOT_FOUND, "only calls to other accounts are allowed");
    }
    if (cld.length() > TranslationRule.MAX_INPUT) {
      return Verdict.reject(SipStatus.ADDRESS_INCOMPLETE,
          "number of " + cld.length() + " characters is longer than " + TranslationRule.MAX_INPUT + ", which routing takes");
    }
    RouteTable table = book.table();
    if (!table.hasGroup(group.get())) {
      return Verdict.reject(SipStatus.NOT_FOUND, NO_ROUTES + ": there is no routing group " + group.get());
    }
    Optional<String> problem = table.problem(group.get());
    if (problem.isPresent()) {
      return Verdict.reject(SipStatus.NOT_FOUND, NO_ROUTES + ": " + problem.get());
    }
    return among(table.candidates(group.get(), cli, cld));
  }

  private static Verdict among(List<Candidate> candidates) {
    Optional<Candidate> tooHard = candidates.stream().filter(Candidate::tooHard).findFirst();
    if (tooHard.isPresent()) {
      return Verdict.reject(SipStatus.SERVER_ERROR, tooHard.get().why());
    }
    List<Leg> legs = candidates.stream().<Leg>flatMap(candidate -> candidate.leg().stream()).toList();
    if (legs.isEmpty()) {
      String why = candidates.stream().map(Candidate::why).distinct().collect(Collectors.joining("; "));
      return Verdict.reject(SipStatus.NOT_FOUND, why.isEmpty() ? NO_ROUTES : NO_ROUTES + ": " + why);
    }
    return to(legs);
  }

  private static Verdict to(List<Leg> legs) {
    return Verdict.proceed(new Change.Legs(legs));
  }
}

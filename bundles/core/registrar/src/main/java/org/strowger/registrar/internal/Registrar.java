package org.strowger.registrar.internal;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.accounts.api.Account;
import org.strowger.accounts.api.AccountDirectory;
import org.strowger.accounts.api.AccountDirectory.VoipCredential;
import org.strowger.kernel.ErrorCode;
import org.strowger.kernel.Health;
import org.strowger.kernel.Live;
import org.strowger.kernel.Meter;
import org.strowger.kernel.OncePerMinute;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.Time;
import org.strowger.registrar.internal.bindings.Limits;
import org.strowger.registrar.internal.bindings.Registration;
import org.strowger.registrar.internal.bindings.Registration.Accepted;
import org.strowger.registrar.internal.bindings.Registration.Refused;
import org.strowger.sip.api.DigestCredentials;
import org.strowger.sip.api.SipAnswer;
import org.strowger.sip.api.SipBody;
import org.strowger.sip.api.SipDigest;
import org.strowger.sip.api.SipHeaders;
import org.strowger.sip.api.SipRequest;
import org.strowger.sip.api.SipStack;
import org.strowger.sip.spi.SipUser;

/**
 * Answers REGISTER, RFC 3261 10.3. What arrives is handed over at once to the lane of its address of
 * record; there the account is looked up, the digest checked, and the bindings replaced whole.
 */
@Component(service = {SipUser.class, Health.Check.class}, configurationPid = "org.strowger.registrar")
@Designate(ocd = RegistrarConfig.class)
public final class Registrar implements SipUser, Health.Check {

  private static final Logger LOG = LoggerFactory.getLogger(Registrar.class);
  /** Its lines go to {@code security.log}. */
  private static final Logger AUDIT = LoggerFactory.getLogger("audit");
  /** More changes than this waiting for the disk are worth a word. */
  private static final int BEHIND = 10_000;
  /** While accounts are replaced a REGISTER waits this long. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", java.util.Locale.ENGLISH).withZone(ZoneOffset.UTC);

  private final Live<SipStack> stack = new Live<>("SIP");
  private final Live<SipDigest> digest = new Live<>("SIP");
  private final Live<AccountDirectory> directory = new Live<>("accounts");
  private final BindingTable table;
  private final Time time;
  private final Lanes lanes;
  private final OncePerMinute complaints;
  private final Meter meter = new Meter("registrar");
  private final LongAdder accepted = meter.counter("accepted");
  private final LongAdder challenged = meter.counter("challenged");
  private final LongAdder refused = meter.counter("refused");
  private final LongAdder unserved = meter.counter("unserved");
  private final ServiceRegistration<Meter> meterRegistration;
  private volatile Limits limits;

  @Activate
  public Registrar(BundleContext context, @Reference BindingTable table, @Reference Time time, RegistrarConfig config) {
    this.table = table;
    this.time = time;
    this.complaints = new OncePerMinute(time);
    this.lanes = new Lanes(Math.max(1, Math.min(64, config.workers())), Math.max(10, Math.min(100_000, config.queue())), time);
    modified(config);
    meter.gauge("waiting", lanes::waiting);
    meter.gauge("accounts", table::accounts);
    meterRegistration = context.registerService(Meter.class, meter, null);
  }

  @Modified
  void modified(RegistrarConfig config) {
    limits = new Limits(config.minExpires(), config.maxExpires(), config.defaultExpires(), config.maxContacts());
  }

  @Deactivate
  void close() {
    meterRegistration.unregister();
    lanes.close();
  }

  @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
  void bindStack(SipStack service) {
    stack.bind(service);
  }

  void unbindStack(SipStack service) {
    stack.unbind(service);
  }

  @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
  void bindDigest(SipDigest service) {
    digest.bind(service);
  }

  void unbindDigest(SipDigest service) {
    digest.unbind(service);
  }

  @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
  void bindDirectory(AccountDirectory service) {
    directory.bind(service);
  }

  void unbindDirectory(AccountDirectory service) {
    directory.unbind(service);
  }

  @Override
  public String name() {
    return "registrar";
  }

  @Override
  public Health health() {
    if (directory.now().isEmpty()) {
      return Health.degraded("REGISTER gets 503 while the accounts are away; calls find " + table.accounts() + " accounts");
    }
    return table.behind() > BEHIND ? Health.degraded(table.behind() + " registrations wait to be written") : Health.ok(table.accounts() + " accounts are registered");
  }

  @Override
  public Set<String> methods() {
    return Set.of("REGISTER");
  }

  @Override
  public boolean challenges(SipRequest head) {
    return true;
  }

  @Override
  public long backlogNanos() {
    // While the accounts are replaced those that wait for them are no reproach.
    return directory.now().isEmpty() ? 0 : lanes.backlogNanos();
  }

  @Override
  public void request(SipRequest request) {
    if (!lanes.run(request.to().uri().user(), () -> register(request))) {
      unserved.increment();
      answer(request, busy());
    }
  }

  private void register(SipRequest request) {
    try {
      handle(request);
    } catch (StrowgerException e) {
      unserved.increment();
      if (complaints.due(e.getClass().getName() + e.code())) {
        LOG.warn("REGISTER, as of {}, is not served: {}", request.to().uri().user(), e.getMessage());
      }
      answer(request, e.code() == ErrorCode.UNAVAILABLE ? busy() : SipAnswer.of(500));
    } catch (RuntimeException e) {
      unserved.increment();
      if (complaints.due(e.getClass().getName())) {
        LOG.error("REGISTER, as of {}, failed", request.to().uri().user(), e);
      }
      answer(request, SipAnswer.of(500));
    }
  }

  private void handle(SipRequest request) {
    DigestCredentials given = request.credentials().orElse(null);
    if (given == null) {
      stack.orThrow().challenge(request.transaction(), false);
      return;
    }
    AccountDirectory accounts = directory.await(PATIENCE);
    boolean remembered = accounts.knowsVoipLogin(given.username());
    Optional<VoipCredential> known = accounts.byVoipLogin(given.username(), given.realm());
    SipDigest.Ha1 secrets = known.map(one -> new SipDigest.Ha1(one.ha1Md5(), one.ha1Sha256())).orElse(SipDigest.Ha1.NOBODY);
    SipDigest.Outcome outcome = digest.orThrow().check(given, secrets);
    // An unknown user never gets further, whatever the arithmetic said.
    if (outcome != SipDigest.Outcome.OK || known.isEmpty()) {
      if (known.isEmpty() || outcome == SipDigest.Outcome.WRONG) {
        stack.orThrow().guessed(request.transaction());
        if (remembered) {
          // Every guess asks the database once: what is in memory must not tell who exists, nor when the database is slow or away.
          accounts.askForNobody();
        }
      }
      challenged.increment();
      stack.orThrow().challenge(request.transaction(), known.isPresent() && outcome == SipDigest.Outcome.REPLAY);
      return;
    }
    Account account = known.get().account();
    // As exact as the disk keeps it, so that a restart finds the same.
    Instant now = time.now().truncatedTo(ChronoUnit.MILLIS);
    String refusal = refusal(account, request, now);
    if (refusal != null) {
      refused.increment();
      answer(request, SipAnswer.of(403, refusal));
      return;
    }
    Registration.Outcome result = Registration.of(table.of(account.id()), request, limits, now);
    if (result instanceof Accepted after) {
      Optional<String> unfit = unfit(request, after, now);
      if (unfit.isPresent()) {
        refused.increment();
        suspect(request, account, unfit.get());
        answer(request, SipAnswer.of(403, unfit.get()));
        return;
      }
      accept(request, account, after, now);
    } else if (result instanceof Refused why) {
      refused.increment();
      answer(request, refused(why));
    }
  }

  /** Why this account may not register that address now; null if it may. */
  private static String refusal(Account account, SipRequest request, Instant now) {
    if (!request.to().uri().user().equals(account.name())) {
      return "Not Your Address";
    }
    if (!account.usable(now)) {
      return "Account Blocked or Expired";
    }
    return RegistrationSettings.SETTINGS.of(account).regAllowed() ? null : "Registration Not Allowed";
  }

  /** Why what this REGISTER binds must not be called. */
  private Optional<String> unfit(SipRequest request, Accepted after, Instant now) {
    SipStack sip = stack.orThrow();
    return after.bindings().stream().filter(bound -> bound.refreshed().equals(now) && bound.callId().equals(request.callId()))
        .flatMap(bound -> sip.unfit(bound.contact(), bound.path(), bound.flow()).stream()).findFirst();
  }

  private void suspect(SipRequest request, Account account, String why) {
    if (complaints.due("unfit " + why)) {
      String path = request.path().isEmpty() ? "" : ", Path " + request.path();
      String line = "REGISTER of account " + account.name() + " from " + request.flow().remote() + " gets 403, " + why + ": Contact "
          + request.contacts().stream().map(contact -> String.valueOf(contact.uri())).toList() + path;
      LOG.warn("{}. If a proxy of yours is there, name it in 'proxies' of org.strowger.sip.admission", line);
      AUDIT.warn("SIP: {}", line);
    }
  }

  private void accept(SipRequest request, Account account, Accepted after, Instant now) {
    SipHeaders headers = SipHeaders.of("Date", DATE.format(now));
    if (request.headers().lists("Supported", "path")) {
      for (var hop : request.path()) {
        headers = headers.with("Path", "<" + hop + ">");
      }
    }
    var ok = new SipAnswer(200, "", after.contacts(now), headers, SipBody.NONE);
    if (request.contacts().isEmpty()) {
      accepted.increment();
      answer(request, ok);
    } else {
      // What was acknowledged is durable; its phone renews nothing until half of its time is over.
      table.replace(account.id(), after.bindings()).whenComplete((done, failure) -> {
        (failure == null ? accepted : unserved).increment();
        answer(request, failure == null ? ok : busy());
      });
    }
  }

  private static SipAnswer refused(Refused why) {
    SipAnswer answer = SipAnswer.of(why.status(), why.reason());
    return why.minExpires() == 0 ? answer : answer.with(SipHeaders.of("Min-Expires", Integer.toString(why.minExpires())));
  }

  private static SipAnswer busy() {
    return new SipAnswer(503, "", List.of(), SipHeaders.of("Retry-After", "5"), SipBody.NONE);
  }

  private void answer(SipRequest request, SipAnswer answer) {
    stack.now().ifPresent(sip -> sip.respond(request.transaction(), answer));
  }
}

package org.strowger.sip.internal;

import java.util.Hashtable;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.kernel.Health;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.Meter;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.Time;
import org.strowger.plugins.api.PluginRegistry;
import org.strowger.sip.api.DialogId;
import org.strowger.sip.api.DigestCredentials;
import org.strowger.sip.api.Flow;
import org.strowger.sip.api.OutgoingRequest;
import org.strowger.sip.api.SipAnswer;
import org.strowger.sip.api.SipBody;
import org.strowger.sip.api.SipClient;
import org.strowger.sip.api.SipDigest;
import org.strowger.sip.api.SipHeaders;
import org.strowger.sip.api.SipStack;
import org.strowger.sip.api.SipUri;
import org.strowger.sip.api.TransactionId;
import org.strowger.sip.internal.admission.Admission;
import org.strowger.sip.spi.SipUser;
import org.strowger.sip.spi.Trunks;

/**
 * The stack as a service. Its ports open last: when takers of INVITE and REGISTER, and all mandatory plugins,
 * are there; when one of them leaves, the ports stay and new requests get 503.
 */
@Component(
    configurationPid = "org.strowger.sip",
    configurationPolicy = ConfigurationPolicy.OPTIONAL,
    immediate = true,
    service = {SipStack.class, SipDigest.class, Health.Check.class})
@Designate(ocd = SipConfig.class)
public final class SipService implements SipStack, SipDigest, Health.Check {

  private static final Logger LOG = LoggerFactory.getLogger(SipService.class);
  private static final long RETRY_MILLIS = 5000;
  private static final long LOOK_MILLIS = 200;

  private final Users users;
  private final TrunkHosts trunks;
  private final Time time;
  private final SipTrace trace;
  private final Admission admission;
  private final Meter meter = new Meter("sip");
  private final ServiceRegistration<Meter> meterRegistration;
  private volatile Engine engine;
  private boolean open;
  private boolean looking;
  private boolean stopped;
  private volatile String trouble = "";

  @Activate
  public SipService(BundleContext context, SipConfig config, @Reference Time time, @Reference SipTrace trace, @Reference Admission admission, @Reference PluginRegistry plugins) {
    this(context, config, time, trace, admission, plugins::missing);
  }

  /** @param missing the ids of mandatory plugins that are not there */
  SipService(BundleContext context, SipConfig config, Time time, SipTrace trace, Admission admission, Supplier<Set<String>> missing) {
    this.time = time;
    this.admission = admission;
    this.trace = trace;
    this.users = new Users(missing);
    this.trunks = new TrunkHosts(time);
    engine = new Engine(SipSettings.of(config), time, users, meter, trace, admission, trunks);
    admission.tell(meter);
    meter.gauge("trace.dropped", trace::dropped);
    meterRegistration = context.registerService(Meter.class, meter, new Hashtable<>());
  }

  /** DS calls the bind methods after the constructor: whoever is there already has been bound by now. */
  @Activate
  void activate() {
    openIfReady();
  }

  /** Applies new settings at once while no call is up; else they wait for a restart of the bundle, as calls are worth more. */
  @Modified
  void modified(SipConfig config) {
    SipSettings next;
    try {
      next = SipSettings.of(config);
    } catch (InvalidInput e) {
      LOG.error("SIP goes on with its old settings: {}", e.getMessage());
      return;
    }
    Engine old;
    synchronized (this) {
      old = engine;
      if (stopped || next.equals(old.settings)) {
        return;
      }
      if (!old.dialogs.isEmpty()) {
        LOG.warn("SIP goes on with its old settings: {} dialogs are up; restart the bundle when none is", old.dialogs.size());
        return;
      }
      engine = new Engine(next, time, users, meter, trace, admission, trunks);
      open = false;
      looking = false;
      trouble = "";
    }
    old.close();
    openIfReady();
  }

  @Deactivate
  void deactivate() {
    synchronized (this) {
      stopped = true;
      open = false;
    }
    meterRegistration.unregister();
    engine.close();
    trunks.stop();
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindUser(SipUser user) {
    users.bind(user);
    openIfReady();
  }

  void unbindUser(SipUser user) {
    users.unbind(user);
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
  void bindTrunks(Trunks service) {
    trunks.bind(service);
  }

  void unbindTrunks(Trunks service) {
    trunks.unbind(service);
  }

  private synchronized void openIfReady() {
    if (open || stopped) {
      return;
    }
    if (!users.ready()) {
      if (users.waitsForPlugins() && !looking) {
        looking = true;
        engine.wheel.in(LOOK_MILLIS, "", this::lookAgain);
      }
      return;
    }
    try {
      engine.open();
      open = true;
      trouble = "";
      LOG.info("SIP listens on {}", engine.listening());
    } catch (StrowgerException e) {
      if (!e.getMessage().equals(trouble)) {
        trouble = e.getMessage();
        LOG.error("SIP: {}", e.getMessage());
      }
      engine.wheel.in(RETRY_MILLIS, "", this::openIfReady);
    }
  }

  private synchronized void lookAgain() {
    looking = false;
    openIfReady();
  }

  @Override
  public String name() {
    return "sip";
  }

  @Override
  public Health health() {
    Ports ports = engine.ports;
    if (ports == null) {
      return Health.down(trouble.isEmpty() ? "ports are closed until there is " + users.missing() : trouble);
    }
    if (!ports.alive()) {
      return Health.down("a listening point no longer reads");
    }
    if (!users.ready()) {
      return Health.degraded("answering 503: there is not " + users.missing());
    }
    long age = engine.workers.age();
    if (admission.isLate(age)) {
      return Health.degraded("answering 503 to what is new: the eldest message has waited for " + TimeUnit.NANOSECONDS.toMillis(age) + " ms");
    }
    int banned = admission.banned();
    return Health.ok("listening on " + ports.points() + ", " + engine.dialogs.size() + " dialogs" + (banned == 0 ? "" : ", " + banned + " sources banned (switch:bans)"));
  }

  @Override
  public void respond(TransactionId request, SipAnswer answer) {
    engine.respond(request, answer);
  }

  @Override
  public void challenge(TransactionId request, boolean stale) {
    engine.challenge(request, stale);
  }

  @Override
  public void guessed(TransactionId request) {
    engine.guessed(request);
  }

  @Override
  public DialogId dialogOf(TransactionId invite) {
    return engine.dialogOf(invite);
  }

  @Override
  public DialogId fork(TransactionId invite) {
    return engine.fork(invite);
  }

  @Override
  public void respond(TransactionId invite, DialogId in, SipAnswer answer) {
    engine.respond(invite, in, answer);
  }

  @Override
  public TransactionId send(OutgoingRequest request, SipClient client) {
    return engine.send(request, client);
  }

  @Override
  public TransactionId send(DialogId dialog, String method, SipHeaders headers, SipBody body, SipClient client) {
    return engine.send(dialog, method, headers, body, client);
  }

  @Override
  public void ack(DialogId dialog, long cseq, SipBody body) {
    engine.ack(dialog, cseq, body);
  }

  @Override
  public void cancel(TransactionId invite, SipHeaders headers) {
    engine.cancel(invite, headers);
  }

  @Override
  public void forget(DialogId dialog) {
    engine.forget(dialog);
  }

  @Override
  public Optional<String> unfit(SipUri contact, List<SipUri> path, Flow flow) {
    return engine.unfit(contact, path, flow);
  }

  @Override
  public List<Flow> listening() {
    return engine.listening();
  }

  @Override
  public String realm() {
    return engine.digests.realm();
  }

  @Override
  public Outcome check(DigestCredentials credentials, Ha1 secrets) {
    return engine.digests.check(credentials, secrets);
  }
}

package org.strowger.calls.internal;

import static org.strowger.kernel.InvalidInput.range;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;
import org.strowger.accounts.api.AccountDirectory;
import org.strowger.accounts.api.AccountService;
import org.strowger.billing.api.LedgerService;
import org.strowger.billing.api.RatingService;
import org.strowger.calls.api.ActiveCall;
import org.strowger.calls.api.CallService;
import org.strowger.calls.api.CallTrace;
import org.strowger.calls.api.Locations;
import org.strowger.calls.api.Phase;
import org.strowger.calls.api.Simulation;
import org.strowger.calls.spi.AsyncCallPolicy;
import org.strowger.calls.spi.CallPolicy;
import org.strowger.kernel.CallId;
import org.strowger.kernel.Health;
import org.strowger.kernel.Meter;
import org.strowger.kernel.NodeId;
import org.strowger.kernel.Time;
import org.strowger.kernel.TimeOrderedIds;
import org.strowger.plugins.api.PluginRegistry;
import org.strowger.sip.api.SipDigest;
import org.strowger.sip.api.SipStack;
import org.strowger.sip.spi.SipUser;

/** Call control as a component: puts the parts together, and is the door to the calls. */
@Component(service = CallService.class, immediate = true, configurationPid = "org.strowger.calls")
@Designate(ocd = CallsConfig.class)
public final class CallControl implements CallService {

  private static final Duration SWEEP = Duration.ofMinutes(1);
  private static final int LOOKUP_THREADS = 4;
  private static final int MOST_LOOKUPS = 1000;
  private static final long STOPPING_SECONDS = 5;
  /** Symbolic name of the bundle whose policy is the switch's own routing. */
  private static final String ROUTING = "org.strowger.routing";
  /** What has not come by then may never come: calls are taken and refused, as SIP is asked how the switch is. */
  private static final Duration LATEST = Duration.ofSeconds(30);

  private final Services services = new Services();
  private final Exchange exchange;
  private final Switchboard switchboard;
  private final Workers workers;
  private final Lookups lookups;
  private final TraceStore traces;
  private final Purging purging;
  private final Policies policies;
  private final Simulator simulator;
  private volatile int traceDays;
  private final BundleContext context;
  private final Time time;
  private final long begun;
  /** Also the lock of the two below. */
  private final List<ServiceRegistration<?>> registrations = new ArrayList<>();
  private boolean taking;
  private boolean stopped;

  @Activate
  public CallControl(BundleContext context, @Reference SipStack stack, @Reference SipDigest digest, @Reference PluginRegistry plugins, @Reference TraceStore traces,
      @Reference Time time, CallsConfig config) {
    // What is configured wrongly must fail before anything runs.
    var tuned = new AtomicReference<>(settings(config));
    this.traceDays = range("trace.days", config.trace_days(), 1, 3650);
    this.context = context;
    this.time = time;
    this.begun = time.ticks();
    var meter = new Meter("calls");
    var counts = new Counts(meter);
    this.workers = new Workers(2 * Runtime.getRuntime().availableProcessors(), time);
    this.policies = new Policies(plugins.follow(CallPolicy.class), plugins.follow(AsyncCallPolicy.class), workers::renew, time, () -> isToRun(context, ROUTING));
    this.lookups = new Lookups(LOOKUP_THREADS, MOST_LOOKUPS);
    this.traces = traces;
    this.purging = new Purging(() -> traces.purge(time.now().minus(Duration.ofDays(traceDays))));
    this.exchange = new Exchange(stack, digest, services, new Chain(plugins, policies, time), new Limits(time), time, new TimeOrderedIds(time, NodeId.ofThisProcess()),
        new Scheduler(time), workers, lookups, new CallTable(), traces, counts, tuned);
    this.simulator = new Simulator(exchange);
    this.switchboard = new Switchboard(exchange);
    meter.gauge("traces-lost", traces::lost);
    meter.gauge("up", exchange.table()::size);
    meter.gauge("entries", exchange.table()::entries);
    meter.gauge("slots", exchange.limits()::slotsHeld);
    meter.gauge("limit-keys", exchange.limits()::keys);
    meter.gauge("workers-waiting", workers::waiting);
    meter.gauge("lookups-waiting", lookups::waiting);
    exchange.scheduler().start();
    exchange.scheduler().after(SWEEP, this::sweep);
    registrations.add(context.registerService(Meter.class, meter, null));
    registrations.add(context.registerService(Health.Check.class, Health.Check.of("calls", this::health), null));
    // Who tells it holds locks, and taking calls opens ports.
    policies.onChange(() -> exchange.scheduler().after(Duration.ZERO, this::takesCalls));
    exchange.scheduler().after(LATEST, this::takesCalls);
  }

  /** Whether somebody wants it to run, be it that it can't; who stops it does not. */
  private static boolean isToRun(BundleContext context, String name) {
    return Stream.of(context.getBundles()).filter(bundle -> name.equals(bundle.getSymbolicName())).map(bundle -> bundle.adapt(BundleStartLevel.class))
        .anyMatch(level -> level != null && level.isPersistentlyStarted());
  }

  /** SIP opens when calls are taken: not before somebody can say who calls, where to, and at what price, each of whom opens the database by himself. */
  private void takesCalls() {
    boolean complete = Stream.of(services.directory, services.rating, services.locations).allMatch(live -> live.now().isPresent()) && exchange.chain().answers(Phase.ROUTE);
    synchronized (registrations) {
      if (!taking && !stopped && (complete || time.since(begun).compareTo(LATEST) >= 0)) {
        taking = true;
        registrations.add(context.registerService(SipUser.class, switchboard, null));
      }
    }
  }

  /** Calls that are up go on; session timers are negotiated anew with the next refresh. */
  @Modified
  void reconfigure(CallsConfig config) {
    exchange.tuned().set(settings(config));
    traceDays = range("trace.days", config.trace_days(), 1, 3650);
  }

  private static Exchange.Settings settings(CallsConfig config) {
    return new Exchange.Settings(range("calls.max", config.calls_max(), 1, 1_000_000), range("session.expires", config.session_expires(), 90, 86_400),
        range("session.min", config.session_min(), 90, config.session_expires()));
  }

  @Deactivate
  void stop() {
    switchboard.close();
    exchange.table().all().forEach(call -> call.tell(() -> call.state().disconnect("the switch stops")));
    awaitEmpty();
    synchronized (registrations) {
      stopped = true;
    }
    registrations.forEach(ServiceRegistration::unregister);
    exchange.scheduler().close();
    purging.close();
    lookups.close();
    workers.close();
    policies.close();
  }

  /** Calls that cannot be settled now are settled from the ledger's journal at the next start. */
  private void awaitEmpty() {
    var empty = new CountDownLatch(1);
    look(empty);
    try {
      empty.await(STOPPING_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look(CountDownLatch empty) {
    if (exchange.table().size() == 0) {
      empty.countDown();
    } else {
      exchange.scheduler().after(Duration.ofMillis(20), () -> look(empty));
    }
  }

  private void sweep() {
    // First, so that it comes again whatever becomes of this one.
    exchange.scheduler().after(SWEEP, this::sweep);
    exchange.limits().sweep();
    purging.start();
  }

  private Health health() {
    int up = exchange.table().size();
    try {
      services.orThrow();
    } catch (RuntimeException away) {
      return Health.down(away.getMessage() + "; " + up + " calls");
    }
    if (!exchange.chain().answers(Phase.ROUTE)) {
      return Health.down("no policy routes calls: each gets 503; " + up + " calls");
    }
    if (!exchange.scheduler().alive()) {
      return Health.down("the thread that ends calls in time has died: restart the switch; " + up + " calls");
    }
    if (exchange.chain().isRoutingAway()) {
      return Health.degraded("core/routing does not route: calls that no other policy routes get 503; " + up + " calls");
    }
    if (switchboard.closed()) {
      return Health.degraded("drained: new calls get 503; " + up + " calls");
    }
    return up >= exchange.settings().mostCalls() ? Health.degraded("all " + up + " calls are in use (calls.max)") : Health.ok(up + " calls");
  }

  @Override
  public List<ActiveCall> active() {
    return exchange.table().all().stream().map(Call::view).sorted(java.util.Comparator.comparing(ActiveCall::call)).toList();
  }

  @Override
  public void drain() {
    switchboard.close();
  }

  @Override
  public void resume() {
    switchboard.open();
  }

  @Override
  public boolean draining() {
    return switchboard.closed();
  }

  @Override
  public boolean disconnect(CallId id, String by) {
    Optional<Call> call = exchange.table().find(id);
    call.ifPresent(c -> c.tell(() -> c.state().disconnect("disconnected by " + by)));
    return call.isPresent();
  }

  @Override
  public Optional<CallTrace> explain(CallId id) {
    return exchange.table().find(id).map(call -> call.trace.print()).or(() -> traces.find(id));
  }

  @Override
  public CallTrace simulate(Simulation call) {
    return simulator.run(call);
  }

  @Reference(policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY, cardinality = ReferenceCardinality.OPTIONAL)
  void bindDirectory(AccountDirectory service) {
    services.directory.bind(service);
    takesCalls();
  }

  void unbindDirectory(AccountDirectory service) {
    services.directory.unbind(service);
  }

  @Reference(policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY, cardinality = ReferenceCardinality.OPTIONAL)
  void bindAccounts(AccountService service) {
    services.accounts.bind(service);
  }

  void unbindAccounts(AccountService service) {
    services.accounts.unbind(service);
  }

  @Reference(policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY, cardinality = ReferenceCardinality.OPTIONAL)
  void bindRating(RatingService service) {
    services.rating.bind(service);
    takesCalls();
  }

  void unbindRating(RatingService service) {
    services.rating.unbind(service);
  }

  @Reference(policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY, cardinality = ReferenceCardinality.OPTIONAL)
  void bindLedger(LedgerService service) {
    services.ledger.bind(service);
  }

  void unbindLedger(LedgerService service) {
    services.ledger.unbind(service);
  }

  @Reference(policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY, cardinality = ReferenceCardinality.OPTIONAL)
  void bindLocations(Locations service) {
    services.locations.bind(service);
    takesCalls();
  }

  void unbindLocations(Locations service) {
    services.locations.unbind(service);
  }
}

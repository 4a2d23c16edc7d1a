package org.strowger.calls.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.strowger.accounts.api.Account;
import org.strowger.accounts.api.AccountDirectory;
import org.strowger.accounts.api.AccountInfo;
import org.strowger.accounts.api.AccountProfile;
import org.strowger.billing.api.DurationRounding;
import org.strowger.billing.api.Quote;
import org.strowger.billing.api.RateSnapshot;
import org.strowger.billing.api.RatingService;
import org.strowger.calls.api.CallTrace;
import org.strowger.calls.api.Change;
import org.strowger.calls.api.Leg;
import org.strowger.calls.api.Locations;
import org.strowger.calls.api.Phase;
import org.strowger.calls.api.Simulation;
import org.strowger.calls.api.Verdict;
import org.strowger.calls.spi.AsyncCallPolicy;
import org.strowger.calls.spi.CallPolicy;
import org.strowger.kernel.AccountId;
import org.strowger.kernel.CallId;
import org.strowger.kernel.CarrierId;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.HostPort;
import org.strowger.kernel.Meter;
import org.strowger.kernel.NodeId;
import org.strowger.kernel.PlanId;
import org.strowger.kernel.TariffId;
import org.strowger.kernel.Time;
import org.strowger.kernel.TimeOrderedIds;
import org.strowger.plugins.api.Asker;
import org.strowger.plugins.api.Guarded;
import org.strowger.plugins.api.Plugin;
import org.strowger.plugins.api.PluginSet;
import org.strowger.sip.api.DigestCredentials;
import org.strowger.sip.api.Flow;
import org.strowger.sip.api.SipDigest;
import org.strowger.sip.api.SipStack;
import org.strowger.sip.api.SipUri;
import org.strowger.sip.api.Transport;
import org.strowger.testkit.MovedTime;
import org.strowger.testkit.NoPlugins;

/** A switch with everything around call control made of memory, and a clock that stands still until it is moved. */
final class World {

  static final Currency USD = Currency.getInstance("USD");
  static final Flow CALLERS = new Flow(Transport.UDP, new HostPort("192.0.2.1", 5060), new HostPort("198.51.100.7", 5062));
  static final Flow CALLEES = new Flow(Transport.UDP, new HostPort("192.0.2.1", 5060), new HostPort("198.51.100.8", 5064));

  final MovedTime clock = new MovedTime();
  final Time time;
  final ArrayDeque<Runnable> work = new ArrayDeque<>();
  /** Questions for accounts: like other work, unless a test makes them wait or refuses them. */
  Executor lookups = work::add;
  /** Whether the directory need not ask the disk who has a number. */
  boolean inMemory = true;
  /** Whether it need not for who logs in, be it nobody. */
  boolean loginsInMemory;
  int askedForNobody;
  /** Whether the switch's own routing is installed, be it that it can't work. */
  boolean routingIsToRun;
  final FakeStack stack = new FakeStack(() -> time().ticks());
  final FakeLedger ledger = new FakeLedger();
  final Services services = new Services();
  final CallTable table = new CallTable();
  final Limits limits;
  final Scheduler scheduler;
  final Counts counts = new Counts(new Meter("calls"));
  final Map<CallId, CallTrace> kept = new ConcurrentHashMap<>();
  /** Both kinds. */
  private final List<Plugin<?>> policies = new ArrayList<>();
  private final List<Runnable> followers = new ArrayList<>();
  private long offered;
  /** Ids of mandatory plugins that are not there. */
  final Set<String> missing = new HashSet<>();
  final Map<String, Account> accounts = new HashMap<>();
  final Map<AccountId, List<Locations.Binding>> registered = new HashMap<>();
  final List<AccountId> used = new ArrayList<>();
  BiFunction<String, Boolean, Quote> selling = (cld, onNet) -> new Quote.Priced(onNet ? RateSnapshot.freeOnNet(USD, DurationRounding.ROUND) : rate("0.60", 1, 1));
  Function<String, Quote> buying = cld -> new Quote.Priced(rate("0.30", 1, 1));
  Function<String, SipDigest.Ha1> secrets = login -> new SipDigest.Ha1("ha1 of " + login, "ha1 of " + login);
  final Exchange exchange;
  final Switchboard switchboard;
  final Simulator simulator;

  World() {
    this(new Exchange.Settings(1000, 1800, 90));
  }

  World(Exchange.Settings settings) {
    this(settings, null, null, new FakeDigest(), null);
    stack.user = switchboard;
  }

  /** With some of the parts real; null for those of memory. */
  World(Exchange.Settings settings, Time realTime, SipStack realStack, SipDigest digest, Crew workers) {
    time = realTime == null ? clock : realTime;
    limits = new Limits(time);
    scheduler = new Scheduler(time);
    var registry = new DirectRegistry();
    exchange = new Exchange(realStack == null ? stack : realStack, digest, services, new Chain(registry, new Policies(registry.follow(CallPolicy.class), registry.follow(AsyncCallPolicy.class), () -> { }, time, () -> routingIsToRun), time), limits, time, new TimeOrderedIds(time, new NodeId(0)), scheduler, workers == null ? work::add : workers, workers == null ? question -> lookups.execute(question) : workers, table, new Traces() {
      @Override
      public void keep(CallId call, Trace trace) {
        kept.put(call, trace.print());
      }

      @Override
      public Optional<CallTrace> find(CallId call) {
        return Optional.ofNullable(kept.get(call));
      }
    }, counts, new AtomicReference<>(settings));
    switchboard = new Switchboard(exchange);
    simulator = new Simulator(exchange);
    services.directory.bind(new Directory());
    services.rating.bind(new Rating());
    services.ledger.bind(ledger);
    services.locations.bind(account -> registered.getOrDefault(account, List.of()));
    account(1, "alice");
    account(2, "bob");
    register("bob", 1);
    policy("router", Phase.ROUTE, (phase, call) -> onNet(call.cld()));
  }

  /** Works off everything that can be worked off without moving the clock. */
  void settle() {
    do {
      while (!work.isEmpty()) {
        work.poll().run();
      }
    } while (scheduler.runDue() || !work.isEmpty());
  }

  /** Moves the clock in steps, working off what falls due in each. */
  void pass(Duration time) {
    settle();
    long step = Duration.ofMillis(10).toNanos();
    for (long left = time.toNanos(); left > 0; left -= step) {
      clock.move(Duration.ofNanos(Math.min(step, left)));
      if (scheduler.runDue() || !work.isEmpty()) {
        settle();
      }
    }
  }

  Account account(int id, String name) {
    var profile = new AccountProfile(name, null, new PlanId(1), BigDecimal.ZERO, null, ZoneId.of("UTC"), "en", null, null, -1, false);
    var info = new AccountInfo(USD, null, clock.now(), clock.now(), "test", clock.now(), "test", null, null);
    var account = new Account(new AccountId(id), CustomerId.ROOT, profile, info, Map.of(), 1);
    accounts.put(name, account);
    return account;
  }

  void register(String name, int contacts) {
    var bindings = new ArrayList<Locations.Binding>();
    for (int i = 0; i < contacts; i++) {
      bindings.add(new Locations.Binding(SipUri.of(name, new HostPort("198.51.100.8", 5064 + i)), List.of(), CALLEES, clock.now().plusSeconds(3600), 1000, "phone"));
    }
    registered.put(accounts.get(name).id(), bindings);
  }

  /** Replaces what is there under this id. */
  void policy(String id, Phase phase, CallPolicy policy, String... properties) {
    offer(id, phase, policy, properties);
  }

  void asyncPolicy(String id, Phase phase, AsyncCallPolicy policy, String... properties) {
    offer(id, phase, policy, properties);
  }

  /** Its bundle is being replaced. */
  void lingers(String id, Phase phase, CallPolicy policy) {
    offer(id, new HashMap<>(Map.of("call.phase", phase.name(), "on.failure", "closed", Plugin.LINGERING, true)), policy);
  }

  private <S> void offer(String id, Phase phase, S policy, String... properties) {
    var all = new HashMap<String, Object>(Map.of("call.phase", phase.name()));
    for (int i = 0; i < properties.length; i += 2) {
      all.put(properties[i], properties[i + 1]);
    }
    offer(id, all, policy);
  }

  private <S> void offer(String id, Map<String, Object> all, S policy) {
    all.put("service.id", ++offered);
    policies.removeIf(p -> p.id().equals(id));
    policies.add(new Plugin<>(id, "1.0", 1, "closed".equals(all.get("on.failure")) ? Plugin.FailurePolicy.CLOSED : Plugin.FailurePolicy.OPEN, all, policy));
    followers.forEach(Runnable::run);
  }

  /** Asked the earlier the higher this is. */
  void ranked(String id, int ranking) {
    policies.replaceAll(p -> p.id().equals(id) ? ranked(p, ranking) : p);
    followers.forEach(Runnable::run);
  }

  private static <S> Plugin<S> ranked(Plugin<S> one, int ranking) {
    var all = new HashMap<String, Object>(one.properties());
    all.put("service.ranking", ranking);
    return new Plugin<>(one.id(), one.version(), 1, one.onFailure(), all, one.service());
  }

  /** The stack asks for it, and is made before it. */
  private Time time() {
    return time;
  }

  void withdraw(String id) {
    policies.removeIf(p -> p.id().equals(id));
    followers.forEach(Runnable::run);
  }

  void noPolicies() {
    policies.clear();
    followers.forEach(Runnable::run);
  }

  CallTrace simulate(String account, String cld) {
    var trace = simulator.start(new Simulation(account, cld, null, null));
    settle();
    return trace.join();
  }

  Verdict onNet(String name) {
    Account to = accounts.get(name);
    return to == null ? Verdict.proceed() : Verdict.proceed(new Change.Legs(List.of(new Leg.OnNet(to.id(), name, "alice", name, Leg.Timers.DEFAULT))));
  }

  void carriers(Leg.Carrier... carriers) {
    policy("router", Phase.ROUTE, (phase, call) -> Verdict.proceed(new Change.Legs(List.of(carriers))));
  }

  static Leg.Carrier carrier(int id, int capacity, Integer... stopCodes) {
    return new Leg.Carrier(new CarrierId(id), "carrier" + id, "alice", "99442071838750", SipUri.parse("sip:203.0.113." + id + ":5060"), Transport.UDP, Optional.empty(),
        Optional.of(new TariffId(7)), DurationRounding.ROUND, capacity, List.of(stopCodes), Leg.Timers.DEFAULT);
  }

  static RateSnapshot rate(String price, int first, int next) {
    return new RateSnapshot(new TariffId(3), "44", USD, new BigDecimal(price), new BigDecimal(price), first, next, BigDecimal.ZERO, 0, 0, BigDecimal.ZERO, 20, false,
        DurationRounding.ROUND, 200);
  }

  /** Nothing is left of any call. */
  void assertEmpty() {
    assertThat(table.entries()).as("table entries").isZero();
    assertThat(limits.slotsHeld()).as("slots").isZero();
    assertThat(scheduler.waiting()).as("alarms").isZero();
    assertThat(ledger.held()).as("held calls").isZero();
    assertThat(stack.faults).as("rules of early dialogs").isEmpty();
    assertThat(stack.unanswered()).as("requests without a final answer").isEmpty();
    assertThat(stack.unacked()).as("2xx without ACK").isEmpty();
    assertThat(stack.unackedAgain()).as("2xx to re-INVITE without ACK").isEmpty();
    assertThat(stack.openDialogs()).as("dialogs that nobody ended").isEmpty();
    assertThat(ledger.settledDifferently()).as("settled again, with another end").isEmpty();
  }

  String traceOf(CallId call) {
    var text = new StringBuilder();
    kept.get(call).steps().forEach(step -> text.append(step.stage()).append(' ').append(step.by()).append(' ').append(step.what()).append('\n'));
    return text.toString();
  }

  private final class Directory implements AccountDirectory {
    @Override
    public Optional<Account> find(AccountId id) {
      return accounts.values().stream().filter(a -> a.id().equals(id)).findFirst();
    }

    @Override
    public Optional<Account> byName(String name) {
      return Optional.ofNullable(accounts.get(name));
    }

    @Override
    public boolean knows(String name) {
      return inMemory;
    }

    @Override
    public Optional<VoipCredential> keptByVoipLogin(String login, String realm) {
      return loginsInMemory ? byVoipLogin(login, realm) : Optional.empty();
    }

    @Override
    public boolean knowsVoipLogin(String login) {
      return loginsInMemory;
    }

    @Override
    public void askForNobody() {
      askedForNobody++;
    }

    @Override
    public Optional<VoipCredential> byVoipLogin(String login, String realm) {
      return byName(login).map(a -> new VoipCredential(a, secrets.apply(login).md5(), secrets.apply(login).sha256()));
    }
  }

  private final class Rating implements RatingService {
    @Override
    public Quote quote(PlanId plan, String cld, boolean onNet, Instant at) {
      return selling.apply(cld, onNet);
    }

    @Override
    public Quote quote(TariffId tariff, DurationRounding rounding, String cld, Instant at) {
      return buying.apply(cld);
    }
  }

  /** The response is right if it is "right"; "again" was used before. */
  private static final class FakeDigest implements SipDigest {
    @Override
    public String realm() {
      return "strowger.test";
    }

    @Override
    public Outcome check(DigestCredentials credentials, Ha1 secrets) {
      if (secrets.equals(Ha1.NOBODY)) {
        return Outcome.WRONG;
      }
      return switch (credentials.response()) {
        case "right" -> Outcome.OK;
        case "again" -> Outcome.REPLAY;
        default -> Outcome.WRONG;
      };
    }
  }

  /** A policy that the guard gives up. */
  interface Hanging extends CallPolicy {}

  @SuppressWarnings("unchecked")
  final class DirectRegistry extends NoPlugins {
    @Override
    @SuppressWarnings("unchecked")
    public <S> PluginSet<S> follow(Class<S> spi) {
      return new PluginSet<S>() {
        @Override
        public List<Plugin<S>> snapshot() {
          return policies.stream().filter(one -> spi.isInstance(one.service())).map(one -> (Plugin<S>) one).toList();
        }

        @Override
        public void onChange(Runnable listener) {
          followers.add(listener);
          listener.run();
        }

        @Override
        public void close() {}
      };
    }

    @Override
    public Set<String> missing() {
      return missing;
    }

    @Override
    public <S, R> boolean ask(Plugin<S> plugin, Function<? super S, ? extends R> question, Asker<R> asker) {
      if (!policies.contains(plugin)) {
        asker.answered(failed(plugin, "has gone"));
        return true;
      }
      if (plugin.service() instanceof Hanging) {
        asker.lost(Thread.currentThread(), () -> asker.answered(failed(plugin, "did not answer within 50 ms")));
        return false;
      }
      Guarded<R> answer = answer(plugin, question);
      String wrong = answer instanceof Guarded.Answered<R> given ? asker.nonsense(given.value()) : null;
      asker.answered(wrong == null ? answer : failed(plugin, "answered nonsense: " + wrong));
      return true;
    }

    @Override
    public <S, R> boolean askLater(Plugin<S> plugin, Function<? super S, ? extends CompletionStage<? extends R>> question, Asker<R> asker) {
      if (!policies.contains(plugin)) {
        asker.answered(failed(plugin, "has gone"));
        return true;
      }
      question.apply(plugin.service()).whenComplete((value, failure) -> asker.later(() -> asker.answered(
          failure == null ? new Guarded.Answered<>(value, Duration.ofNanos(1000)) : failed(plugin, failure.toString()))));
      return true;
    }

    private <S, R> Guarded<R> answer(Plugin<S> plugin, Function<? super S, ? extends R> question) {
      try {
        return new Guarded.Answered<>(question.apply(plugin.service()), Duration.ofNanos(1000));
      } catch (RuntimeException e) {
        return failed(plugin, e.toString());
      }
    }

    /** Of one that has gone as the switch's own answers, whatever its failure policy. */
    private <R> Guarded<R> failed(Plugin<?> plugin, String why) {
      return new Guarded.Failed<>(why, policies.contains(plugin) ? plugin.onFailure() : Plugin.FailurePolicy.OPEN, Duration.ofNanos(1000));
    }
  }
}

package org.strowger.rating.internal;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.billing.api.DurationRounding;
import org.strowger.billing.api.Plan;
import org.strowger.billing.api.Quote;
import org.strowger.billing.api.RatingService;
import org.strowger.billing.api.Tariff;
import org.strowger.hibernate.SecondLook;
import org.strowger.kernel.Daemons;
import org.strowger.kernel.Health;
import org.strowger.kernel.Lingers;
import org.strowger.kernel.PlanId;
import org.strowger.kernel.TariffId;
import org.strowger.kernel.Time;
import org.strowger.persistence.api.DatabaseException;
import org.strowger.rating.internal.store.RatingStore;
import org.strowger.rating.internal.store.Stored;

/**
 * Every tariff and plan in memory, kept equal to what is committed: what cannot be read after a change is tried again every second until
 * it is. Threads: any; quotes never block.
 *
 * <p>Calls have it before whoever changes tariffs and plans, see {@link RatingStart}: so nobody does while calls still ask the one before it, which lingers.
 */
public final class RateBook implements RatingService, Lingers, Health.Check {

  private static final Logger LOG = LoggerFactory.getLogger(RateBook.class);

  private static final int SHOWN = 5;

  private final RatingStore store;
  private final Map<TariffId, TariffBook> tariffs = new ConcurrentHashMap<>();
  private final Map<PlanId, Plan> plans = new ConcurrentHashMap<>();
  /** What cannot be read, by the id of its tariff or plan; calls that need it are refused. */
  private final Map<Record, String> broken = new ConcurrentHashMap<>();
  /** Tariffs that were changed and are not loaded since. */
  private final Set<TariffId> behind = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(Daemons.named("rating-reload"));
  private volatile boolean plansBehind;
  private final Supplier<DurationRounding> onNetRounding;
  private final BooleanSupplier leaving;
  private final SecondLook secondLook;

  /**
   * Blocks: reads everything.
   *
   * @param onNetRounding as it is now
   * @param leaving whether its bundle stops, so that what is known stays true
   */
  RateBook(RatingStore store, Supplier<DurationRounding> onNetRounding, BooleanSupplier leaving, Time time) {
    this.leaving = leaving;
    this.store = store;
    this.secondLook = new SecondLook(store.tx(), time);
    this.onNetRounding = onNetRounding;
    store.readTariffs().forEach(this::loadAtStart);
    store.readPlans().forEach(this::put);
    clock.scheduleWithFixedDelay(this::catchUp, 1, 1, TimeUnit.SECONDS);
  }

  void stop() {
    clock.shutdownNow();
  }

  @Override
  public boolean lingers() {
    return leaving.getAsBoolean();
  }

  @Override
  public Quote quote(PlanId planId, String cld, boolean onNet, Instant at) {
    Plan plan = plans.get(planId);
    TariffBook book = plan == null ? null : tariffs.get(plan.terms().tariff());
    if (book == null) {
      return new Quote.NoTariff();
    }
    return onNet ? book.quoteOnNet(cld, onNetRounding.get(), at) : book.quoteOffNet(cld, plan.terms().rounding(), at);
  }

  @Override
  public Quote quote(TariffId tariff, DurationRounding rounding, String cld, Instant at) {
    TariffBook book = tariffs.get(tariff);
    return book == null ? new Quote.NoTariff() : book.quoteOffNet(cld, rounding, at);
  }

  /** One at a time, from what is committed: whoever comes last has seen every change before. */
  synchronized void reload(TariffId id) {
    behind.add(id);
    store.read(id).ifPresentOrElse(this::load, () -> {
      tariffs.remove(id);
      broken.remove(id);
    });
    behind.remove(id);
    if (broken.keySet().stream().anyMatch(PlanId.class::isInstance)) {
      // A plan may have been out of use for its tariff's sake.
      reloadPlans();
    }
  }

  /** One that cannot be had now keeps no other from being used. */
  private void loadAtStart(Stored<Tariff> stored) {
    TariffId id = stored.value().id();
    try {
      load(stored);
    } catch (RuntimeException e) {
      if (e instanceof DatabaseException failed && failed.kind() == DatabaseException.Kind.UNAVAILABLE) {
        // Throws where it is the database that is away, not this tariff that takes too long: each of the others would wait as long for nothing.
        store.requireAnswer();
      }
      behind.add(id);
      LOG.warn("tariff {} cannot be loaded, tried again every second; calls by it are refused until then", id, e);
    }
  }

  private void load(Stored<Tariff> stored) {
    Tariff tariff = stored.value();
    if (stored.problem() != null) {
      tariffs.remove(tariff.id());
      broken.put(tariff.id(), stored.problem());
      return;
    }
    var book = new TariffBook(tariff, new RateTable(store.rates().all(tariff.id()), tariff.terms().timeZone()));
    tariffs.put(tariff.id(), book);
    List<String> problems = book.rates().problems();
    if (problems.isEmpty()) {
      broken.remove(tariff.id());
    } else {
      broken.put(tariff.id(), "tariff " + tariff.terms().name() + ": " + problems.get(0) + (problems.size() > 1 ? " and " + (problems.size() - 1) + " rates more" : ""));
    }
  }

  synchronized void reloadPlans() {
    plansBehind = true;
    List<Stored<Plan>> stored = store.readPlans();
    stored.forEach(this::put);
    Set<PlanId> there = stored.stream().map(plan -> plan.value().id()).collect(Collectors.toSet());
    plans.keySet().retainAll(there);
    broken.keySet().removeIf(id -> id instanceof PlanId && !there.contains(id));
    plansBehind = false;
  }

  private void put(Stored<Plan> stored) {
    PlanId id = stored.value().id();
    if (stored.problem() == null) {
      plans.put(id, stored.value());
      broken.remove(id);
    } else {
      plans.remove(id);
      broken.put(id, stored.problem());
    }
  }

  synchronized void forget(PlanId plan) {
    plans.remove(plan);
    broken.remove(plan);
  }

  /** Throws nothing: the clock would stop. */
  private void catchUp() {
    for (TariffId id : behind) {
      retry("tariff " + id, () -> reload(id));
    }
    if (plansBehind) {
      retry("plans", this::reloadPlans);
    }
    try {
      secondLook.look(this::everythingAgain);
    } catch (RuntimeException | Error e) {
      LOG.debug("tariffs and plans: not read again yet", e);
    }
  }

  /** What the book of a bundle that was replaced has written when this one had read. */
  private void everythingAgain() {
    Set<TariffId> ids = store.tariffs().stream().map(Tariff::id).collect(Collectors.toCollection(HashSet::new));
    ids.addAll(tariffs.keySet());
    ids.forEach(this::reload);
    reloadPlans();
  }

  private static void retry(String what, Runnable reload) {
    try {
      reload.run();
      LOG.info("{}: loaded again, calls are rated by the last change", what);
    } catch (RuntimeException | Error e) {
      LOG.debug("{}: still not loaded", what, e);
    }
  }

  @Override
  public String name() {
    return "rating";
  }

  @Override
  public Health health() {
    if (plansBehind || !behind.isEmpty()) {
      return Health.degraded("calls are rated by what was stored before the last change of "
          + (behind.isEmpty() ? "a plan" : "tariff " + behind.stream().map(TariffId::toString).sorted().toList()) + "; read again every second until it succeeds");
    }
    if (!broken.isEmpty()) {
      return Health.degraded("out of use until it is repaired: " + broken.values().stream().sorted().limit(SHOWN).collect(Collectors.joining("; "))
          + (broken.size() > SHOWN ? "; and " + (broken.size() - SHOWN) + " more" : ""));
    }
    return Health.ok(tariffs.size() + " tariffs with " + tariffs.values().stream().mapToInt(book -> book.rates().size()).sum() + " rates, " + plans.size() + " plans");
  }
}

package org.strowger.rating.internal;

import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.strowger.billing.api.DurationRounding;
import org.strowger.billing.api.Plan;
import org.strowger.billing.api.Quote;
import org.strowger.billing.api.RatingService;
import org.strowger.billing.api.Tariff;
import org.strowger.kernel.PlanId;
import org.strowger.kernel.TariffId;
import org.strowger.rating.internal.store.RatingStore;

/** Every tariff and plan in memory, kept equal to what is committed. Threads: any; never blocks. */
@Component(service = {RatingService.class, RateBook.class}, immediate = true)
public final class RateBook implements RatingService {

  private final RatingStore store;
  private final Map<TariffId, TariffBook> tariffs = new ConcurrentHashMap<>();
  private final Map<PlanId, Plan> plans = new ConcurrentHashMap<>();

  @Activate
  public RateBook(@Reference RatingStore store) {
    this.store = store;
    store.tariffs().forEach(this::load);
    store.plans().forEach(this::put);
  }

  @Override
  public Quote quote(PlanId planId, String cld, boolean onNet, Instant at) {
    Plan plan = plans.get(planId);
    TariffBook book = plan == null ? null : tariffs.get(plan.terms().tariff());
    if (book == null) {
      return new Quote.NoTariff();
    }
    DurationRounding rounding = plan.terms().rounding();
    return onNet ? book.quoteOnNet(cld, rounding, at) : book.quoteOffNet(cld, rounding, at);
  }

  @Override
  public Quote quote(TariffId tariff, DurationRounding rounding, String cld, Instant at) {
    TariffBook book = tariffs.get(tariff);
    return book == null ? new Quote.NoTariff() : book.quoteOffNet(cld, rounding, at);
  }

  /** One at a time, from what is committed: whoever comes last has seen every change before. */
  synchronized void reload(TariffId id) {
    store.tariff(id).ifPresentOrElse(this::load, () -> tariffs.remove(id));
  }

  private void load(Tariff tariff) {
    tariffs.put(tariff.id(), new TariffBook(tariff, new RateTable(store.rates().all(tariff.id()))));
  }

  synchronized void reloadPlans() {
    store.plans().forEach(this::put);
  }

  private void put(Plan plan) {
    plans.put(plan.id(), plan);
  }

  void forget(PlanId plan) {
    plans.remove(plan);
  }
}

package org.strowger.rating.internal;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.strowger.billing.api.Rate;
import org.strowger.billing.api.Tariff;
import org.strowger.billing.api.TariffService;
import org.strowger.billing.api.TariffTerms;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.TariffId;
import org.strowger.rating.internal.store.RatingStore;

/** Administration of tariffs and rates: stored first, then in the book. */
@Component
public final class Tariffs implements TariffService {

  private static final int MAX_PAGE = 1_000;

  private final RatingStore store;
  private final RateBook book;

  @Activate
  public Tariffs(@Reference RatingStore store, @Reference RateBook book) {
    this.store = store;
    this.book = book;
  }

  @Override
  public Tariff create(CustomerId customer, TariffTerms terms) {
    return changing(() -> store.create(customer, terms));
  }

  @Override
  public Tariff update(TariffId id, int version, TariffTerms terms) {
    return changing(() -> store.update(id, version, terms));
  }

  private Tariff changing(Supplier<Tariff> change) {
    return store.tx().required(() -> {
      Tariff tariff = change.get();
      store.tx().afterCommit(() -> book.reload(tariff.id()));
      return tariff;
    });
  }

  @Override
  public void delete(TariffId id) {
    store.tx().run(() -> {
      store.delete(id);
      store.tx().afterCommit(() -> book.reload(id));
    });
  }

  @Override
  public Optional<Tariff> find(TariffId id) {
    return store.tariff(id);
  }

  @Override
  public Optional<Tariff> byName(CustomerId customer, String name) {
    return store.tariff(customer, name);
  }

  @Override
  public List<Tariff> list(CustomerId customer) {
    return store.tariffs().stream().filter(tariff -> tariff.customer().equals(customer)).toList();
  }

  @Override
  public void putRates(TariffId id, List<Rate> rates) {
    changeRates(id, rates, () -> store.rates().put(id, rates));
  }

  @Override
  public void replaceRates(TariffId id, List<Rate> rates) {
    changeRates(id, rates, () -> {
      store.rates().deleteAll(id);
      store.rates().put(id, rates);
    });
  }

  private void changeRates(TariffId id, List<Rate> rates, Runnable change) {
    RateChecks.requireDistinct(rates);
    store.tx().run(() -> {
      requireTariff(id);
      change.run();
      store.tx().afterCommit(() -> book.reload(id));
    });
  }

  @Override
  public int deleteRates(TariffId id, String prefix) {
    return store.tx().required(() -> {
      requireTariff(id);
      store.tx().afterCommit(() -> book.reload(id));
      return store.rates().delete(id, prefix);
    });
  }

  @Override
  public List<Rate> rates(TariffId id, String prefix, int offset, int limit) {
    if (limit < 1 || limit > MAX_PAGE) {
      throw new InvalidInput("limit", limit, "is 1 to " + MAX_PAGE);
    }
    if (offset < 0) {
      throw new InvalidInput("offset", offset, "is not negative");
    }
    requireTariff(id);
    return store.rates().read(id, prefix, offset, limit);
  }

  private void requireTariff(TariffId id) {
    if (store.tariff(id).isEmpty()) {
      throw StrowgerException.notFound("tariff", id);
    }
  }
}

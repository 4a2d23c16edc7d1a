package org.strowger.rating.internal;

import org.strowger.billing.api.DurationRounding;
import org.strowger.billing.api.PlanService;
import org.strowger.billing.api.TariffService;
import org.strowger.kernel.Time;
import org.strowger.persistence.api.Database;
import org.strowger.rating.internal.store.RatingStore;

/** Tariffs and plans on a real store, for tests of other packages. */
public final class RatingAccess implements AutoCloseable {

  private final RatingStore store;
  private final RateBook book;
  public final TariffService tariffs;
  public final PlanService plans;

  public RatingAccess(Database database) {
    store = new RatingStore(database);
    book = book(store);
    tariffs = new Tariffs(store, book);
    plans = new Plans(store, book);
  }

  /** Of a bundle that stays and replaces none. */
  static RateBook book(RatingStore store) {
    return new RateBook(store, () -> DurationRounding.ROUND, () -> false, Time.SYSTEM);
  }

  @Override
  public void close() {
    book.stop();
    store.close();
  }
}

package org.strowger.rating.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.strowger.billing.api.DurationRounding;
import org.strowger.billing.api.Plan;
import org.strowger.billing.api.PlanTerms;
import org.strowger.billing.api.Quote;
import org.strowger.billing.api.Rate;
import org.strowger.billing.api.RatingService;
import org.strowger.billing.api.Tariff;
import org.strowger.billing.api.TariffTerms;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.Live;
import org.strowger.kernel.Time;
import org.strowger.kernel.Unavailable;
import org.strowger.kernel.data.Shape;
import org.strowger.rating.internal.store.RatingStore;
import org.strowger.rating.internal.store.Stored;
import org.strowger.testkit.LeavingBundle;
import org.strowger.testkit.MovedTime;
import org.strowger.testkit.Waiting;
import org.strowger.testkit.postgres.TestDatabase;
import org.strowger.testkit.postgres.UnderWay;

/** What calls are told of prices while the bundle is replaced. */
class LeavingRatesTest {

  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

  private final LeavingBundle bundle = new LeavingBundle();
  private final Live<RatingService> calls = new Live<>("rating");
  private final TestDatabase database = TestDatabase.open();
  private final RatingStore store = new RatingStore(database);
  private final RateBook book = new RateBook(store, () -> DurationRounding.ROUND, bundle::isLeaving, Time.SYSTEM);
  private final Tariffs tariffs = new Tariffs(store, book);
  private final Tariff tariff = tariffs.create(CustomerId.ROOT, Shape.of(TariffTerms.class).decode(Map.of("name", "one", "currency", "USD")));

  LeavingRatesTest() {
    price("0.6");
    calls.bind(book);
  }

  @AfterEach
  void close() {
    store.close();
    database.close();
  }

  private void price(String price) {
    tariffs.putRates(tariff.id(), List.of(new Rate("1", new BigDecimal(price), new BigDecimal(price), 1, 1, false, false, null, null)));
  }

  private void leave() {
    book.stop();
    calls.unbind(book);
  }

  private BigDecimal quoted() {
    Quote quote = calls.ask(rating -> rating.quote(tariff.id(), DurationRounding.ROUND, "14165550100", NOW));
    return ((Quote.Priced) quote).rate().price1();
  }

  @Test
  void pricesStandUntilTheNextComes() {
    bundle.stop();
    leave();
    store.close();
    assertThat(quoted()).isEqualByComparingTo("0.6");
  }

  @Test
  void aChangeThatWasUnderWayWhenItLeftIsSeen() {
    bundle.stop();
    leave();
    price("0.9");
    assertThat(quoted()).isEqualByComparingTo("0.9");
  }

  @Test
  void noneStandsWhenItIsTheDatabaseThatGoes() {
    leave();
    assertThatThrownBy(this::quoted).isInstanceOf(Unavailable.class);
  }

  private static BigDecimal quoted(RateBook book, Tariff tariff) {
    return ((Quote.Priced) book.quote(tariff.id(), DurationRounding.ROUND, "14165550100", NOW)).rate().price1();
  }

  @Test
  void theNextSeesWhatIsCommittedAfterItHasRead() {
    var plans = new Plans(store, book);
    Plan gone = plans.create(CustomerId.ROOT, new PlanTerms("gone", tariff.id(), DurationRounding.ROUND));
    bundle.stop();
    leave();
    UnderWay change = UnderWay.begin(store.tx(), () -> {
      price("0.9");
      plans.delete(gone.id());
    });
    var looks = new AtomicInteger();
    var next = new RatingStore(database) {
      @Override
      public List<Stored<Plan>> readPlans() {
        looks.incrementAndGet();
        return super.readPlans();
      }
    };
    var time = new MovedTime();
    var successor = new RateBook(next, () -> DurationRounding.ROUND, () -> false, time);
    assertThat(looks.get()).isOne();
    time.move(Duration.ofSeconds(5));
    Waiting.until("it has looked again", () -> looks.get() == 2);
    assertThat(quoted(successor, tariff)).as("not committed").isEqualByComparingTo("0.6");
    change.commit();
    Waiting.until("it looks a last time", () -> looks.get() == 3);
    Waiting.until("the new price", () -> quoted(successor, tariff).compareTo(new BigDecimal("0.9")) == 0);
    Waiting.until("no plan", () -> successor.quote(gone.id(), "14165550100", false, NOW) instanceof Quote.NoTariff);
    assertThat(successor.health().detail()).startsWith("1 tariffs with 1 rates, 0 plans");
    successor.stop();
    next.close();
  }
}

package org.strowger.rating.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.strowger.billing.api.DurationRounding;
import org.strowger.billing.api.Plan;
import org.strowger.billing.api.PlanTerms;
import org.strowger.billing.api.Quote;
import org.strowger.billing.api.Rate;
import org.strowger.billing.api.Tariff;
import org.strowger.billing.api.TariffTerms;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.ErrorCode;
import org.strowger.kernel.Health;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.TariffId;
import org.strowger.kernel.Time;
import org.strowger.kernel.data.Shape;
import org.strowger.rating.internal.store.RatingStore;
import org.strowger.rating.internal.store.Stored;
import org.strowger.testkit.Waiting;
import org.strowger.testkit.postgres.TestDatabase;
import org.strowger.testkit.postgres.UnderWay;

class RatingStoreTest {

  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.open();

  private static volatile boolean away;
  private static RatingStore store;
  private static RateBook book;
  private static Tariffs tariffs;
  private static Plans plans;

  @BeforeAll
  static void open() {
    store = new RatingStore(DATABASE) {
      @Override
      public Optional<Stored<Tariff>> read(TariffId id) {
        if (away && !DATABASE.tx().active()) {
          throw new IllegalStateException("the database is away");
        }
        return super.read(id);
      }
    };
    book = RatingAccess.book(store);
    tariffs = new Tariffs(store, book);
    plans = new Plans(store, book);
  }

  @AfterAll
  static void close() {
    book.stop();
    store.close();
  }

  private static TariffTerms terms(String name) {
    return Shape.of(TariffTerms.class).decode(Map.of("name", name, "currency", "USD", "connectFee", "0.00000000000000000001"));
  }

  private static Rate rate(String prefix, String price) {
    return Shape.of(Rate.class).decode(Map.of("prefix", prefix, "price1", price, "priceN", price));
  }

  private static String name() {
    return UUID.randomUUID().toString();
  }

  private Tariff tariff() {
    return tariffs.create(CustomerId.ROOT, terms(name()));
  }

  private Plan plan(Tariff tariff) {
    return plans.create(CustomerId.ROOT, new PlanTerms(name(), tariff.id(), DurationRounding.ROUND_UP));
  }

  private static void assertCode(ErrorCode code, Runnable refused) {
    assertThatThrownBy(refused::run).isInstanceOfSatisfying(StrowgerException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void quotesWhatWasStoredExactlyAlsoAfterARestart() {
    Tariff tariff = tariff();
    Plan plan = plan(tariff);
    tariffs.putRates(tariff.id(), List.of(rate("44", "0.12345678901234567891"), rate("4420", "0.5")));

    for (RateBook each : List.of(book, RatingAccess.book(store))) {
      var priced = (Quote.Priced) each.quote(plan.id(), "44161", false, NOW);
      assertThat(priced.rate().price1()).isEqualTo(new BigDecimal("0.12345678901234567891"));
      assertThat(priced.rate().connectFee()).isEqualTo(new BigDecimal("0.00000000000000000001"));
      assertThat(priced.rate().rounding()).isEqualTo(DurationRounding.ROUND_UP);
      assertThat(((Quote.Priced) each.quote(tariff.id(), DurationRounding.ROUND, "442071", NOW)).rate().prefix()).isEqualTo("4420");
      assertThat(each.quote(plan.id(), "1", true, NOW)).isInstanceOf(Quote.Priced.class);
      assertThat(each.quote(plan.id(), "1", false, NOW)).isEqualTo(new Quote.NoRate());
    }
  }

  @Test
  void replacesTheRateOfTheSamePrefixAndDate() {
    Tariff tariff = tariff();
    tariffs.putRates(tariff.id(), List.of(rate("44", "1"), rate("45", "1")));
    tariffs.putRates(tariff.id(), List.of(rate("44", "2")));
    assertThat(tariffs.rates(tariff.id(), "", 0, 10)).containsExactly(rate("44", "2"), rate("45", "1"));
    assertThatThrownBy(() -> tariffs.rates(tariff.id(), "", -1, 10)).hasMessage("offset '-1': is not negative");
    assertThatThrownBy(() -> tariffs.rates(tariff.id(), "", 0, 0)).hasMessageContaining("limit '0': is 1 to");
    tariffs.replaceRates(tariff.id(), List.of(rate("46", "3")));
    assertThat(tariffs.rates(tariff.id(), "", 0, 10)).containsExactly(rate("46", "3"));
    assertThat(tariffs.deleteRates(tariff.id(), "46")).isEqualTo(1);
    assertThat(book.quote(tariff.id(), DurationRounding.ROUND, "46", NOW)).isEqualTo(new Quote.NoRate());
  }

  @Test
  void aBrokenListChangesNothing() {
    Tariff tariff = tariff();
    assertThatThrownBy(() -> tariffs.putRates(tariff.id(), List.of(rate("44", "1"), rate("45", "1"), rate("44", "2")))).isInstanceOf(InvalidInput.class).hasMessageContaining("rates[2].prefix");
    assertThat(tariffs.rates(tariff.id(), "", 0, 10)).isEmpty();
  }

  @Test
  void aTransactionThatFailsChangesNoQuote() {
    Tariff tariff = tariff();
    assertThatThrownBy(() -> DATABASE.tx().run(() -> {
      tariffs.putRates(tariff.id(), List.of(rate("44", "1")));
      throw new IllegalStateException("later");
    })).hasMessage("later");
    assertThat(book.quote(tariff.id(), DurationRounding.ROUND, "44", NOW)).isEqualTo(new Quote.NoRate());
  }

  @Test
  void namesAreUniqueAndVersionsAreChecked() {
    Tariff tariff = tariff();
    assertCode(ErrorCode.DUPLICATE, () -> tariffs.create(CustomerId.ROOT, tariff.terms()));
    Tariff renamed = tariffs.update(tariff.id(), tariff.version(), terms(name()));
    assertThat(renamed.version()).isGreaterThan(tariff.version());
    assertCode(ErrorCode.CONFLICT, () -> tariffs.update(tariff.id(), tariff.version(), terms(name())));
    var euro = Shape.of(TariffTerms.class).with(renamed.terms(), Map.of("currency", "EUR"));
    assertThatThrownBy(() -> tariffs.update(renamed.id(), renamed.version(), euro)).isInstanceOf(InvalidInput.class).hasMessageContaining("currency");
  }

  @Test
  void aPlanIsFrozenOnceAssigned() {
    Tariff tariff = tariff();
    Plan plan = plan(tariff);
    assertCode(ErrorCode.CONFLICT, () -> tariffs.delete(tariff.id()));
    assertThat(plans.assign(plan.id()).currency().getCurrencyCode()).isEqualTo("USD");
    Plan now = plans.find(plan.id()).orElseThrow();
    assertCode(ErrorCode.CONFLICT, () -> plans.update(plan.id(), now.version(), new PlanTerms(name(), tariff().id(), DurationRounding.ROUND_UP)));
    assertCode(ErrorCode.CONFLICT, () -> plans.delete(plan.id()));
    Plan renamed = plans.update(plan.id(), now.version(), new PlanTerms(name(), tariff.id(), DurationRounding.ROUND_UP));
    assertThat(plans.find(plan.id())).contains(renamed);
  }

  @Test
  void aTariffThatGoesWhileAPlanTakesItIsNamed() {
    Tariff tariff = tariff();
    UnderWay deleting = UnderWay.begin(store.tx(), () -> tariffs.delete(tariff.id()));
    var making = CompletableFuture.supplyAsync(() -> plan(tariff));
    Waiting.until("the plan waits for its tariff", RatingStoreTest::somebodyWaits);
    deleting.commit();

    assertThatThrownBy(() -> making.orTimeout(30, TimeUnit.SECONDS).join()).cause().isInstanceOf(InvalidInput.class)
        .hasMessageContainingAll("tariff '" + tariff.id() + "'", "is the id of a tariff there is");
    assertThat(tariffs.find(tariff.id())).isEmpty();
  }

  private static boolean somebodyWaits() {
    return DATABASE.tx().required(() -> {
      try (var select = DATABASE.tx().connection().createStatement(); var row = select.executeQuery("select exists (select 1 from pg_locks where not granted)")) {
        row.next();
        return row.getBoolean(1);
      }
    });
  }

  @Test
  void whatIsUnusedCanBeDeleted() {
    Tariff tariff = tariff();
    Plan plan = plan(tariff);
    plans.delete(plan.id());
    tariffs.delete(tariff.id());
    assertThat(tariffs.find(tariff.id())).isEmpty();
    assertThat(book.quote(plan.id(), "44", false, NOW)).isEqualTo(new Quote.NoTariff());
  }

  @Test
  void aPriceThatCouldNotBeReadAgainIsTriedUntilItIs() {
    Tariff tariff = tariff();
    tariffs.putRates(tariff.id(), List.of(rate("44", "1")));
    away = true;
    try {
      tariffs.putRates(tariff.id(), List.of(rate("44", "6")));
      assertThat(book.health().state()).isEqualTo(Health.State.DEGRADED);
      assertThat(book.health().detail()).contains("tariff").contains(tariff.id().toString());
    } finally {
      away = false;
    }
    Waiting.until("it is read again", () -> book.health().state() == Health.State.OK);
    assertThat(((Quote.Priced) book.quote(tariff.id(), DurationRounding.ROUND, "441", NOW)).rate().price1()).isEqualByComparingTo("6");
  }

  @Test
  void onNetCallsAreRoundedAsTheWholeSwitchSays() {
    Tariff tariff = tariff();
    Plan plan = plan(tariff);
    tariffs.putRates(tariff.id(), List.of(rate("1", "1")));
    var rounding = ((Quote.Priced) book.quote(plan.id(), "1001", true, NOW)).rate().rounding();
    assertThat(rounding).isEqualTo(DurationRounding.ROUND);
    var up = new RateBook(store, () -> DurationRounding.ROUND_UP, () -> false, Time.SYSTEM);
    up.stop();
    assertThat(((Quote.Priced) up.quote(plan.id(), "alice", true, NOW)).rate().rounding()).isEqualTo(DurationRounding.ROUND_UP);
    assertThat(((Quote.Priced) book.quote(plan.id(), "1001", false, NOW)).rate().rounding()).isEqualTo(DurationRounding.ROUND_UP);
  }

  @Test
  void ratesOfSomeHoursAreKeptBesideTheOthers() {
    var zoned = Shape.of(TariffTerms.class).with(terms(name()), Map.of("timeZone", "Europe/Berlin", "timeOfDay", "AT_CALL_START"));
    Tariff tariff = tariffs.create(CustomerId.ROOT, zoned);
    Rate evening = Shape.of(Rate.class).decode(Map.of("prefix", "44", "price1", "0.03", "priceN", "0.03", "period", "mon-sun 18:00-00:00"));
    tariffs.putRates(tariff.id(), List.of(rate("44", "0.06"), evening));
    assertThat(tariffs.rates(tariff.id(), "4", 0, 10)).containsExactly(rate("44", "0.06"), evening);
    assertThat(tariffs.find(tariff.id()).orElseThrow().terms()).isEqualTo(zoned);
    assertThatThrownBy(() -> tariffs.putRates(tariff.id(), List.of(evening, evening))).isInstanceOf(InvalidInput.class).hasMessageContaining("period");

    var priced = (Quote.Priced) book.quote(tariff.id(), DurationRounding.ROUND, "441", Instant.parse("2026-11-22T17:30:00Z"));
    assertThat(priced.rate().timeOfDay().text()).isEqualTo("Europe/Berlin|AT_CALL_START|18:00-24:00=0.03=0.03=1=1=0");
    assertThat(priced.rate().cost(60, Instant.parse("2026-11-22T16:59:59Z")).amount()).isEqualByComparingTo("0.06000000000000000001");
    assertThat(priced.rate().cost(60, Instant.parse("2026-11-22T17:00:00Z")).amount()).isEqualByComparingTo("0.03000000000000000001");
    assertThat(tariffs.deleteRates(tariff.id(), "44")).isEqualTo(2);
  }

  @Test
  void takesNoPriceThatAWeekOfCouldNotBeSettled() {
    assertThatThrownBy(() -> rate("44", "1000000001")).isInstanceOf(InvalidInput.class).hasMessageContaining("price1");
    assertThatThrownBy(() -> Shape.of(TariffTerms.class).with(terms("x"), Map.of("postCallSurcharge", "1001"))).isInstanceOf(InvalidInput.class).hasMessageContaining("postCallSurcharge");
    assertThatThrownBy(() -> Shape.of(TariffTerms.class).with(terms("x"), Map.of("connectFee", "1000000001"))).isInstanceOf(InvalidInput.class).hasMessageContaining("connectFee");
    Tariff tariff = tariffs.create(CustomerId.ROOT, Shape.of(TariffTerms.class).with(terms(name()), Map.of("postCallSurcharge", "1000", "connectFee", "1000000000")));
    tariffs.putRates(tariff.id(), List.of(Shape.of(Rate.class).decode(Map.of("prefix", "44", "price1", "1000000000", "priceN", "1000000000", "interval1", 86400, "intervalN", 86400))));
    var priced = (Quote.Priced) book.quote(tariff.id(), DurationRounding.ROUND, "441", NOW);
    assertThat(priced.rate().cost(7 * 24 * 3_600L).amount()).isPositive();
  }
}

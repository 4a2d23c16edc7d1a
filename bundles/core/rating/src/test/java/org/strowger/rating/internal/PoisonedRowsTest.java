package org.strowger.rating.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.strowger.billing.api.DurationRounding;
import org.strowger.billing.api.Plan;
import org.strowger.billing.api.PlanTerms;
import org.strowger.billing.api.Quote;
import org.strowger.billing.api.Rate;
import org.strowger.billing.api.Tariff;
import org.strowger.billing.api.TariffTerms;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.Health;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.PlanId;
import org.strowger.kernel.data.Shape;
import org.strowger.rating.internal.store.RatingStore;
import org.strowger.testkit.postgres.TestDatabase;

/** A row that cannot be read puts itself out of use and nothing else; it is named, listed and repaired like any other. */
class PoisonedRowsTest {

  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  private static final Shape<TariffTerms> TERMS = Shape.of(TariffTerms.class);

  private final TestDatabase database = TestDatabase.open();
  private final RatingStore store = new RatingStore(database);
  private Tariff good;
  private Tariff bad;
  private RateBook book;

  @BeforeEach
  void twoTariffs() {
    book = RatingAccess.book(store);
    good = tariffs().create(CustomerId.ROOT, TERMS.decode(Map.of("name", "good", "currency", "USD")));
    bad = tariffs().create(CustomerId.ROOT, TERMS.decode(Map.of("name", "bad", "currency", "USD")));
    for (Tariff each : List.of(good, bad)) {
      tariffs().putRates(each.id(), List.of(rate("1", "0.6"), rate("1900", "5"), rate("44", "0.1")));
    }
  }

  @AfterEach
  void close() {
    book.stop();
    store.close();
    database.close();
  }

  private Tariffs tariffs() {
    return new Tariffs(store, book);
  }

  private static Rate rate(String prefix, String price) {
    return Shape.of(Rate.class).decode(Map.of("prefix", prefix, "price1", price, "priceN", price));
  }

  private void written(String sql) {
    assertThat(database.run(sql)).as(sql).isPositive();
  }

  private void refused(String sql, String constraint) {
    assertThatThrownBy(() -> written(sql)).as(sql).hasStackTraceContaining(constraint);
  }

  private void afterARestart(Consumer<RateBook> then) {
    book.stop();
    book = RatingAccess.book(store);
    then.accept(book);
  }

  private Quote quote(Tariff tariff, String cld) {
    return book.quote(tariff.id(), DurationRounding.ROUND, cld, NOW);
  }

  private static String price(Quote quote) {
    return ((Quote.Priced) quote).rate().price1().toPlainString();
  }

  @Test
  void aDateNobodyCanReckonWithIsRefusedAtTheDoorAndHarmlessInTheTable() {
    for (String year : List.of("+294260", "+10000", "-0001", "+999999999")) {
      assertThatThrownBy(() -> Shape.of(Rate.class).decode(Map.of("prefix", "44", "expiration", year + "-01-01T00:00:00Z")))
          .isInstanceOf(InvalidInput.class).hasMessageContaining("expiration '" + year).hasMessageContaining("years 1 to 9999");
    }
    written("update rating.rate set expiration = '294260-01-01 00:00:00+00', activation = '4700-01-01 00:00:00+00 BC' where prefix = '44' and tariff = " + bad.id());
    afterARestart(book -> {
      assertThat(book.health().state()).isEqualTo(Health.State.OK);
      assertThat(price(quote(bad, "4420"))).isEqualTo("0.1");
    });
    tariffs().putRates(bad.id(), List.of(rate("44", "0.2"), rate("49", "0.3")));
    assertThat(price(quote(bad, "49"))).isEqualTo("0.3");
  }

  @Test
  void aBrokenRateForbidsItsPrefixAndNothingElse() {
    written("update rating.rate set activation = '2027-01-01', expiration = '2026-01-01' where prefix = '1900' and tariff = " + bad.id());
    afterARestart(book -> {
      assertThat(quote(bad, "19005550100")).isInstanceOf(Quote.Forbidden.class);
      assertThat(price(quote(bad, "14165550100"))).isEqualTo("0.6");
      assertThat(price(quote(good, "19005550100"))).isEqualTo("5");
      assertThat(book.health().state()).isEqualTo(Health.State.DEGRADED);
      assertThat(book.health().detail()).contains("tariff bad", "rate 1900", "expiration");
    });
    assertThat(tariffs().rates(bad.id(), "19", 0, 10)).singleElement().satisfies(shown -> assertThat(shown.expiration()).isEqualTo("2026-01-01T00:00:00Z"));
    assertThatThrownBy(() -> tariffs().putRates(bad.id(), tariffs().rates(bad.id(), "19", 0, 10))).isInstanceOf(InvalidInput.class).hasMessageContaining("rates[0].expiration");
    assertThat(tariffs().deleteRates(bad.id(), "1900")).isEqualTo(1);
    tariffs().putRates(bad.id(), List.of(rate("1900", "7")));
    assertThat(price(quote(bad, "19005550100"))).isEqualTo("7");
    assertThat(book.health().state()).isEqualTo(Health.State.OK);
  }

  @Test
  void aBrokenRateLeavesAGoodOneOfItsPrefixInForce() {
    tariffs().putRates(bad.id(), List.of(Shape.of(Rate.class).decode(Map.of("prefix", "1900", "price1", "9", "priceN", "9", "activation", "2026-01-01T00:00:00Z"))));
    assertThat(price(quote(bad, "19005550100"))).isEqualTo("9");
    written("update rating.rate set expiration = '2025-01-01' where prefix = '1900' and price_1 = 9 and tariff = " + bad.id());
    afterARestart(book -> {
      assertThat(price(quote(bad, "19005550100"))).as("that of no date").isEqualTo("5");
      assertThat(price(quote(bad, "4420"))).isEqualTo("0.1");
      assertThat(book.health().detail()).contains("rate 1900", "expiration");
    });
  }

  @Test
  void aRateWithoutPriceOrIntervalOrHoursIsBrokenToo() {
    refused("update rating.rate set price_n = 'NaN'", "rate_numbers");
    database.run("alter table rating.rate drop constraint rate_numbers");
    written("update rating.rate set price_n = 'NaN' where prefix = '44' and tariff = " + bad.id());
    written("update rating.rate set interval_n = 0 where prefix = '1900' and tariff = " + bad.id());
    written("insert into rating.rate_period (tariff, prefix, price_1, price_n, interval_1, interval_n, forbidden, grace_enabled, period) values ("
        + bad.id() + ", '49', 1, 1, 1, 1, false, true, 'sometimes')");
    afterARestart(book -> {
      for (String cld : List.of("4420", "19001", "4930")) {
        assertThat(quote(bad, cld)).as(cld).isInstanceOf(Quote.Forbidden.class);
      }
      assertThat(price(quote(bad, "1416"))).isEqualTo("0.6");
      assertThat(book.health().detail()).contains("and 2 rates more");
    });
    assertThat(tariffs().rates(bad.id(), "", 0, 10)).hasSize(4);
  }

  @Test
  void aTariffThatCannotBeReadIsOutOfUseUntilItIsRepaired() {
    written("update rating.tariff set time_zone = 'Mars/Olympus', on_net = 'MAYBE' where id = " + bad.id());
    afterARestart(book -> {
      assertThat(quote(bad, "4420")).isInstanceOf(Quote.NoTariff.class);
      assertThat(price(quote(good, "4420"))).isEqualTo("0.1");
      assertThat(book.health().state()).isEqualTo(Health.State.DEGRADED);
      assertThat(book.health().detail()).contains("tariff bad", "timeZone 'Mars/Olympus'", "onNet 'MAYBE'");
    });
    Tariff listed = tariffs().byName(CustomerId.ROOT, "bad").orElseThrow();
    assertThat(TERMS.encode(listed.terms())).containsEntry("timeZone", null).containsEntry("currency", "USD");
    tariffs().update(listed.id(), listed.version(), TERMS.with(listed.terms(), Map.of("timeZone", "UTC", "onNet", "REFUSE")));
    assertThat(price(quote(bad, "4420"))).isEqualTo("0.1");
    assertThat(book.health().state()).isEqualTo(Health.State.OK);
  }

  @Test
  void anAmountThatIsNoNumberPutsOneTariffOutOfUse() {
    refused("update rating.tariff set connect_fee = 'NaN'", "tariff_numbers");
    refused("update rating.tariff set post_call_surcharge = 'NaN'", "tariff_numbers");
    refused("update rating.tariff set connect_fee = 'Infinity'", "numeric field overflow");
    refused("update rating.rate set price_1 = '-Infinity'", "numeric field overflow");
    database.run("alter table rating.tariff drop constraint tariff_numbers");
    written("update rating.tariff set connect_fee = 'NaN', post_call_surcharge = 'NaN' where id = " + bad.id());
    afterARestart(book -> {
      assertThat(quote(bad, "4420")).isInstanceOf(Quote.NoTariff.class);
      assertThat(price(quote(good, "4420"))).isEqualTo("0.1");
      assertThat(book.health().detail()).contains("tariff bad", "connectFee 'NaN'", "postCallSurcharge 'NaN'");
    });
    assertThat(tariffs().list(CustomerId.ROOT)).extracting(tariff -> tariff.terms().name()).containsExactlyInAnyOrder("good", "bad");
    Tariff listed = tariffs().byName(CustomerId.ROOT, "bad").orElseThrow();
    assertThat(TERMS.encode(listed.terms())).containsEntry("connectFee", null);
    tariffs().update(listed.id(), listed.version(), TERMS.with(listed.terms(), Map.of("connectFee", "0.25", "postCallSurcharge", "0")));
    assertThat(tariffs().byName(CustomerId.ROOT, "bad").orElseThrow().terms().connectFee()).isEqualTo("0.25");
    assertThat(price(quote(bad, "4420"))).isEqualTo("0.1");
    assertThat(book.health().state()).isEqualTo(Health.State.OK);
  }

  @Test
  void aTariffThatCannotBeReadCanBeDeleted() {
    written("update rating.tariff set time_of_day = '' where id = " + bad.id());
    afterARestart(book -> tariffs().delete(bad.id()));
    assertThat(tariffs().list(CustomerId.ROOT)).containsExactly(good);
    assertThat(book.health().state()).isEqualTo(Health.State.OK);
  }

  @Test
  void aPlanThatCannotBeReadIsOutOfUseUntilItIsRepaired() {
    var plans = new Plans(store, book);
    Plan one = plans.create(CustomerId.ROOT, new PlanTerms("one", good.id(), DurationRounding.ROUND));
    Plan two = plans.create(CustomerId.ROOT, new PlanTerms("two", bad.id(), DurationRounding.ROUND));
    plans.assign(two.id());
    written("update rating.plan set rounding = 'SIDEWAYS' where id = " + two.id());
    written("update rating.tariff set currency = 'shells' where id = " + bad.id());
    afterARestart(book -> {
      assertThat(book.quote(one.id(), "4420", false, NOW)).isInstanceOf(Quote.Priced.class);
      assertThat(book.quote(two.id(), "4420", false, NOW)).isInstanceOf(Quote.NoTariff.class);
      assertThat(book.health().detail()).contains("plan two", "rounding 'SIDEWAYS'", "currency 'shells'");
    });
    assertThatThrownBy(() -> new Plans(store, book).assign(two.id())).hasMessageContaining("plan two").hasMessageContaining("repair it");
    assertThat(new Plans(store, book).list(CustomerId.ROOT)).extracting(Plan::id).containsExactly(new PlanId(one.id().value()), two.id());

    Plan stored = new Plans(store, book).find(two.id()).orElseThrow();
    new Plans(store, book).update(two.id(), stored.version(), new PlanTerms("two", bad.id(), DurationRounding.ROUND));
    Tariff shells = tariffs().find(bad.id()).orElseThrow();
    tariffs().update(bad.id(), shells.version(), TERMS.with(shells.terms(), Map.of("currency", "USD")));
    assertThat(book.quote(two.id(), "4420", false, NOW)).isInstanceOf(Quote.Priced.class);
    assertThat(book.health().state()).isEqualTo(Health.State.OK);
  }
}

package org.strowger.ledger.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.strowger.ledger.internal.DoorsTest.ask;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.strowger.billing.api.CarrierDirectory;
import org.strowger.billing.api.Payer;
import org.strowger.billing.api.Payment;
import org.strowger.billing.api.RateSnapshot;
import org.strowger.billing.api.Share;
import org.strowger.kernel.AccountId;
import org.strowger.kernel.CallId;
import org.strowger.kernel.CarrierId;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.ErrorCode;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.Money;
import org.strowger.kernel.StrowgerException;
import org.strowger.ledger.internal.rest.CarrierFundsResource;
import org.strowger.testkit.postgres.TestDatabase;

/** What a carrier is owed, in the currencies of the tariffs it sold by. */
class CarrierFundsTest {

  private static World world;

  @BeforeAll
  static void open() {
    world = new World(TestDatabase.open());
  }

  @AfterAll
  static void close() {
    world.close();
  }

  private static RateSnapshot in(String currency) {
    RateSnapshot r = World.rate("6", 1, 1);
    return new RateSnapshot(r.tariff(), r.prefix(), Currency.getInstance(currency), r.price1(), r.priceN(), 1, 1, BigDecimal.ZERO, 0, 0, BigDecimal.ZERO, 20, false, r.rounding(), 200);
  }

  /** A call of ten seconds that costs 1. */
  private static void carries(Payer carrier, String currency) {
    CallId call = world.ids.nextCall();
    var connected = world.time.now();
    world.reserve(call, List.of(new Share(carrier, in(currency), false)));
    World.get(world.open.ledger.answered(world.facts(call), connected));
    world.settle(world.facts(call), world.hungUp(connected, Duration.ofSeconds(10)));
  }

  private static Map<String, Object> money(String amount, String currency) {
    return Map.of("amount", Map.of("amount", amount, "currency", currency));
  }

  @Test
  @SuppressWarnings("unchecked")
  void whatACarrierIsOwedIsReadAndSettled() {
    Payer carrier = Payer.of(new CarrierId(7001));
    var funds = new CarrierFundsResource(world.open.funds);
    funds.bindCarriers(new CarrierDirectory() {
      @Override
      public Optional<CarrierId> byName(CustomerId customer, String name) {
        throw new AssertionError("not asked");
      }

      @Override
      public boolean exists(CustomerId customer, CarrierId id) {
        return id.value() == 7001;
      }

      @Override
      public List<String> names(CustomerId customer, String prefix, int limit) {
        throw new AssertionError("not asked");
      }
    });
    String balances = "/carriers/{id}/balances";
    String payments = "/carriers/{id}/payments";
    assertThat(ask(funds, "GET", balances, "7001", Map.of(), Map.of()).data()).isEqualTo(List.of());
    assertThatThrownBy(() -> ask(funds, "POST", payments, "7001", Map.of(), money("1", "USD"))).hasMessageContaining("balance of carrier:7001");
    assertThatThrownBy(() -> ask(funds, "GET", balances, "7002", Map.of(), Map.of()))
        .isInstanceOfSatisfying(StrowgerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND)).hasMessageContaining("carrier 7002");

    carries(carrier, "USD");
    carries(carrier, "EUR");
    carries(carrier, "EUR");
    assertThat(ask(funds, "GET", balances, "7001", Map.of(), Map.of()).data()).isEqualTo(List.of(
        Map.of("balance", Map.of("amount", "-2", "currency", "EUR")), Map.of("balance", Map.of("amount", "-1", "currency", "USD"))));
    assertThatThrownBy(() -> world.database.tx().run(() -> world.open.funds.close(carrier)))
        .isInstanceOfSatisfying(StrowgerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT))
        .hasMessage("carrier:7001 has a balance of -2 EUR and of -1 USD; book it to zero first");
    assertThatThrownBy(() -> ask(funds, "POST", payments, "7001", Map.of(), money("1", "GBP"))).isInstanceOf(InvalidInput.class).hasMessageContaining("EUR, USD");

    var paid = (Map<String, Object>) ask(funds, "POST", payments, "7001", Map.of(), money("2", "EUR")).data();
    assertThat(paid).containsEntry("kind", "FUNDS").containsEntry("balanceAfter", Map.of("amount", "0", "currency", "EUR"));
    var more = new HashMap<>(money("0.5", "USD"));
    more.put("kind", "DEBIT");
    assertThat((Map<String, Object>) ask(funds, "POST", payments, "7001", Map.of(), more).data()).containsEntry("balanceAfter", Map.of("amount", "-1.5", "currency", "USD"));
    assertThatThrownBy(() -> world.database.tx().run(() -> world.open.funds.close(carrier))).hasMessage("carrier:7001 has a balance of -1.5 USD; book it to zero first");
    ask(funds, "POST", payments, "7001", Map.of(), money("1.5", "USD"));
    assertThat((List<?>) ask(funds, "GET", payments, "7001", Map.of(), Map.of()).data()).hasSize(3);
    world.database.tx().run(() -> world.open.funds.close(carrier));
    assertThat(world.number("select sum(amount) from ledger.entry where party = 'CARRIER' and party_id = 7001")).isZero();
  }

  private static BigDecimal booked(String book, String currency) {
    return world.number("select coalesce(sum(amount), 0) from ledger.entry where party = '" + book + "' and currency = '" + currency + "'");
  }

  /** Money that comes from accounts and money that goes to carriers: where one book had both, its sum would say nothing. */
  @Test
  void whatIsPaidToCarriersStandsInBooksOfItsOwn() {
    // No other test books in these.
    Currency yen = Currency.getInstance("JPY");
    Payer account = Payer.of(new AccountId(7003));
    world.open.funds.open(account, Money.zero(yen), Money.zero(yen), "test");
    Payer carrier = Payer.of(new CarrierId(7003));
    carries(carrier, "JPY");

    pay(account, Payment.Kind.FUNDS, "10");
    pay(account, Payment.Kind.CREDIT, "5");
    pay(account, Payment.Kind.DEBIT, "2");
    pay(carrier, Payment.Kind.FUNDS, "10");
    pay(carrier, Payment.Kind.CREDIT, "4");
    pay(carrier, Payment.Kind.DEBIT, "3");

    // A book has the negative of what it did to balances: 10 were received, 3 given to the account.
    assertThat(booked("CASH", "JPY")).isEqualByComparingTo("-10");
    assertThat(booked("ADJUSTMENT", "JPY")).isEqualByComparingTo("-3");
    // 10 were paid, 1 was waived by the carrier, a call cost 1.
    assertThat(booked("PAID", "JPY")).isEqualByComparingTo("-10");
    assertThat(booked("COST_ADJUSTMENT", "JPY")).isEqualByComparingTo("-1");
    assertThat(booked("COST", "JPY")).isEqualByComparingTo("1");
    assertThat(world.number("select sum(amount) from ledger.entry where currency = 'JPY'")).isZero();
  }

  private static void pay(Payer payer, Payment.Kind kind, String amount) {
    world.open.funds.book(payer, kind, Money.of(amount, "JPY"), "", "test", null);
  }
}

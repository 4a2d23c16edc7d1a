package org.strowger.ledger.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.strowger.ledger.internal.World.pays;
import static org.strowger.ledger.internal.World.rate;
import static org.strowger.ledger.internal.World.usd;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.strowger.billing.api.Cdr;
import org.strowger.billing.api.CdrQuery;
import org.strowger.billing.api.FirstHold;
import org.strowger.billing.api.Payer;
import org.strowger.billing.api.Payment;
import org.strowger.billing.api.RateSnapshot;
import org.strowger.billing.api.Reservation;
import org.strowger.billing.api.Reservation.Granted;
import org.strowger.billing.api.Reservation.Refused;
import org.strowger.billing.api.Settlement;
import org.strowger.billing.api.Share;
import org.strowger.kernel.AccountId;
import org.strowger.kernel.CallId;
import org.strowger.kernel.ErrorCode;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.StrowgerException;
import org.strowger.testkit.postgres.TestDatabase;

/** The ledger on a real database: holds, charges, CDRs, payments. */
class LedgerTest {

  private static World world;

  @BeforeAll
  static void open() {
    world = new World(TestDatabase.open());
  }

  @AfterAll
  static void close() {
    world.close();
  }

  private static CallId call() {
    return world.ids.nextCall();
  }

  private static Granted granted(long seconds, boolean last) {
    return new Granted(Duration.ofSeconds(seconds), last);
  }

  @Test
  void noTableTakesAnAmountThatIsNoNumber() {
    Payer payer = world.account("1", "0");
    CallId call = call();
    world.reserve(call, pays(payer, rate("0.6", 1, 1)));
    world.settle(world.facts(call), world.failed(487));
    for (String column : List.of("balance.balance", "balance.credit_limit", "payment.amount", "payment.balance_after", "entry.amount", "cdr.cost", "cdr.price1", "cdr.connect_fee",
        "cdr.surcharge")) {
      String table = column.substring(0, column.indexOf('.'));
      for (String value : List.of("NaN", "Infinity")) {
        assertThatThrownBy(() -> world.number("with changed as (update ledger." + table + " set " + column.substring(table.length() + 1) + " = '" + value
            + "' returning 1) select count(*) from changed")).as("%s of %s", value, column).hasStackTraceContaining(value.equals("NaN") || column.endsWith("1") || column.endsWith("fee")
            || column.endsWith("surcharge") ? table + "_" : "numeric field overflow");
      }
    }
  }

  @Test
  void grantsTenSecondsThenTwentyFortyEighty() {
    Payer payer = world.account("100", "0");
    CallId call = call();

    assertThat(world.reserve(call, pays(payer, rate("0.6", 1, 1)))).isEqualTo(granted(10, false));
    assertThat(world.extend(call)).isEqualTo(granted(30, false));
    assertThat(world.extend(call)).isEqualTo(granted(70, false));
    assertThat(world.extend(call)).isEqualTo(granted(150, false));
    assertThat(world.extend(call)).isEqualTo(granted(310, false));
    assertThat(world.extend(call)).isEqualTo(granted(510, false));
    assertThat(world.extend(call)).isEqualTo(granted(710, false));
    assertThat(world.held(payer)).isEqualByComparingTo("7.10");

    world.settle(world.facts(call), world.failed(487));
    assertThat(world.held(payer)).isZero();
  }

  @Test
  void grantsWhatTheHeldMoneyPaysFor() {
    Payer payer = world.account("1", "0");
    CallId call = call();

    assertThat(world.reserve(call, pays(payer, rate("0.6", 60, 60)))).isEqualTo(granted(60, false));
    assertThat(world.held(payer)).isEqualByComparingTo("0.6");
    assertThat(world.extend(call)).isEqualTo(granted(60, true));

    CallId other = call();
    assertThat(world.reserve(other, pays(payer, rate("0.6", 60, 60))))
        .isEqualTo(new Refused(payer, payer + " has 0.4 USD available, 0.6 USD needed for the first 10 s"));
    assertThat(world.open.ledger.holds()).noneMatch(hold -> hold.call().equals(other));
    world.settle(world.facts(call), world.failed(487));
  }

  @Test
  void lastSliceIsWhatTheRestPaysFor() {
    Payer payer = world.account("0.12", "0.03");
    CallId call = call();

    assertThat(world.reserve(call, pays(payer, rate("0.6", 1, 1)))).isEqualTo(granted(10, false));
    assertThat(world.extend(call)).isEqualTo(granted(15, true));
    assertThat(world.extend(call)).isEqualTo(granted(15, true));

    world.open.funds.book(payer, Payment.Kind.FUNDS, usd("1"), "", "test", null);
    assertThat(world.extend(call)).isEqualTo(granted(35, false));

    Instant connected = world.time.now();
    World.get(world.open.ledger.answered(world.facts(call), connected));
    Settlement settlement = world.settle(world.facts(call), world.hungUp(connected, Duration.ofMillis(35_700)));
    assertThat(settlement.cdrs()).singleElement().satisfies(cdr -> {
      assertThat(cdr.billedSeconds()).isEqualTo(35);
      assertThat(cdr.cost()).isEqualTo(usd("0.35"));
    });
    assertThat(world.balance(payer)).isEqualByComparingTo("0.77");
    assertThat(world.held(payer)).isZero();
  }

  @Test
  void saysWhatWouldBeHeldAndHoldsNothing() {
    Payer payer = world.account("1", "0");
    List<Share> shares = pays(payer, rate("0.6", 60, 60));

    FirstHold first = World.get(world.open.ledger.firstHold(shares, world.time.now()));
    assertThat(first).isEqualTo(new FirstHold(granted(60, false), Duration.ofSeconds(10), List.of(new FirstHold.Part(payer, usd("0.6"), usd("1")))));
    assertThat(world.held(payer)).isZero();
    assertThat(world.open.ledger.holds()).noneMatch(hold -> hold.payer().equals(payer));

    CallId call = call();
    assertThat(world.reserve(call, pays(payer, rate("0.6", 60, 60)))).isEqualTo(first.answer());
    FirstHold second = World.get(world.open.ledger.firstHold(shares, world.time.now()));
    assertThat(second.answer()).isEqualTo(new Refused(payer, payer + " has 0.4 USD available, 0.6 USD needed for the first 10 s"));
    assertThat(second.parts()).containsExactly(new FirstHold.Part(payer, usd("0.6"), usd("0.4")));
    world.settle(world.facts(call), world.failed(487));

    Payer nobody = Payer.of(new AccountId(999_999));
    assertThat(World.get(world.open.ledger.firstHold(pays(nobody, rate("0.6", 60, 60)), world.time.now())).answer()).isEqualTo(new Refused(nobody, nobody + " has no balance: it was never opened, or was deleted"));
  }

  @Test
  void holdsForAllPayersOrNone() {
    Payer rich = world.account("10", "0");
    Payer poor = world.account("0.05", "0");
    CallId call = call();

    Reservation answer = world.reserve(call, List.of(new Share(rich, rate("0.6", 1, 1), true), new Share(poor, rate("0.6", 1, 1), true)));

    assertThat(answer).isInstanceOfSatisfying(Refused.class, refused -> assertThat(refused.payer()).isEqualTo(poor));
    assertThat(world.held(rich)).isZero();
    assertThat(world.held(poor)).isZero();
  }

  @Test
  void aCarrierBoundsNothingAndIsCharged() {
    Payer payer = world.account("10", "0");
    Payer carrier = world.carrier();
    CallId call = call();
    Instant connected = world.time.now();

    world.reserve(call, List.of(new Share(payer, rate("0.6", 1, 1), true), new Share(carrier, rate("0.3", 1, 1), false)));
    World.get(world.open.ledger.answered(world.facts(call), connected));
    world.settle(world.facts(call), world.hungUp(connected, Duration.ofSeconds(7)));

    assertThat(world.balance(payer)).isEqualByComparingTo("9.93");
    assertThat(world.balance(carrier)).isEqualByComparingTo("-0.035");
    assertThat(world.open.cdrs.find(CdrQuery.ofCall(call))).hasSize(2);
  }

  @Test
  void aFreeCallHoldsNothingAndIsRefusedPastTheLimit() {
    Payer payer = world.account("0", "0");
    RateSnapshot free = RateSnapshot.freeOnNet(World.USD, org.strowger.billing.api.DurationRounding.ROUND);
    CallId call = call();

    assertThat(world.reserve(call, pays(payer, free))).isEqualTo(granted(CallHold.CEILING, true));
    assertThat(world.held(payer)).isZero();
    world.settle(world.facts(call), world.failed(486));

    Payer owing = world.account("-0.4", "0.3");
    assertThat(world.reserve(call(), pays(owing, free))).isEqualTo(new Refused(owing, owing + " is 0.1 USD past its credit limit"));
  }

  @Test
  void aPayerWithoutABalanceOrInAnotherCurrencyIsRefused() {
    Payer nobody = Payer.of(new AccountId(999_999));
    assertThat(world.reserve(call(), pays(nobody, rate("1", 1, 1)))).isEqualTo(new Refused(nobody, nobody + " has no balance: it was never opened, or was deleted"));

    Payer euros = Payer.of(new AccountId(999_998));
    world.open.funds.open(euros, org.strowger.kernel.Money.of("5", "EUR"), org.strowger.kernel.Money.of("0", "EUR"), "test");
    assertThat(world.reserve(call(), pays(euros, rate("1", 1, 1)))).isEqualTo(new Refused(euros, euros + " has EUR, the call is priced in USD"));
  }

  @Test
  void settlesOnceHoweverOftenAsked() {
    Payer payer = world.account("10", "0");
    CallId call = call();
    Instant connected = world.time.now();
    world.reserve(call, pays(payer, rate("0.6", 1, 1)));
    World.get(world.open.ledger.answered(world.facts(call), connected));

    List<CompletionStage<Settlement>> asked = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      asked.add(world.open.ledger.settle(world.facts(call), world.hungUp(connected, Duration.ofSeconds(9)), List.of()));
    }
    Settlement first = World.get(asked.get(0));
    asked.forEach(stage -> assertThat(World.get(stage)).isEqualTo(first));
    assertThat(world.settle(world.facts(call), world.hungUp(connected, Duration.ofSeconds(9)))).isEqualTo(first);

    assertThat(world.balance(payer)).isEqualByComparingTo("9.91");
    assertThat(world.open.cdrs.find(CdrQuery.ofCall(call))).isEqualTo(first.cdrs());
    assertThat(world.number("select count(*) from ledger.journal where call = " + call.value())).isZero();
  }

  @Test
  void aFailedCallGetsCdrsOfCostZeroAndOneWithoutPayerIfNobodyPays() {
    Payer payer = world.account("10", "0");
    CallId call = call();
    world.reserve(call, pays(payer, rate("0.6", 1, 1)));

    assertThat(world.settle(world.facts(call), world.failed(486)).cdrs()).singleElement().satisfies(cdr -> {
      assertThat(cdr.payer()).isEqualTo(payer);
      assertThat(cdr.cost()).isEqualTo(usd("0"));
      assertThat(cdr.end().result()).isEqualTo(486);
    });
    assertThat(world.settle(world.facts(call()), world.failed(404)).cdrs()).singleElement().satisfies(cdr -> {
      assertThat(cdr.payer()).isNull();
      assertThat(cdr.cost()).isNull();
    });
  }

  @Test
  void theCdrAloneGivesTheCostAgain() {
    Payer payer = world.account("10", "0");
    CallId call = call();
    Instant connected = world.time.now();
    RateSnapshot rate = new RateSnapshot(null, "1416", World.USD, new BigDecimal("0.0125"), new BigDecimal("0.070"), 30, 6, new BigDecimal("0.5"), 5, 3,
        new BigDecimal("0.1"), 18, true, org.strowger.billing.api.DurationRounding.ROUND_UP, 300);
    world.reserve(call, pays(payer, rate));
    world.extend(call);
    world.extend(call);
    World.get(world.open.ledger.answered(world.facts(call), connected));
    world.settle(world.facts(call), world.hungUp(connected, Duration.ofMillis(60_100)));

    Cdr cdr = world.open.cdrs.find(CdrQuery.ofCall(call)).get(0);
    assertThat(cdr.rate()).isEqualTo(rate);
    assertThat(cdr.billedSeconds()).isEqualTo(61);
    assertThat(cdr.rate().cost(cdr.billedSeconds())).isEqualTo(cdr.cost());
    assertThat(world.number("select -sum(amount) from ledger.entry where leg = 0 and call = " + call.value())).isEqualByComparingTo(cdr.cost().amount());
  }

  @Test
  void aDebitMayNotTakeWhatCallsHold() {
    Payer payer = world.account("1", "0");
    CallId call = call();
    world.reserve(call, pays(payer, rate("0.6", 60, 60)));

    assertThatThrownBy(() -> world.open.funds.book(payer, Payment.Kind.DEBIT, usd("0.5"), "", "test", null))
        .isInstanceOfSatisfying(StrowgerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT))
        .hasMessage(payer + " has 0.4 USD available, less than the debit of 0.5 USD; 0.6 USD are held for calls");
    assertThat(world.balance(payer)).isEqualByComparingTo("1");

    world.open.funds.book(payer, Payment.Kind.DEBIT, usd("0.4"), "", "test", null);
    world.settle(world.facts(call), world.failed(487));
    assertThat(world.balance(payer)).isEqualByComparingTo("0.6");
  }

  @Test
  void paymentsAreListedNewestFirstAndAKeyBooksOnce() {
    Payer payer = world.account("5", "0");
    Payment first = world.open.funds.book(payer, Payment.Kind.FUNDS, usd("1.5"), "cheque 12", "anna", "k1");

    assertThat(world.open.funds.book(payer, Payment.Kind.FUNDS, usd("1.5"), "cheque 12", "anna", "k1")).isEqualTo(first);
    assertThat(first.balanceAfter()).isEqualTo(usd("6.5"));
    world.open.funds.book(payer, Payment.Kind.CREDIT, usd("0.25"), "", "anna", null);
    assertThat(world.open.funds.payments(payer, 0, 10)).extracting(Payment::kind)
        .containsExactly(Payment.Kind.CREDIT, Payment.Kind.FUNDS, Payment.Kind.OPENING);
    assertThat(world.balance(payer)).isEqualByComparingTo("6.75");
  }

  @Test
  void aKeyThatBookedSomethingElseIsAConflict() {
    Payer payer = world.account("5", "0");
    Payment first = world.open.funds.book(payer, Payment.Kind.FUNDS, usd("1.5"), "", "anna", "k1");

    assertThat(world.open.funds.book(payer, Payment.Kind.FUNDS, usd("1.50"), "again", "anna", "k1")).isEqualTo(first);
    for (var wrong : List.of(List.of(Payment.Kind.DEBIT, usd("1.5")), List.of(Payment.Kind.FUNDS, usd("1.51")),
        List.of(Payment.Kind.FUNDS, org.strowger.kernel.Money.of("1.5", "EUR")))) {
      assertThatThrownBy(() -> world.open.funds.book(payer, (Payment.Kind) wrong.get(0), (org.strowger.kernel.Money) wrong.get(1), "", "anna", "k1"))
          .isInstanceOfSatisfying(StrowgerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT)).hasMessageContaining("k1");
    }
    assertThat(world.balance(payer)).isEqualByComparingTo("6.5");
  }

  @Test
  void badPaymentsAreRefused() {
    Payer payer = world.account("5", "0");
    assertThatThrownBy(() -> world.open.funds.book(payer, Payment.Kind.FUNDS, usd("0"), "", "x", null)).isInstanceOf(InvalidInput.class).hasMessageContaining("amount");
    assertThatThrownBy(() -> world.open.funds.book(payer, Payment.Kind.FUNDS, org.strowger.kernel.Money.of("1", "EUR"), "", "x", null))
        .isInstanceOf(InvalidInput.class).hasMessageContaining("USD");
    assertThatThrownBy(() -> world.open.funds.book(payer, Payment.Kind.FUNDS, usd("1"), "n".repeat(257), "x", null))
        .isInstanceOf(InvalidInput.class).hasMessageContaining("256");
    assertThatThrownBy(() -> world.open.funds.book(payer, Payment.Kind.FUNDS, usd("1"), "\uD83D\uDE00".repeat(257), "x", null))
        .isInstanceOf(InvalidInput.class).hasMessageContaining("not 257");
    assertThatThrownBy(() -> world.open.funds.book(payer, Payment.Kind.FUNDS, usd("1"), "a\0b", "x", null))
        .isInstanceOf(InvalidInput.class).hasMessageContaining("notes 'a\\u0000b'");
    assertThatThrownBy(() -> world.open.funds.book(payer, Payment.Kind.FUNDS, usd("1"), "", "x", "k\uD83D"))
        .isInstanceOf(InvalidInput.class).hasMessageContaining("idempotencyKey 'k\\ud83d'");
    assertThatThrownBy(() -> world.open.funds.book(payer, Payment.Kind.FUNDS, usd("999999999999999999"), "", "x", null))
        .isInstanceOf(InvalidInput.class).hasMessageContaining("amount '999999999999999999': leaves a balance of at most 18 digits");
    assertThatThrownBy(() -> world.open.funds.open(payer, usd("1"), usd("0"), "x"))
        .isInstanceOfSatisfying(StrowgerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DUPLICATE));
    assertThat(world.balance(payer)).isEqualByComparingTo("5");
    assertThat(world.open.funds.book(payer, Payment.Kind.FUNDS, usd("1"), "\uD83D\uDE00".repeat(256), "x", null).notes()).hasSize(512);
  }

  @Test
  void aRolledBackTransactionLeavesNothing() {
    Payer payer = world.account("5", "0");
    world.reserve(call(), pays(payer, rate("0.06", 1, 1)));
    Payer unborn = Payer.of(new AccountId(777_777));

    assertThatThrownBy(() -> world.database.tx().run(() -> {
      world.open.funds.open(unborn, usd("3"), usd("0"), "x");
      world.open.funds.book(unborn, Payment.Kind.DEBIT, usd("2"), "", "x", null);
      world.open.funds.book(payer, Payment.Kind.DEBIT, usd("4.99"), "", "x", null);
      throw new IllegalStateException("no");
    })).hasMessage("no");

    assertThat(world.balance(payer)).isEqualByComparingTo("5");
    assertThat(world.open.funds.balance(unborn)).isEmpty();
    assertThat(world.reserve(call(), pays(unborn, rate("0.06", 1, 1)))).isInstanceOf(Refused.class);
  }

  @Test
  void everyTransactionSumsToZeroAndBalancesAreSumsOfEntries() {
    assertThat(world.number("select count(*) from (select id from ledger.entry group by id, currency having sum(amount) <> 0) x")).isZero();
    assertThat(world.number("select count(*) from ledger.balance b where balance <> "
        + "(select coalesce(sum(amount), 0) from ledger.entry e where e.party = b.payer_kind and e.party_id = b.payer_id and e.currency = b.currency)")).isZero();
    assertThat(world.number("select count(*) from ledger.cdr_default")).isZero();
  }
}

package org.strowger.ledger.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.strowger.ledger.internal.World.pays;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.strowger.billing.api.CallFacts;
import org.strowger.billing.api.Cdr;
import org.strowger.billing.api.CdrQuery;
import org.strowger.billing.api.DurationRounding;
import org.strowger.billing.api.Payer;
import org.strowger.billing.api.PeriodPrice;
import org.strowger.billing.api.RateSnapshot;
import org.strowger.billing.api.Reservation;
import org.strowger.billing.api.Reservation.Granted;
import org.strowger.billing.api.Reservation.Refused;
import org.strowger.billing.api.Share;
import org.strowger.billing.api.TimeOfDay;
import org.strowger.billing.api.TimeOfDayPricing;
import org.strowger.kernel.AccountId;
import org.strowger.kernel.CallId;
import org.strowger.kernel.ErrorCode;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.TariffId;
import org.strowger.testkit.postgres.TestDatabase;

/** Calls into an hour with another price: slices, holds, settlement, CDR, and a price that nobody can settle. */
class TimedCallTest {

  private static World world;

  @BeforeAll
  static void open() {
    world = new World(TestDatabase.open());
  }

  @AfterAll
  static void close() {
    world.close();
  }

  /** 0.06 a minute until so many seconds from now (at a whole minute), then this. */
  private static RateSnapshot until(Instant change, String then) {
    String hour = DateTimeFormatter.ofPattern("HH:mm").format(change.atOffset(ZoneOffset.UTC));
    String end = DateTimeFormatter.ofPattern("HH:mm").format(change.plusSeconds(4 * 3_600).atOffset(ZoneOffset.UTC));
    var later = new PeriodPrice(hour + "-" + end, new BigDecimal(then), new BigDecimal(then), 60, 60, 0);
    return new RateSnapshot(new TariffId(1), "44", World.USD, new BigDecimal("0.06"), new BigDecimal("0.06"), 60, 60, BigDecimal.ZERO, 0, 0, BigDecimal.ZERO, 20, false,
        DurationRounding.ROUND, 200, new TimeOfDay(ZoneOffset.UTC, TimeOfDayPricing.AT_INCREMENT_START, List.of(later)));
  }

  /** A whole minute, at least one from now. */
  private static Instant nextMinute() {
    long minutes = world.time.now().getEpochSecond() / 60 + 2;
    return Instant.ofEpochSecond(60 * minutes);
  }

  private static Cdr cdr(CallId call) {
    return world.open.cdrs.find(CdrQuery.ofCall(call)).get(0);
  }

  @Test
  void slicesAndChargesFollowTheHour() {
    Payer payer = world.account("0.15", "0");
    CallId call = world.ids.nextCall();
    Instant change = nextMinute();
    world.time.move(Duration.between(world.time.now(), change.minusSeconds(90)));
    Instant connected = world.time.now();
    assertThat(world.reserve(call, pays(payer, until(change, "0.03")))).isEqualTo(new Granted(Duration.ofSeconds(60), false));
    World.get(world.open.ledger.answered(world.facts(call), connected));
    assertThat(world.extend(call)).isEqualTo(new Granted(Duration.ofSeconds(120), false));
    assertThat(world.held(payer)).isEqualByComparingTo("0.12");
    assertThat(world.extend(call)).isEqualTo(new Granted(Duration.ofSeconds(180), false));
    assertThat(world.held(payer)).isEqualByComparingTo("0.15");
    assertThat(world.extend(call)).isEqualTo(new Granted(Duration.ofSeconds(180), true));
    world.settle(world.facts(call), world.hungUp(connected, Duration.ofSeconds(121)));

    Cdr cdr = cdr(call);
    assertThat(cdr.cost()).isEqualTo(World.usd("0.15"));
    assertThat(cdr.rate().cost(cdr.billedSeconds(), cdr.end().connectTime())).isEqualTo(cdr.cost());
    assertThat(world.balance(payer)).isEqualByComparingTo("0");
  }

  /** Free until then, from then on so much a minute, one second at a time, by the hour in which the call begins. */
  private static RateSnapshot freeUntil(Instant change, String then) {
    RateSnapshot rate = until(change, then);
    PeriodPrice later = rate.timeOfDay().periods().get(0);
    return new RateSnapshot(rate.tariff(), rate.prefix(), rate.currency(), BigDecimal.ZERO, BigDecimal.ZERO, 1, 1, BigDecimal.ZERO, 0, 0, BigDecimal.ZERO, 20, false, DurationRounding.ROUND, 200,
        new TimeOfDay(ZoneOffset.UTC, TimeOfDayPricing.AT_CALL_START, List.of(new PeriodPrice(later.period(), later.price1(), later.priceN(), 1, 1, 0))));
  }

  /** A call asks for money 5 s before the change and is answered 5 s after it. */
  private static Reservation ringsOverTheChange(CallId call, Payer payer, RateSnapshot rate, Instant change, Reservation before) {
    world.time.move(Duration.between(world.time.now(), change.minusSeconds(5)));
    assertThat(world.reserve(call, pays(payer, rate))).isEqualTo(before);
    world.time.move(Duration.ofSeconds(10));
    return World.get(world.open.ledger.answered(world.facts(call), world.time.now()));
  }

  @Test
  void theSevenDaysOfAFreeHourEndWhereADearOneBegins() {
    Payer payer = world.account("0.50", "0");
    CallId call = world.ids.nextCall();
    Instant change = nextMinute();
    Reservation answer = ringsOverTheChange(call, payer, freeUntil(change, "6.00"), change, new Granted(Duration.ofDays(7), true));
    Instant connected = world.time.now();
    assertThat(answer).isEqualTo(new Granted(Duration.ofSeconds(5), true));
    assertThat(world.held(payer)).isEqualByComparingTo("0.50");
    assertThat(world.number("select granted from ledger.journal where call = " + call.value())).isEqualByComparingTo("5");
    world.settle(world.facts(call), world.hungUp(connected, Duration.ofSeconds(5)));

    Cdr cdr = cdr(call);
    assertThat(cdr.billedSeconds()).isEqualTo(5);
    assertThat(cdr.cost()).isEqualTo(World.usd("0.50"));
    assertThat(cdr.rate().cost(cdr.billedSeconds(), cdr.end().connectTime())).isEqualTo(cdr.cost());
    assertThat(world.balance(payer)).isEqualByComparingTo("0");
  }

  @Test
  void whoHasEnoughIsGrantedTheFirstSliceOfTheDearHour() {
    Payer payer = world.account("100", "0");
    CallId call = world.ids.nextCall();
    Instant change = nextMinute();
    Reservation answer = ringsOverTheChange(call, payer, freeUntil(change, "6.00"), change, new Granted(Duration.ofDays(7), true));
    assertThat(answer).isEqualTo(new Granted(Duration.ofSeconds(10), false));
    assertThat(world.held(payer)).isEqualByComparingTo("1");
    assertThat(world.extend(call)).isEqualTo(new Granted(Duration.ofSeconds(30), false));
    world.settle(world.facts(call), world.hungUp(world.time.now(), Duration.ofSeconds(17)));
    assertThat(world.balance(payer)).isEqualByComparingTo("98.3");
  }

  @Test
  void anHourThatBecomesFreeGrantsTheLongestCall() {
    Payer payer = world.account("1", "0");
    CallId call = world.ids.nextCall();
    Instant change = nextMinute();
    RateSnapshot dear = freeUntil(change, "0");
    var rate = new RateSnapshot(dear.tariff(), dear.prefix(), dear.currency(), BigDecimal.ONE, BigDecimal.ONE, 60, 60, BigDecimal.ZERO, 0, 0, BigDecimal.ZERO, 20, false, DurationRounding.ROUND, 200, dear.timeOfDay());
    assertThat(ringsOverTheChange(call, payer, rate, change, new Granted(Duration.ofSeconds(60), false))).isEqualTo(new Granted(Duration.ofDays(7), true));
    assertThat(world.held(payer)).isZero();
    world.settle(world.facts(call), world.hungUp(world.time.now(), Duration.ofSeconds(61)));
    assertThat(world.balance(payer)).isEqualByComparingTo("1");
  }

  @Test
  void anAnswerInADearerHourThatTheMoneyDoesNotPayForIsRefused() {
    Payer payer = world.account("0.10", "0");
    CallId call = world.ids.nextCall();
    Instant change = nextMinute();
    Reservation answer = ringsOverTheChange(call, payer, until(change, "0.60"), change, new Granted(Duration.ofSeconds(60), false));
    assertThat(answer).isEqualTo(new Refused(payer, payer + " has 0.1 USD available, 0.6 USD needed for the first second since a dearer hour began before the answer"));
    assertThat(world.held(payer)).as("held as before the answer").isEqualByComparingTo("0.06");
    assertThat(world.number("select count(*) from ledger.journal where call = " + call.value())).isZero();
    world.settle(world.facts(call), world.failed(402));

    assertThat(cdr(call).cost()).isEqualTo(World.usd("0"));
    assertThat(world.balance(payer)).isEqualByComparingTo("0.10");
    assertThat(world.held(payer)).isZero();
  }

  /** Who holds nothing may be forgotten while it rings for long, or come from an earlier instance: his money is asked for before the answer counts. */
  @Test
  void theAnswerAsksForABalanceThatADeletionMadeForgotten() {
    Payer payer = Payer.of(new AccountId(99));
    var loads = new ArrayDeque<Runnable>();
    var written = new ArrayList<Write>();
    var purses = new Purses(world.time, loads::add, p -> Optional.of(new BalanceRow(p, World.USD, true, new BigDecimal("0.50"), BigDecimal.ZERO, 1)));
    var ledger = World.ledger(purses, world.time, new Noting(written), Duration.ofSeconds(3));
    Instant change = nextMinute();
    world.time.move(Duration.between(world.time.now(), change.minusSeconds(5)));
    CallId call = world.ids.nextCall();
    CompletionStage<Reservation> first = ledger.reserve(call, pays(payer, freeUntil(change, "6.00")));
    loads.remove().run();
    assertThat(World.get(first)).isEqualTo(new Granted(Duration.ofDays(7), true));
    world.time.move(Duration.ofSeconds(10));
    aDeletionIsRolledBack(purses, payer);

    CompletionStage<Reservation> answer = ledger.answered(world.facts(call), world.time.now());
    assertThat(answer.toCompletableFuture()).isNotDone();
    assertThat(written).isEmpty();
    loads.remove().run();
    assertThat(World.get(answer)).isEqualTo(new Granted(Duration.ofSeconds(5), true));
    assertThat(written).singleElement().isInstanceOfSatisfying(Write.Journaled.class, row -> assertThat(row.granted()).isEqualTo(5));

    // One that is settled while its purse loads gets no journal row that nobody would end.
    CallId gone = world.ids.nextCall();
    CompletionStage<Reservation> second = ledger.reserve(gone, pays(Payer.of(new AccountId(98)), freeUntil(change, "0")));
    loads.remove().run();
    World.get(second);
    aDeletionIsRolledBack(purses, Payer.of(new AccountId(98)));
    CompletionStage<Reservation> late = ledger.answered(world.facts(gone), world.time.now());
    ledger.settle(world.facts(gone), world.failed(503), List.of());
    loads.remove().run();
    assertThatThrownBy(() -> World.get(late)).isInstanceOfSatisfying(StrowgerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND));
    assertThat(written).filteredOn(row -> row.call().equals(gone)).noneMatch(Write.Journaled.class::isInstance);
  }

  /** What is known of the balance is read anew; the call keeps its place. */
  private static void aDeletionIsRolledBack(Purses purses, Payer payer) {
    purses.locked(payer, purse -> {
      purse.forget(0);
      return null;
    });
  }

  @Test
  void anHourThatBeginsWhileItRingsIsHeldAtItsPrice() {
    Payer payer = world.account("10", "0");
    CallId call = world.ids.nextCall();
    Instant change = nextMinute();
    world.time.move(Duration.between(world.time.now(), change.minusSeconds(5)));
    world.reserve(call, pays(payer, until(change, "0.60")));
    assertThat(world.held(payer)).isEqualByComparingTo("0.06");
    world.time.move(Duration.ofSeconds(10));
    World.get(world.open.ledger.answered(world.facts(call), world.time.now()));
    assertThat(world.held(payer)).isEqualByComparingTo("0.60");
    world.settle(world.facts(call), world.hungUp(world.time.now(), Duration.ofSeconds(60)));
    assertThat(world.balance(payer)).isEqualByComparingTo("9.4");
  }

  @Test
  void theJournalKeepsTheHours() {
    RateSnapshot rate = until(nextMinute(), "0.03");
    List<Share> shares = List.of(new Share(Payer.of(new AccountId(7)), rate, true), new Share(Payer.of(new AccountId(8)), World.rate("1", 1, 1), true));
    assertThat(ShareText.parse(ShareText.print(shares))).isEqualTo(shares);
  }

  @Test
  void aPriceThatCannotBeSettledStopsNobodyElse() {
    Payer payer = world.account("10", "0");
    Payer carrier = world.account("0", "0");
    CallId call = world.ids.nextCall();
    Instant connected = world.time.now();
    world.reserve(call, List.of(new Share(payer, World.rate("0.6", 1, 1), true), new Share(carrier, World.rate("999999999999999999", 3600, 3600), false)));
    World.get(world.open.ledger.answered(world.facts(call), connected));
    world.settle(world.facts(call), world.hungUp(connected, Duration.ofSeconds(10)));

    assertThat(world.balance(payer)).isEqualByComparingTo("9.9");
    List<Cdr> cdrs = world.open.cdrs.find(CdrQuery.ofCall(call));
    assertThat(cdrs).hasSize(2).filteredOn(cdr -> cdr.cost() == null).singleElement().satisfies(cdr -> assertThat(cdr.payer()).isEqualTo(carrier));
  }

  @Test
  void partitionsAreLockedInTheOrderOfTheWriter() {
    assertThat(Partitions.TABLES.toString()).containsSubsequence("cdr", "entry");
  }

  @Test
  void theCdrSaysWhatTheCallerClaimed() {
    Payer payer = world.account("10", "0");
    CallId call = world.ids.nextCall();
    CallFacts f = world.facts(call);
    var facts = new CallFacts(call, f.sipCallId(), f.customer(), f.caller(), f.callee(), f.carrier(), f.cliIn(), f.cldIn(), f.cli(), f.cld(), f.setupTime(), f.remoteIp(), f.userAgent(),
        "sip/tls", "<sip:101@example.net>", "<sip:101@example.net>;privacy=off");
    world.reserve(call, pays(payer, World.rate("0.6", 1, 1)));
    World.get(world.open.ledger.answered(facts, world.time.now()));
    world.settle(facts, world.hungUp(world.time.now(), Duration.ofSeconds(1)));
    assertThat(cdr(call).call()).isEqualTo(facts);
    assertThat(CdrView.of(cdr(call))).containsEntry("protocol", "sip/tls").containsEntry("pAssertedId", "<sip:101@example.net>")
        .containsEntry("remotePartyId", "<sip:101@example.net>;privacy=off");
  }

  @Test
  void slicesAreDoubledOrOneAcdEach() {
    assertThat(LongStream.iterate(Slices.INCREMENTAL.first(300), slice -> Slices.INCREMENTAL.after(slice, 300)).limit(7)).containsExactly(10L, 20L, 40L, 80L, 160L, 300L, 300L);
    assertThat(Slices.INCREMENTAL.after(160, 30)).isEqualTo(200);
    assertThat(Slices.ACD.first(3)).isEqualTo(5);

    var purses = new Purses(world.time, Runnable::run, payer -> Optional.of(new BalanceRow(payer, World.USD, true, new BigDecimal("1"), BigDecimal.ZERO, 1)));
    var holds = new Holds(purses, world.time, Slices.ACD, new Outage(world.time, Outage.NewCalls.REFUSE, BigDecimal.TEN));
    Payer payer = Payer.of(new AccountId(99));
    World.get(purses.load(List.of(payer)));
    CallId call = world.ids.nextCall();
    // World.rate has an ACD of 200 s.
    assertThat(holds.reserve(call, pays(payer, World.rate("0.06", 1, 1)), world.time.ticks())).contains(new Granted(Duration.ofSeconds(200), false));
    assertThat(holds.extend(holds.find(call))).contains(new Granted(Duration.ofSeconds(400), false));
  }
}

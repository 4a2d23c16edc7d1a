package org.strowger.ledger.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.strowger.ledger.internal.World.pays;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
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
import org.strowger.billing.api.Reservation.Granted;
import org.strowger.billing.api.Share;
import org.strowger.billing.api.TimeOfDay;
import org.strowger.billing.api.TimeOfDayPricing;
import org.strowger.kernel.AccountId;
import org.strowger.kernel.CallId;
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

  @Test
  void aDearerHourThatBeginsWhileItRingsTakesNobodyPastTheLimit() {
    Payer payer = world.account("0.10", "0");
    CallId call = world.ids.nextCall();
    Instant change = nextMinute();
    world.time.move(Duration.between(world.time.now(), change.minusSeconds(5)));
    assertThat(world.reserve(call, pays(payer, until(change, "0.60")))).isEqualTo(new Granted(Duration.ofSeconds(60), false));
    world.time.move(Duration.ofSeconds(10));
    Instant connected = world.time.now();
    World.get(world.open.ledger.answered(world.facts(call), connected));
    world.settle(world.facts(call), world.hungUp(connected, Duration.ofSeconds(60)));

    assertThat(world.balance(payer)).isNotNegative();
    assertThat(world.held(payer)).isZero();
    Cdr cdr = cdr(call);
    assertThat(cdr.rate().cost(cdr.billedSeconds(), cdr.end().connectTime())).isEqualTo(cdr.cost());
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
    var holds = new Holds(purses, world.time, Slices.ACD);
    Payer payer = Payer.of(new AccountId(99));
    World.get(purses.load(List.of(payer)));
    CallId call = world.ids.nextCall();
    // World.rate has an ACD of 200 s.
    assertThat(holds.reserve(call, pays(payer, World.rate("0.06", 1, 1)), world.time.ticks())).contains(new Granted(Duration.ofSeconds(200), false));
    assertThat(holds.extend(holds.find(call))).contains(new Granted(Duration.ofSeconds(400), false));
  }
}

package org.strowger.ledger.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.strowger.billing.api.CallEnd;
import org.strowger.billing.api.CallFacts;
import org.strowger.billing.api.Cdr;
import org.strowger.billing.api.DurationRounding;
import org.strowger.billing.api.Payer;
import org.strowger.billing.api.PeriodPrice;
import org.strowger.billing.api.RateSnapshot;
import org.strowger.billing.api.Reservation;
import org.strowger.billing.api.Reservation.Granted;
import org.strowger.billing.api.Settlement;
import org.strowger.billing.api.TimeOfDay;
import org.strowger.billing.api.TimeOfDayPricing;
import org.strowger.kernel.CallId;
import org.strowger.kernel.Money;
import org.strowger.kernel.TariffId;
import org.strowger.testkit.postgres.TestDatabase;

/**
 * 1,000 random tariffs, each with an account of its own and calls that talk at the same time, on the movable clock:
 * no balance ever passes its limit, and tariff, CDR and ledger agree to the last decimal.
 */
class OverdraftPropertyTest {

  private static final int TARIFFS = 1_000;
  private static final int CALLS = 4;

  private final long seed = Long.getLong("seed", System.nanoTime());
  private final Random random = new Random(seed);
  /** What each call must be billed for, from what was talked and granted alone. */
  private final Map<CallId, Long> billed = new HashMap<>();

  /** What answers said that nobody waited for, and what they must have said. */
  private final Map<CompletionStage<Reservation>, Granted> answers = new HashMap<>();

  private final List<CompletionStage<Settlement>> settlements = new ArrayList<>();

  private record Means(BigDecimal opening, BigDecimal limit) {}

  /** A call that is up. Its next event is an extension, 5 s before the granted time is over, or its end. */
  private static final class Up {
    final CallFacts facts;
    final RateSnapshot rate;
    final Instant connected;
    final Duration wanted;
    Duration granted;
    boolean last;

    Up(CallFacts facts, RateSnapshot rate, Instant connected, Duration wanted, Granted granted) {
      this.facts = facts;
      this.rate = rate;
      this.connected = connected;
      this.wanted = wanted;
      take(granted);
    }

    void take(Granted more) {
      granted = more.total();
      last = more.last();
    }

    boolean ends() {
      return wanted.compareTo(asksAt()) <= 0 || last;
    }

    Duration asksAt() {
      return granted.minusSeconds(5);
    }

    Instant next() {
      Duration end = wanted.compareTo(granted) < 0 ? wanted : granted;
      return connected.plus(ends() ? end : asksAt());
    }
  }

  @Test
  void noCallTakesABalancePastItsLimit() {
    System.out.println("seed " + seed);
    try (var world = new World(TestDatabase.open())) {
      var payers = new LinkedHashMap<Payer, Means>();
      var calls = new PriorityQueue<Up>(Comparator.comparing(Up::next).thenComparing(up -> up.facts.call()));
      int refused = 0;
      for (int i = 0; i < TARIFFS; i++) {
        RateSnapshot rate = tariff(i);
        BigDecimal money = BigDecimal.valueOf(random.nextInt(400), 2);
        BigDecimal limit = random.nextInt(3) == 0 ? BigDecimal.valueOf(random.nextInt(100), 2) : BigDecimal.ZERO;
        Payer payer = world.account(money.toPlainString(), limit.toPlainString());
        payers.put(payer, new Means(money, limit));
        refused += begin(world, payer, rate, calls);
      }
      System.out.println(calls.size() + " calls are up, " + refused + " were refused, " + billed.size() + " of them at the answer");
      assertThat(calls.size()).isGreaterThan(TARIFFS / 2);
      assertThat(refused).isGreaterThan(TARIFFS / 10);

      talk(world, calls);
      check(world, payers);
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("seed " + seed, e);
    }
  }

  /** @return how many were refused */
  private int begin(World world, Payer payer, RateSnapshot rate, PriorityQueue<Up> calls) {
    int refused = 0;
    for (int j = 0; j < CALLS; j++) {
      world.time.move(Duration.ofMillis(random.nextInt(50)));
      CallId call = world.ids.nextCall();
      Reservation answer = world.reserve(call, World.pays(payer, rate));
      if (answer instanceof Granted granted) {
        // Where prices depend on the hour it rings for longer, so that many hours begin meanwhile.
        Instant connected = world.time.now().plusMillis(random.nextInt(rate.timeOfDay() == null ? 3_000 : 300_000));
        var wanted = Duration.ofMillis(random.nextInt(600_000));
        CallFacts facts = world.facts(call);
        CompletableFuture<Reservation> atTheAnswer = world.open.ledger.answered(facts, connected).toCompletableFuture();
        if (rate.timeOfDay() == null) {
          // Its row shares a commit with others.
          calls.add(new Up(facts, rate, connected, wanted, granted));
          answers.put(atTheAnswer, granted);
        } else if (World.get(atTheAnswer) instanceof Granted now) {
          calls.add(new Up(facts, rate, connected, wanted, now));
        } else {
          settlements.add(world.open.ledger.settle(facts, world.failed(402), List.of()));
          billed.put(call, 0L);
          refused++;
        }
      } else {
        refused++;
      }
    }
    return refused;
  }

  private void talk(World world, PriorityQueue<Up> calls) {
    for (Up up = calls.poll(); up != null; up = calls.poll()) {
      Duration ahead = Duration.between(world.time.now(), up.next());
      world.time.move(ahead.isNegative() ? Duration.ZERO : ahead);
      if (!up.ends()) {
        up.take((Granted) world.extend(up.facts.call()));
        calls.add(up);
        continue;
      }
      boolean cut = up.wanted.compareTo(up.granted) >= 0;
      // Who hangs up at the last moment may be heard late: that must not be billed beyond what is held.
      Duration late = Duration.ofMillis(random.nextInt(900));
      Duration duration = cut ? random.nextBoolean() ? up.granted : up.granted.plus(late) : up.wanted;
      billed.put(up.facts.call(), cut ? up.granted.toSeconds() : Math.min(rounded(up.rate.rounding(), up.wanted), up.granted.toSeconds()));
      var end = new CallEnd(up.connected, up.connected.plus(duration), duration, 0, "over", CallEnd.ReleaseSource.SWITCH, null);
      settlements.add(world.open.ledger.settle(up.facts, end, List.of()));
      if (random.nextInt(4) == 0) {
        settlements.add(world.open.ledger.settle(up.facts, end, List.of()));
      }
    }
  }

  /** Spec B.5, once more and otherwise than the switch does it. */
  private static long rounded(DurationRounding rounding, Duration talked) {
    return BigDecimal.valueOf(talked.toNanos(), 9).setScale(0, rounding == DurationRounding.ROUND ? RoundingMode.HALF_UP : RoundingMode.CEILING).longValueExact();
  }

  private void check(World world, Map<Payer, Means> payers) {
    answers.forEach((answer, before) -> assertThat(World.get(answer)).as("a price that does not depend on the hour").isEqualTo(before));
    Map<CallId, Cdr> cdrs = new HashMap<>();
    settlements.forEach(settlement -> World.get(settlement).cdrs().forEach(cdr -> cdrs.put(cdr.call().call(), cdr)));
    assertThat(cdrs.keySet()).isEqualTo(billed.keySet());
    Map<Payer, BigDecimal> charged = new HashMap<>();
    for (Cdr cdr : cdrs.values()) {
      assertThat(cdr.billedSeconds()).as("billed seconds of %s, which lasted %s", cdr.call().call(), cdr.end().duration()).isEqualTo(billed.get(cdr.call().call()));
      assertThat(cdr.cost()).isEqualTo(cdr.end().answered() ? cdr.rate().cost(cdr.billedSeconds(), cdr.end().connectTime()) : World.usd("0"));
      charged.merge(cdr.payer(), cdr.cost().amount(), BigDecimal::add);
    }
    assertThat(billed.values().stream().mapToLong(Long::longValue).sum()).as("seconds that were talked").isGreaterThan(10 * TARIFFS);
    payers.forEach((payer, means) -> {
      assertThat(world.balance(payer)).as("balance of " + payer).isGreaterThanOrEqualTo(means.limit().negate())
          .isEqualByComparingTo(means.opening().subtract(charged.getOrDefault(payer, BigDecimal.ZERO)));
      assertThat(world.held(payer)).isZero();
    });
    assertThat(world.open.ledger.holds()).isEmpty();
    assertThat(world.number("select count(*) from ledger.journal").add(world.number("select count(*) from ledger.journal_share"))).isZero();
    assertThat(world.number("select count(*) from ledger.cdr c where cost <> "
        + "(select coalesce(-sum(e.amount), 0) from ledger.entry e where e.call = c.call and e.leg = 0)")).as("CDRs that cost other than their entries").isZero();
    assertThat(world.number("select count(*) - count(distinct call) from ledger.cdr")).as("calls with two CDRs").isZero();
    assertThat(world.number("select count(*) from (select id from ledger.entry group by id, currency having sum(amount) <> 0) x")).isZero();
    assertThat(world.number("select count(*) from ledger.balance b where balance <> "
        + "(select coalesce(sum(amount), 0) from ledger.entry e where e.party = b.payer_kind and e.party_id = b.payer_id)")).isZero();
  }

  private RateSnapshot tariff(int number) {
    return new RateSnapshot(new TariffId(number + 1), "1", World.USD, BigDecimal.valueOf(random.nextInt(300), 2), BigDecimal.valueOf(random.nextInt(3000), 3),
        interval(), interval(), random.nextInt(4) == 0 ? BigDecimal.valueOf(random.nextInt(50), 2) : BigDecimal.ZERO,
        random.nextInt(4) == 0 ? random.nextInt(60) : 0, random.nextInt(4) == 0 ? random.nextInt(30) : 0,
        random.nextInt(4) == 0 ? BigDecimal.valueOf(random.nextInt(30), 2) : BigDecimal.ZERO, random.nextInt(Money.MAX_DECIMALS + 1), random.nextBoolean(),
        random.nextBoolean() ? DurationRounding.ROUND : DurationRounding.ROUND_UP, 5 + random.nextInt(400), random.nextInt(3) == 0 ? hours() : null);
  }

  private int interval() {
    int[] intervals = {1, 1, 6, 10, 15, 30, 60};
    return intervals[random.nextInt(intervals.length)];
  }

  /** Another price for some minutes of the test's first quarter of an hour, which begins at noon; one time in three no price at all. */
  private TimeOfDay hours() {
    int from = random.nextInt(8);
    var other = new PeriodPrice("12:%02d-12:%02d".formatted(from, from + 1 + random.nextInt(10)), BigDecimal.valueOf(random.nextInt(3) * random.nextInt(300), 2),
        BigDecimal.valueOf(random.nextInt(3) * random.nextInt(3000), 3), interval(), interval(), random.nextInt(4) == 0 ? random.nextInt(30) : 0);
    return new TimeOfDay(ZoneOffset.UTC, random.nextBoolean() ? TimeOfDayPricing.AT_CALL_START : TimeOfDayPricing.AT_INCREMENT_START, List.of(other));
  }
}

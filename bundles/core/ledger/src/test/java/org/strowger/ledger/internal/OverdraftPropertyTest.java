package org.strowger.ledger.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.strowger.billing.api.CallEnd;
import org.strowger.billing.api.CallFacts;
import org.strowger.billing.api.Cdr;
import org.strowger.billing.api.DurationRounding;
import org.strowger.billing.api.Payer;
import org.strowger.billing.api.RateSnapshot;
import org.strowger.billing.api.Reservation;
import org.strowger.billing.api.Reservation.Granted;
import org.strowger.billing.api.Settlement;
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
      var payers = new ArrayList<Payer>();
      var limits = new ArrayList<BigDecimal>();
      var calls = new PriorityQueue<Up>(Comparator.comparing(Up::next).thenComparing(up -> up.facts.call()));
      int refused = 0;
      for (int i = 0; i < TARIFFS; i++) {
        RateSnapshot rate = tariff(i);
        BigDecimal money = BigDecimal.valueOf(random.nextInt(400), 2);
        BigDecimal limit = random.nextInt(3) == 0 ? BigDecimal.valueOf(random.nextInt(100), 2) : BigDecimal.ZERO;
        Payer payer = world.account(money.toPlainString(), limit.toPlainString());
        payers.add(payer);
        limits.add(limit);
        refused += begin(world, payer, rate, calls);
      }
      System.out.println(calls.size() + " calls are up, " + refused + " were refused");
      assertThat(calls.size()).isGreaterThan(TARIFFS / 2);
      assertThat(refused).isGreaterThan(TARIFFS / 10);

      var settlements = new ArrayList<CompletionStage<Settlement>>();
      talk(world, calls, settlements);
      check(world, payers, limits, settlements);
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
        Instant connected = world.time.now().plusMillis(random.nextInt(3000));
        var wanted = Duration.ofMillis(random.nextInt(600_000));
        CallFacts facts = world.facts(call);
        world.open.ledger.answered(facts, connected);
        calls.add(new Up(facts, rate, connected, wanted, granted));
      } else {
        refused++;
      }
    }
    return refused;
  }

  private void talk(World world, PriorityQueue<Up> calls, List<CompletionStage<Settlement>> settlements) {
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
      var end = new CallEnd(up.connected, up.connected.plus(duration), duration, 0, "over", CallEnd.ReleaseSource.SWITCH, null);
      settlements.add(world.open.ledger.settle(up.facts, end, List.of()));
      if (random.nextInt(4) == 0) {
        settlements.add(world.open.ledger.settle(up.facts, end, List.of()));
      }
    }
  }

  private static void check(World world, List<Payer> payers, List<BigDecimal> limits, List<CompletionStage<Settlement>> settlements) {
    for (CompletionStage<Settlement> settlement : settlements) {
      for (Cdr cdr : World.get(settlement).cdrs()) {
        assertThat(cdr.rate().cost(cdr.billedSeconds())).isEqualTo(cdr.cost());
      }
    }
    for (int i = 0; i < payers.size(); i++) {
      assertThat(world.balance(payers.get(i))).as("balance of " + payers.get(i)).isGreaterThanOrEqualTo(limits.get(i).negate());
      assertThat(world.held(payers.get(i))).isZero();
    }
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
    int[] intervals = {1, 1, 6, 10, 15, 30, 60};
    return new RateSnapshot(new TariffId(number + 1), "1", World.USD, BigDecimal.valueOf(random.nextInt(300), 2), BigDecimal.valueOf(random.nextInt(3000), 3),
        intervals[random.nextInt(intervals.length)], intervals[random.nextInt(intervals.length)], random.nextInt(4) == 0 ? BigDecimal.valueOf(random.nextInt(50), 2) : BigDecimal.ZERO,
        random.nextInt(4) == 0 ? random.nextInt(60) : 0, random.nextInt(4) == 0 ? random.nextInt(30) : 0,
        random.nextInt(4) == 0 ? BigDecimal.valueOf(random.nextInt(30), 2) : BigDecimal.ZERO, random.nextInt(Money.MAX_DECIMALS + 1), random.nextBoolean(),
        random.nextBoolean() ? DurationRounding.ROUND : DurationRounding.ROUND_UP, 5 + random.nextInt(400));
  }
}

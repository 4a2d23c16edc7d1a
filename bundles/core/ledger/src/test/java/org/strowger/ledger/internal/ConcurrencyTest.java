package org.strowger.ledger.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.strowger.billing.api.CallEnd;
import org.strowger.billing.api.Payer;
import org.strowger.billing.api.Payment;
import org.strowger.billing.api.RateSnapshot;
import org.strowger.billing.api.Reservation.Granted;
import org.strowger.billing.api.Share;
import org.strowger.kernel.CallId;
import org.strowger.kernel.StrowgerException;
import org.strowger.testkit.Waiting;
import org.strowger.testkit.postgres.TestDatabase;

/** Many threads on few payers: calls, debits, roll-backs, forgetting of purses, in every order that a seed gives. */
class ConcurrencyTest {

  private static final int THREADS = 8;
  private static final int STEPS = 60;

  private final long seed = Long.getLong("seed", System.nanoTime());

  @Test
  void callsAndDebitsTogetherNeverOverdraw() throws Exception {
    System.out.println("seed " + seed);
    var threads = Executors.newFixedThreadPool(THREADS);
    try (var world = new World(TestDatabase.open())) {
      List<Payer> payers = List.of(world.account("3", "0"), world.account("2", "0.5"), world.account("5", "0"));
      var acted = new AtomicInteger();
      var work = new ArrayList<Callable<Void>>();
      for (int t = 0; t < THREADS; t++) {
        var random = new Random(seed + t);
        work.add(() -> {
          for (int i = 0; i < STEPS; i++) {
            step(world, payers, random, acted);
          }
          return null;
        });
      }
      for (var done : threads.invokeAll(work, 60, TimeUnit.SECONDS)) {
        done.get();
      }
      System.out.println(acted.get() + " steps changed something");
      assertThat(acted.get()).isPositive();
      assertThat(world.balance(payers.get(0))).isGreaterThanOrEqualTo(BigDecimal.ZERO);
      assertThat(world.balance(payers.get(1))).isGreaterThanOrEqualTo(new BigDecimal("-0.5"));
      assertThat(world.balance(payers.get(2))).isGreaterThanOrEqualTo(BigDecimal.ZERO);
      payers.forEach(payer -> assertThat(world.held(payer)).isZero());
      // A debit that was rolled back counts as taken until the database was asked, which a thread of the ledger's does in its own time.
      payers.forEach(payer -> Waiting.until("memory of " + payer, () -> memoryIs(world, payer)));
      assertThat(world.number("select count(*) from ledger.balance b where balance <> "
          + "(select coalesce(sum(amount), 0) from ledger.entry e where e.party = b.payer_kind and e.party_id = b.payer_id)")).isZero();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("seed " + seed, e);
    } finally {
      threads.shutdownNow();
    }
  }

  /** What memory grants is to the second what the database's balance pays for. */
  private static boolean memoryIs(World world, Payer payer) {
    CallId call = world.ids.nextCall();
    RateSnapshot cheap = World.rate("0.0006", 1, 1);
    BigDecimal available = world.open.funds.balance(payer).orElseThrow().available().amount();
    if (!(world.reserve(call, World.pays(payer, cheap)) instanceof Granted)) {
      return available.compareTo(cheap.cost(CallHold.FIRST_SLICE).amount()) < 0;
    }
    for (int i = 0; i < 3_000 && !((Granted) world.extend(call)).last(); i++) {
      continue;
    }
    long granted = world.open.ledger.holds().stream().filter(h -> h.call().equals(call)).findFirst().orElseThrow().granted().toSeconds();
    world.settle(world.facts(call), world.failed(487));
    return granted == cheap.affordableSeconds(available, CallHold.CEILING);
  }

  private static void step(World world, List<Payer> payers, Random random, AtomicInteger acted) {
    Payer payer = payers.get(random.nextInt(payers.size()));
    switch (random.nextInt(6)) {
      case 0 -> debit(world, payer, random, acted);
      case 1 -> rolledBack(world, payer);
      case 2 -> world.open.funds.book(payer, Payment.Kind.FUNDS, World.usd("0.1" + random.nextInt(10)), "", "test", null);
      case 3 -> world.open.forgetIdle(0);
      default -> talk(world, payer, payers.get(random.nextInt(payers.size())), random, acted);
    }
  }

  private static void debit(World world, Payer payer, Random random, AtomicInteger acted) {
    try {
      world.open.funds.book(payer, Payment.Kind.DEBIT, World.usd("0." + (1 + random.nextInt(9))), "", "test", null);
      acted.incrementAndGet();
    } catch (StrowgerException refused) {
      assertThat(refused).hasMessageContaining("available");
    }
  }

  private static void rolledBack(World world, Payer payer) {
    try {
      world.database.tx().run(() -> {
        world.open.funds.book(payer, Payment.Kind.FUNDS, World.usd("100"), "", "test", null);
        world.open.funds.book(payer, Payment.Kind.DEBIT, World.usd("50"), "", "test", null);
        throw new IllegalStateException("rolled back");
      });
    } catch (IllegalStateException expected) {
      assertThat(expected).hasMessage("rolled back");
    }
  }

  private static void talk(World world, Payer caller, Payer other, Random random, AtomicInteger acted) {
    CallId call = world.ids.nextCall();
    var rate = World.rate("0.6", 1, 1 + random.nextInt(10));
    List<Share> shares = random.nextBoolean() ? World.pays(caller, rate)
        : List.of(new Share(caller, rate, true), new Share(other, World.rate("0.3", 6, 6), true));
    if (!(world.reserve(call, shares) instanceof Granted granted)) {
      return;
    }
    var connected = world.time.now();
    World.get(world.open.ledger.answered(world.facts(call), connected));
    for (int i = random.nextInt(3); i > 0; i--) {
      granted = (Granted) world.extend(call);
    }
    Duration duration = random.nextBoolean() ? granted.total() : Duration.ofSeconds(random.nextInt((int) granted.total().toSeconds()));
    world.settle(world.facts(call), new CallEnd(connected, connected.plus(duration), duration, 0, "over", CallEnd.ReleaseSource.CALLEE, null));
    acted.incrementAndGet();
  }
}

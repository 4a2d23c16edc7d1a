package org.strowger.ledger.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.strowger.billing.api.Payer;
import org.strowger.billing.api.Payment;
import org.strowger.billing.api.RateSnapshot;
import org.strowger.billing.api.Reservation.Granted;
import org.strowger.billing.api.Reservation.Refused;
import org.strowger.kernel.CallId;
import org.strowger.kernel.StrowgerException;
import org.strowger.testkit.postgres.TestDatabase;

/** An entity is deleted, or pays for a call: never both. */
class ClosedBalanceTest {

  private static final RateSnapshot FREE = World.rate("0", 1, 1);
  private static World world;

  @BeforeAll
  static void open() {
    world = new World(TestDatabase.open());
  }

  @AfterAll
  static void close() {
    world.close();
  }

  private static void delete(Payer payer, Runnable also) {
    world.database.tx().run(() -> {
      world.open.funds.close(payer);
      also.run();
    });
  }

  private static void delete(Payer payer) {
    delete(payer, () -> { });
  }

  @Test
  void whoseBalanceIsClosedPaysForNoCall() {
    Payer payer = world.account("0", "5");
    delete(payer);
    assertThat(world.open.funds.balance(payer)).isEmpty();
    assertThat(world.reserve(world.ids.nextCall(), World.pays(payer, FREE))).isInstanceOf(Refused.class);
  }

  @Test
  void aCallThatCostsNothingKeepsItsPayer() {
    Payer payer = world.account("0", "0");
    CallId call = world.ids.nextCall();
    assertThat(world.reserve(call, World.pays(payer, FREE))).isInstanceOf(Granted.class);
    assertThatThrownBy(() -> delete(payer)).isInstanceOf(StrowgerException.class).hasMessage(payer + " pays for a call that is up; end it first");
    world.settle(world.facts(call), world.failed(487));
    delete(payer);
    assertThat(world.open.funds.balance(payer)).isEmpty();
  }

  @Test
  void moneyIsNotDeleted() {
    Payer payer = world.account("1", "0");
    assertThatThrownBy(() -> delete(payer)).isInstanceOf(StrowgerException.class).hasMessage(payer + " has a balance of 1 USD; book it to zero first");
    world.open.funds.book(payer, Payment.Kind.DEBIT, World.usd("1"), "", "test", null);
    delete(payer);
    assertThat(world.open.funds.payments(payer, 0, 10)).as("payments stay").hasSize(2);
  }

  @Test
  void aDeletionThatIsRolledBackWasNone() {
    Payer payer = world.account("0", "5");
    assertThatThrownBy(() -> delete(payer, () -> {
      assertThat(world.reserve(world.ids.nextCall(), World.pays(payer, FREE))).isEqualTo(new Refused(payer, payer + " is being deleted"));
      throw new IllegalStateException("rolled back");
    })).hasMessage("rolled back");
    CallId call = world.ids.nextCall();
    assertThat(world.reserve(call, World.pays(payer, World.rate("0.6", 1, 1)))).isInstanceOf(Granted.class);
    world.settle(world.facts(call), world.failed(487));
  }

  @Test
  void aCallAndADeletionAtOnceExcludeOneAnother() throws Exception {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("seed " + seed);
    var random = new Random(seed);
    var threads = Executors.newFixedThreadPool(2);
    int deleted = 0;
    int called = 0;
    try {
      for (int round = 0; round < 200 || round < 2000 && (called == 0 || deleted == 0); round++) {
        Payer payer = world.account("0", random.nextBoolean() ? "5" : "0");
        CallId call = world.ids.nextCall();
        if (random.nextBoolean()) {
          // Its purse is in memory already.
          CallId before = world.ids.nextCall();
          world.reserve(before, World.pays(payer, FREE));
          world.settle(world.facts(before), world.failed(487));
        }
        var start = new CyclicBarrier(2);
        int deleterWaits = random.nextInt(30_000);
        // A deletion has more to do: without a start the call wins nearly always.
        int callerWaits = random.nextInt(round % 2 == 0 ? 30_000 : 200_000);
        var caller = threads.submit(() -> {
          start.await();
          spin(callerWaits);
          return world.reserve(call, World.pays(payer, FREE)) instanceof Granted;
        });
        var deleter = threads.submit(() -> {
          start.await();
          spin(deleterWaits);
          try {
            delete(payer);
            return true;
          } catch (StrowgerException refused) {
            assertThat(refused).hasMessageContaining("pays for a call that is up");
            return false;
          }
        });
        boolean granted = caller.get(20, TimeUnit.SECONDS);
        boolean gone = deleter.get(20, TimeUnit.SECONDS);
        assertThat(granted && gone).as("round %s: a call of an entity that is gone", round).isFalse();
        assertThat(world.open.funds.balance(payer).isEmpty()).as("round %s", round).isEqualTo(gone);
        deleted += gone ? 1 : 0;
        called += granted ? 1 : 0;
        if (granted) {
          world.settle(world.facts(call), world.failed(487));
        }
      }
      System.out.println(called + " called, " + deleted + " were deleted");
      assertThat(called).as("rounds that the call won").isPositive();
      assertThat(deleted).as("rounds that the deletion won").isPositive();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("seed " + seed, e);
    } finally {
      threads.shutdownNow();
    }
  }

  private static void spin(int tenths) {
    long until = System.nanoTime() + tenths * 100L;
    while (System.nanoTime() < until) {
      Thread.onSpinWait();
    }
  }
}

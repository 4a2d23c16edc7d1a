package org.strowger.ledger.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.strowger.billing.api.CallEnd;
import org.strowger.billing.api.Payer;
import org.strowger.billing.api.Payment;
import org.strowger.billing.api.RateSnapshot;
import org.strowger.billing.api.Reservation;
import org.strowger.billing.api.Reservation.Granted;
import org.strowger.billing.api.Reservation.Refused;
import org.strowger.kernel.CallId;
import org.strowger.kernel.StrowgerException;
import org.strowger.testkit.postgres.TestDatabase;

/** Ten calls within 50 ms on 1.00 at 0.60 a minute, answered after up to 3 s, nobody hangs up. */
class OverdraftTest {

  private static World world;

  private final long seed = Long.getLong("seed", System.nanoTime());
  private final Random random = new Random(seed);

  private record Up(CallId call, Instant connected, Duration granted) {}

  @BeforeAll
  static void open() {
    world = new World(TestDatabase.open());
  }

  @AfterAll
  static void close() {
    world.close();
  }

  private List<Reservation> tenCalls(Payer payer, RateSnapshot rate, List<Up> up) {
    System.out.println("seed " + seed);
    var answers = new ArrayList<Reservation>();
    for (int i = 0; i < 10; i++) {
      CallId call = world.ids.nextCall();
      Reservation answer = world.reserve(call, World.pays(payer, rate));
      answers.add(answer);
      if (answer instanceof Granted granted) {
        Instant connected = world.time.now().plusMillis(random.nextInt(3_000));
        World.get(world.open.ledger.answered(world.facts(call), connected));
        up.add(new Up(call, connected, granted.total()));
      }
      world.time.move(Duration.ofMillis(5));
    }
    return answers;
  }

  /** Each call asks for more until it gets no more, and is cut at what it got. @return billed seconds */
  private static long talkUntilCut(List<Up> calls) {
    long billed = 0;
    for (Up up : calls) {
      Granted granted = (Granted) world.extend(up.call());
      while (!granted.last()) {
        granted = (Granted) world.extend(up.call());
      }
      var end = new CallEnd(up.connected(), up.connected().plus(granted.total()), granted.total(), 0, "granted time over", CallEnd.ReleaseSource.SWITCH, null);
      var cdr = world.settle(world.facts(up.call()), end).cdrs().get(0);
      assertThat(cdr.cost()).isEqualTo(cdr.rate().cost(cdr.billedSeconds()));
      billed += cdr.billedSeconds();
    }
    return billed;
  }

  @Test
  void secondBySecondAllOfTheMoneyIsTalkedAndNoMore() {
    Payer payer = world.account("1.00", "0");
    var up = new ArrayList<Up>();

    assertThat(tenCalls(payer, World.rate("0.60", 1, 1), up)).allMatch(Granted.class::isInstance);
    assertThatThrownBy(() -> world.open.funds.book(payer, Payment.Kind.DEBIT, World.usd("0.50"), "", "test", null))
        .isInstanceOf(StrowgerException.class).hasMessageContaining("1 USD are held for calls");

    assertThat(talkUntilCut(up)).isEqualTo(100);
    assertThat(world.balance(payer)).isZero();
  }

  @Test
  void minuteByMinuteOneConnectsAndNineAreRefusedForWantOfFunds() {
    Payer payer = world.account("1.00", "0");
    var up = new ArrayList<Up>();

    List<Reservation> answers = tenCalls(payer, World.rate("0.60", 60, 60), up);

    assertThat(answers).filteredOn(Refused.class::isInstance).hasSize(9)
        .allMatch(answer -> ((Refused) answer).why().equals(payer + " has 0.4 USD available, 0.6 USD needed for the first 10 s"));
    assertThat(talkUntilCut(up)).isEqualTo(60);
    assertThat(world.balance(payer)).isEqualByComparingTo("0.40");
  }

  @Test
  void aCreditLimitIsTalkedToo() {
    Payer payer = world.account("1.00", "0.40");
    var up = new ArrayList<Up>();

    tenCalls(payer, World.rate("0.60", 1, 1), up);

    assertThat(talkUntilCut(up)).isEqualTo(140);
    assertThat(world.balance(payer)).isEqualByComparingTo(new BigDecimal("-0.40"));
  }
}

package org.strowger.ledger.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.strowger.ledger.internal.World.pays;
import static org.strowger.ledger.internal.World.rate;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.strowger.billing.api.Cdr;
import org.strowger.billing.api.CdrQuery;
import org.strowger.billing.api.Payer;
import org.strowger.billing.api.Reservation.Granted;
import org.strowger.kernel.CallId;
import org.strowger.testkit.postgres.TestDatabase;

/** The ledger goes while calls are up: replaced in the same process, or with the process. */
class SurvivalTest {

  private final World world = new World(TestDatabase.open());

  @AfterEach
  void close() {
    world.close();
  }

  private CallId callUp(Payer payer, Instant connected) {
    CallId call = world.ids.nextCall();
    world.reserve(call, pays(payer, rate("0.6", 1, 1)));
    World.get(world.open.ledger.answered(world.facts(call), connected));
    return call;
  }

  @Test
  void aReplacementKeepsHoldsOfCallsThatAreUpAndOfThoseInSetUp() {
    Payer payer = world.account("1", "0");
    Instant connected = world.time.now();
    CallId up = callUp(payer, connected);
    world.extend(up);
    CallId inSetUp = world.ids.nextCall();
    world.reserve(inSetUp, pays(payer, rate("0.6", 1, 1)));
    var before = world.open.ledger.holds();

    world.open.close();
    world.start("boot-1");

    assertThat(world.open.ledger.holds()).containsExactlyInAnyOrderElementsOf(before);
    assertThat(world.held(payer)).isEqualByComparingTo("0.4");
    assertThat(world.extend(up)).isEqualTo(new Granted(Duration.ofSeconds(70), false));
    assertThat(world.extend(up)).isEqualTo(new Granted(Duration.ofSeconds(90), true));
    World.get(world.open.ledger.answered(world.facts(inSetUp), connected));
    world.settle(world.facts(inSetUp), world.hungUp(connected, Duration.ofSeconds(5)));
    world.settle(world.facts(up), world.hungUp(connected, Duration.ofSeconds(90)));
    assertThat(world.balance(payer)).isEqualByComparingTo("0.05");
    assertThat(world.held(payer)).isZero();
    assertThat(world.number("select count(*) from ledger.journal")).isZero();
  }

  @Test
  void twoInstancesThatBothHoldACallChargeItOnce() {
    Payer payer = world.account("1", "0");
    Instant connected = world.time.now();
    CallId call = callUp(payer, connected);
    OpenLedger replaced = world.open;
    world.start("boot-1");

    var first = World.get(replaced.ledger.settle(world.facts(call), world.hungUp(connected, Duration.ofSeconds(5)), List.of()));
    var second = world.settle(world.facts(call), world.hungUp(connected, Duration.ofSeconds(8)));

    assertThat(second).isEqualTo(first);
    assertThat(world.balance(payer)).isEqualByComparingTo("0.95");
    assertThat(world.held(payer)).isZero();
    replaced.close();
  }

  @Test
  void callsOfADeadProcessAreChargedUpToItsLastSignOfLife() {
    Payer payer = world.account("10", "0");
    Instant connected = world.time.now();
    CallId alive = callUp(payer, connected);
    world.extend(alive);
    CallId cut = callUp(payer, connected);
    CallId inSetUp = world.ids.nextCall();
    world.reserve(inSetUp, pays(payer, rate("0.6", 1, 1)));
    world.time.move(Duration.ofSeconds(17));
    world.open.tick();
    world.time.move(Duration.ofMillis(700));
    CallId young = callUp(payer, world.time.now());
    OpenLedger dead = world.open;
    dead.lock.close();

    world.time.move(Duration.ofMinutes(5));
    world.start("boot-2");

    assertThat(world.cdr(alive).end().duration()).as("what was certain when the heartbeat was taken").isEqualTo(Duration.ofMillis(16_800));
    assertThat(world.cdr(alive).cost()).isEqualTo(World.usd("0.17"));
    assertThat(world.cdr(cut).end().duration()).isEqualTo(Duration.ofSeconds(10));
    assertThat(world.cdr(young).end().duration()).isZero();
    assertThat(List.of(world.cdr(alive), world.cdr(cut), world.cdr(young))).allMatch(Cdr::crashed);
    assertThat(world.balance(payer)).isEqualByComparingTo("9.73");
    assertThat(world.open.ledger.holds()).isEmpty();
    assertThat(world.open.cdrs.find(CdrQuery.ofCall(inSetUp))).isEmpty();
    assertThat(world.number("select count(*) from ledger.boot")).isEqualByComparingTo("1");

    assertThat(world.settle(world.facts(alive), world.hungUp(connected, Duration.ofMinutes(5))).cdrs().get(0)).isEqualTo(world.cdr(alive));
    dead.close();
  }

  /** Call control is told nothing while no instance is there: it asks the next one half a second after that came at the latest. */
  @Test
  void anEndThatNoInstanceWasThereForIsNotPassedByTheHeartbeatOfTheNext() {
    Payer payer = world.account("10", "0");
    Instant connected = world.time.now();
    CallId ended = callUp(payer, connected);
    world.extend(ended);
    world.time.move(Duration.ofSeconds(5));
    world.open.tick();
    world.open.leave();
    world.time.move(Duration.ofSeconds(2));
    world.open.close();
    world.time.move(Duration.ofSeconds(2));
    world.start("boot-1");
    OpenLedger killed = world.open;
    killed.lock.close();

    world.start("boot-2");

    assertThat(world.cdr(ended).crashed()).isTrue();
    assertThat(world.cdr(ended).end().duration()).as("it ended after 6 s, and nobody could be told").isEqualTo(Duration.ofMillis(4_800));
    killed.close();
  }

  @Test
  void anEndThatTheNextInstanceIsToldBeforeItsFirstHeartbeatIsChargedExactly() {
    Payer payer = world.account("10", "0");
    Instant connected = world.time.now();
    CallId ended = callUp(payer, connected);
    CallId up = callUp(payer, connected);
    world.time.move(Duration.ofSeconds(5));
    world.open.close();
    world.time.move(Duration.ofSeconds(3));
    world.start("boot-1");
    world.time.move(Duration.ofMillis(500));
    world.settle(world.facts(ended), world.hungUp(connected, Duration.ofSeconds(6)));
    world.time.move(Duration.ofMillis(500));
    world.open.tick();
    OpenLedger killed = world.open;
    killed.lock.close();

    world.start("boot-2");

    assertThat(world.cdr(ended).crashed()).isFalse();
    assertThat(world.cdr(ended).end().duration()).isEqualTo(Duration.ofSeconds(6));
    assertThat(world.cdr(up).end().duration()).as("the heartbeat goes on").isEqualTo(Duration.ofMillis(8_800));
    killed.close();
  }

  @Test
  void rowsOfAMonthThatWasMissingMoveWhenItIsMade() {
    Payer payer = world.account("10", "0");
    world.time.move(Duration.ofDays(200));
    Instant connected = world.time.now();
    CallId call = callUp(payer, connected);
    world.settle(world.facts(call), world.hungUp(connected, Duration.ofSeconds(5)));
    assertThat(world.number("select count(*) from ledger.cdr_default")).isEqualByComparingTo("1");

    world.open.tick();

    assertThat(world.number("select count(*) from ledger.cdr_default")).isZero();
    assertThat(world.number("select count(*) from ledger.entry_default")).isZero();
    assertThat(world.number("select count(*) from ledger.cdr_2027_06")).isEqualByComparingTo("1");
    assertThat(world.cdr(call).cost()).isEqualTo(World.usd("0.05"));
  }
}

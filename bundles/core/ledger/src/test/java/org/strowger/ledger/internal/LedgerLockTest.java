package org.strowger.ledger.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.strowger.billing.api.CdrQuery;
import org.strowger.billing.api.Payer;
import org.strowger.kernel.CallId;
import org.strowger.kernel.ErrorCode;
import org.strowger.kernel.Health;
import org.strowger.kernel.NodeId;
import org.strowger.kernel.StrowgerException;
import org.strowger.testkit.postgres.TestDatabase;

/** Two processes with one database: the second waits, and does not take the first one's calls for dead. */
class LedgerLockTest {

  private final World world = new World(TestDatabase.open());

  @AfterEach
  void close() {
    world.close();
  }

  private OpenLedger second() {
    return new OpenLedger(world.database, world.time, World.NODE, "boot-2", World.config(), world.local, false);
  }

  @Test
  void aSecondProcessIsRefusedAndTheCallsOfTheFirstGoOn() {
    Payer payer = world.account("1", "0");
    Instant connected = world.time.now();
    CallId call = world.ids.nextCall();
    world.reserve(call, World.pays(payer, World.rate("0.6", 1, 1)));
    World.get(world.open.ledger.answered(world.facts(call), connected));

    assertThatThrownBy(this::second).isInstanceOfSatisfying(StrowgerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT))
        .hasMessageContaining("the database is in use by another switch").hasMessageContaining("strowger ledger boot-1 from 127.0.0.1");

    assertThat(world.open.cdrs.find(CdrQuery.ofCall(call))).isEmpty();
    assertThat(world.settle(world.facts(call), world.hungUp(connected, Duration.ofSeconds(5))).cdrs()).singleElement().satisfies(cdr -> assertThat(cdr.crashed()).isFalse());
    assertThat(world.number("select count(*) from ledger.boot")).isEqualByComparingTo("1");
  }

  /** What is held and what is available is known to one process only. */
  @Test
  void anotherNodeIsRefusedToo() {
    assertThatThrownBy(() -> new OpenLedger(world.database, world.time, new NodeId(2), "boot-2", World.config(), world.local, false))
        .isInstanceOfSatisfying(StrowgerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT)).hasMessageContaining("jdbcUrl");
  }

  @Test
  void callsOfADeadNodeAreClosedByWhateverNodeComesNext() {
    Payer payer = world.account("1", "0");
    Instant connected = world.time.now();
    CallId call = world.ids.nextCall();
    world.reserve(call, World.pays(payer, World.rate("0.6", 1, 1)));
    World.get(world.open.ledger.answered(world.facts(call), connected));
    world.open.lock.close();

    new OpenLedger(world.database, world.time, new NodeId(2), "boot-2", World.config(), world.local, false).close();

    assertThat(world.open.cdrs.find(CdrQuery.ofCall(call))).singleElement().satisfies(cdr -> assertThat(cdr.crashed()).isTrue());
  }

  @Test
  void theLockGoesWithItsConnectionAndIsTakenAgain() {
    killHolder();
    world.open.tick();
    assertThatThrownBy(this::second).isInstanceOf(StrowgerException.class);
    assertThat(world.open.health().state()).isEqualTo(Health.State.OK);

    killHolder();
    try (OpenLedger other = second()) {
      world.open.tick();
      assertThat(world.open.health().state()).isEqualTo(Health.State.DOWN);
      assertThat(world.open.health().detail()).contains("boot-2");
      assertThat(other.health().state()).isEqualTo(Health.State.OK);
    }
    world.open.tick();
    assertThat(world.open.health().state()).isEqualTo(Health.State.OK);
  }

  /** The database was restarted: both lost the lock, and the second is quicker. */
  @Test
  void whoWaitedDoesNotTakeItFromAProcessThatIsAlive() {
    world.time.move(Duration.ofSeconds(20));
    world.open.tick();
    killHolder();
    world.time.move(Duration.ofSeconds(9));
    assertThatThrownBy(() -> contested().close()).isInstanceOf(StrowgerException.class).hasMessageContaining("database").hasMessageContaining("sign of life");
    world.open.tick();
    assertThatThrownBy(this::second).isInstanceOf(StrowgerException.class).hasMessageContaining("boot-1");

    killHolder();
    world.time.move(Duration.ofSeconds(11));
    contested().close();
  }

  private OpenLedger contested() {
    return new OpenLedger(world.database, world.time, World.NODE, "boot-2", World.config(), world.local, true);
  }

  @Test
  void aProcessThatEndsLeavesItAtOnce() {
    world.open.close();
    world.start("boot-2");
    assertThat(world.open.health().state()).isEqualTo(Health.State.OK);
  }

  private void killHolder() {
    assertThat(world.number("select count(pg_terminate_backend(pid, 5000)) from pg_stat_activity where application_name = 'strowger ledger boot-1' "
        + "and datname = current_database()")).isEqualByComparingTo("1");
  }
}

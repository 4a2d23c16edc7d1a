package org.strowger.ledger.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.strowger.billing.api.Payer;
import org.strowger.billing.api.Reservation.Granted;
import org.strowger.kernel.AccountId;
import org.strowger.kernel.CallId;
import org.strowger.kernel.Unavailable;
import org.strowger.persistence.api.BatchWriter;
import org.strowger.persistence.api.DatabaseException;
import org.strowger.testkit.MovedTime;

/** The database goes away: what is in memory goes on, ends are kept and tried again, nothing that was held is let go. */
class OutageTest {

  private static final Payer PAYER = Payer.of(new AccountId(1));

  private final MovedTime time = new MovedTime();
  private final List<Write> written = new ArrayList<>();
  private boolean away;
  private boolean silent;
  private boolean refused;
  private boolean lazy;
  private int tries;

  private final BatchWriter<Write> writer = new BatchWriter<>() {
    @Override
    public CompletionStage<Void> write(Write row) {
      if (silent) {
        return new CompletableFuture<>();
      }
      if (away) {
        return CompletableFuture.failedFuture(new DatabaseException(DatabaseException.Kind.UNAVAILABLE, "away", null));
      }
      tries++;
      if (refused) {
        return CompletableFuture.failedFuture(new DatabaseException(DatabaseException.Kind.REFUSED, "too long", null));
      }
      written.add(row);
      if (row instanceof Write.Settled settled) {
        settled.outcome = new Write.Settled.Outcome(List.of(), List.of(new BalanceRow(PAYER, World.USD, true, new BigDecimal("0.93"), BigDecimal.ZERO, 2)));
      }
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> writeLazily(Write row) {
      lazy = true;
      return write(row);
    }

    @Override
    public int waiting() {
      return 0;
    }

    @Override
    public void close() {}
  };

  private final Purses purses = new Purses(time, Runnable::run, payer -> {
    if (away) {
      throw new Unavailable("the database");
    }
    return Optional.of(new BalanceRow(payer, World.USD, true, BigDecimal.ONE, BigDecimal.ZERO, 1));
  });
  private final Ledger ledger = World.ledger(purses, time, writer, Duration.ofMillis(50));

  @Test
  void anEndIsKeptAndTriedAgain() {
    var call = new CallId(7);
    var connected = time.now();
    World.get(ledger.reserve(call, World.pays(PAYER, World.rate("0.6", 1, 1))));
    World.get(ledger.answered(World.facts(call, connected), connected));
    away = true;

    assertThat(World.get(ledger.extend(call))).isEqualTo(new Granted(Duration.ofSeconds(30), false));
    ledger.tick();
    var end = new org.strowger.billing.api.CallEnd(connected, connected.plusSeconds(7), Duration.ofSeconds(7), 0, "over",
        org.strowger.billing.api.CallEnd.ReleaseSource.CALLER, null);
    assertThatThrownBy(() -> World.get(ledger.settle(World.facts(call, connected), end, List.of()))).isInstanceOf(Unavailable.class);
    ledger.tick();
    assertThat(ledger.unsettled()).isEqualTo(1);
    assertThat(ledger.holds()).hasSize(1);
    assertThatThrownBy(() -> World.get(ledger.reserve(new CallId(8), World.pays(Payer.of(new AccountId(2)), World.rate("0.6", 1, 1)))))
        .isInstanceOf(Unavailable.class);

    away = false;
    ledger.tick();

    assertThat(ledger.unsettled()).isZero();
    assertThat(ledger.holds()).isEmpty();
    assertThat(written).filteredOn(Write.Settled.class::isInstance).hasSize(1);
    BigDecimal available = purses.locked(PAYER, purse -> purse.available());
    assertThat(available).isEqualByComparingTo("0.93");
  }

  @Test
  void aHeartbeatPassesNoEndThatIsNotDurable() {
    var call = new CallId(7);
    var connected = time.now();
    World.get(ledger.reserve(call, World.pays(PAYER, World.rate("0.6", 1, 1))));
    World.get(ledger.answered(World.facts(call, connected), connected));
    time.move(Duration.ofSeconds(9));
    assertThat(ledger.alive()).as("a BYE may be under way").isEqualTo(connected.plusMillis(8_800));

    silent = true;
    var end = new org.strowger.billing.api.CallEnd(connected, connected.plusSeconds(9), Duration.ofMillis(8_750), 0, "over", org.strowger.billing.api.CallEnd.ReleaseSource.CALLER, null);
    ledger.settle(World.facts(call, connected), end, List.of());
    time.move(Duration.ofMillis(600));
    assertThat(ledger.alive()).isEqualTo(connected.plusMillis(8_750));
    time.move(Duration.ofSeconds(5));
    assertThat(ledger.alive()).as("nor do the others pay for one that nobody takes").isEqualTo(connected.plusMillis(13_100));
    ledger.note();
    assertThat(ledger.alive()).as("on the local disk").isEqualTo(connected.plusMillis(14_400));
  }

  /** Its caller cancelled while the journal row was being written, and is told that the call is none. */
  @Test
  void whatIsRefusedAfterItsJournalRowIsWrittenAtOnceAndNoHeartbeatPassesItsAnswer() {
    var call = new CallId(7);
    var connected = time.now();
    World.get(ledger.reserve(call, World.pays(PAYER, World.rate("0.6", 1, 1))));
    World.get(ledger.answered(World.facts(call, connected), connected));
    time.move(Duration.ofMillis(100));
    silent = true;
    var end = new org.strowger.billing.api.CallEnd(null, time.now(), Duration.ZERO, 487, "cancelled", org.strowger.billing.api.CallEnd.ReleaseSource.CALLER, null);
    ledger.settle(World.facts(call, connected), end, List.of());
    assertThat(lazy).as("it gathers company").isFalse();
    time.move(Duration.ofSeconds(1));
    assertThat(ledger.alive()).isEqualTo(connected);
    ledger.note();
    assertThat(ledger.alive()).as("on the local disk").isEqualTo(connected.plusMillis(900));

    silent = false;
    var busy = new CallId(8);
    World.get(ledger.reserve(busy, World.pays(PAYER, World.rate("0.6", 1, 1))));
    World.get(ledger.settle(World.facts(busy, connected), end, List.of()));
    assertThat(lazy).as("one that nobody answered waits for company").isTrue();
  }

  @Test
  void anAnsweredCallDoesNotWaitForeverForItsJournalRow() {
    var call = new CallId(7);
    World.get(ledger.reserve(call, World.pays(PAYER, World.rate("0.6", 1, 1))));
    silent = true;

    assertThatThrownBy(() -> World.get(ledger.answered(World.facts(call, time.now()), time.now()))).hasMessageContaining("did not answer in time");
  }

  @Test
  void anEndThatCannotBeWrittenIsTriedInEverLongerPauses() {
    var call = new CallId(7);
    World.get(ledger.reserve(call, World.pays(PAYER, World.rate("0.6", 1, 1))));
    refused = true;
    var end = new org.strowger.billing.api.CallEnd(null, time.now(), Duration.ZERO, 486, "busy", org.strowger.billing.api.CallEnd.ReleaseSource.CALLEE, null);
    assertThatThrownBy(() -> World.get(ledger.settle(World.facts(call, time.now()), end, List.of()))).isInstanceOf(DatabaseException.class);

    var triedAt = new ArrayList<Integer>();
    for (int second = 1; second <= 2000; second++) {
      time.move(Duration.ofSeconds(1));
      int before = tries;
      ledger.tick();
      if (tries > before) {
        triedAt.add(second);
      }
    }
    assertThat(triedAt).containsExactly(2, 6, 14, 30, 62, 126, 254, 510, 1022, 1534);

    refused = false;
    time.move(Duration.ofSeconds(512));
    ledger.tick();
    assertThat(ledger.unsettled()).isZero();
    assertThat(ledger.holds()).isEmpty();
  }

  @Test
  void aLedgerThatWasReplacedRefuses() {
    ledger.handOver();
    assertThatThrownBy(() -> World.get(ledger.reserve(new CallId(8), List.of()))).isInstanceOf(Unavailable.class);
  }
}

package org.strowger.ledger.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.strowger.billing.api.CallEnd;
import org.strowger.billing.api.Payer;
import org.strowger.billing.api.Reservation;
import org.strowger.billing.api.Reservation.Granted;
import org.strowger.kernel.AccountId;
import org.strowger.kernel.CallId;
import org.strowger.kernel.ErrorCode;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.Unavailable;
import org.strowger.testkit.MovedTime;

/** A purse that is slow to load: by the time it is there, the call is over, the ledger is replaced, or nobody waits. */
class LateReservationTest {

  private static final Payer PAYER = Payer.of(new AccountId(1));
  private static final CallId CALL = new CallId(7);

  private final MovedTime time = new MovedTime();
  private final List<Write> written = new ArrayList<>();
  private final Queue<Runnable> loads = new ArrayDeque<>();
  private Error broken;

  private final Purses purses = new Purses(time, loads::add, payer -> {
    if (broken != null) {
      throw broken;
    }
    return Optional.of(new BalanceRow(payer, World.USD, true, BigDecimal.ONE, BigDecimal.ZERO, 1));
  });
  private final Ledger ledger = World.ledger(purses, time, new Noting(written), Duration.ofMillis(50));

  private CompletableFuture<Reservation> reserve() {
    return ledger.reserve(CALL, World.pays(PAYER, World.rate("0.6", 1, 1))).toCompletableFuture();
  }

  private void load() {
    for (Runnable load = loads.poll(); load != null; load = loads.poll()) {
      load.run();
    }
  }

  private void settle() {
    var end = new CallEnd(null, time.now(), Duration.ZERO, 503, "the ledger gave no answer", CallEnd.ReleaseSource.SWITCH, null);
    World.get(ledger.settle(World.facts(CALL, time.now()), end, World.pays(PAYER, World.rate("0.6", 1, 1))));
  }

  private void nothingIsHeld() {
    assertThat(ledger.holds()).isEmpty();
    assertThat(ledger.holdingCalls()).isZero();
    assertThat(purses.held(PAYER)).isZero();
  }

  @Test
  void aCallThatIsOverHoldsNothingWhenItsPurseComes() {
    CompletableFuture<Reservation> late = reserve();
    time.move(Duration.ofSeconds(10));
    settle();
    time.move(Duration.ofSeconds(2));
    load();

    assertThatThrownBy(() -> World.get(late)).isInstanceOfSatisfying(StrowgerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT));
    nothingIsHeld();
    ledger.handOver();
    assertThat(written).noneMatch(Write.Journaled.class::isInstance);
  }

  @Test
  void anEndIsRememberedForLongerThanAReservationMayWait() {
    CompletableFuture<Reservation> late = reserve();
    settle();
    time.move(Duration.ofSeconds(61));
    ledger.forgetOver();
    load();

    assertThatThrownBy(() -> World.get(late)).isInstanceOf(Unavailable.class);
    nothingIsHeld();
  }

  @Test
  void aCallThatStillWaitsGetsItsMoney() {
    CompletableFuture<Reservation> slow = reserve();
    time.move(Duration.ofSeconds(12));
    load();

    assertThat(World.get(slow)).isEqualTo(new Granted(Duration.ofSeconds(10), false));
    settle();
    nothingIsHeld();
  }

  @Test
  void aLedgerThatWasReplacedGrantsNothingAnyMore() {
    CompletableFuture<Reservation> late = reserve();
    ledger.handOver();
    load();

    assertThatThrownBy(() -> World.get(late)).isInstanceOf(Unavailable.class);
    nothingIsHeld();
    assertThat(written).isEmpty();
  }

  @Test
  void anExtensionIsNotGrantedAfterTheHandOver() {
    CompletableFuture<Reservation> first = reserve();
    load();
    World.get(first);
    ledger.handOver();

    assertThatThrownBy(() -> World.get(ledger.extend(CALL))).isInstanceOf(Unavailable.class);
    assertThat(written).singleElement().isInstanceOfSatisfying(Write.Journaled.class, row -> assertThat(row.granted()).isEqualTo(10));
  }

  @Test
  void aPurseIsLoadedAgainAfterAnError() {
    broken = new NoClassDefFoundError("gone with its bundle");
    CompletableFuture<Reservation> failed = reserve();
    load();
    assertThatThrownBy(failed::join).hasCause(broken);

    broken = null;
    CompletableFuture<Reservation> second = reserve();
    load();
    assertThat(World.get(second)).isInstanceOf(Granted.class);
  }
}

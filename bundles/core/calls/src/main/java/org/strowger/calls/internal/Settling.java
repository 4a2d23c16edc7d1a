package org.strowger.calls.internal;

import java.time.Duration;
import java.util.List;
import org.strowger.billing.api.CallEnd;
import org.strowger.billing.api.CallFacts;
import org.strowger.billing.api.Cdr;
import org.strowger.billing.api.Settlement;
import org.strowger.billing.api.Share;
import org.strowger.kernel.Unavailable;

/** The call has ended and is being charged; while the ledger is away, tried again for as long as it takes. */
final class Settling extends State {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration RESERVING = Duration.ofSeconds(5);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
  /** While there is no ledger nobody but this call knows that it ended. One that comes lets its heartbeat pass this moment a second later. */
  private static final Duration LONGEST_WITHOUT_LEDGER = Duration.ofMillis(500);

  private final CallEnd end;
  private Duration pause = Duration.ofMillis(100);

  Settling(Call call, CallEnd end) {
    super(call);
    this.end = end;
  }

  @Override
  String name() {
    return "settling";
  }

  @Override
  void enter() {
    call.releaseAll();
    if (call.reserving.toCompletableFuture().isDone()) {
      settle();
    } else {
      await(() -> call.reserving, RESERVING, done -> settle(), refused -> settle());
    }
  }

  private void settle() {
    CallFacts facts = call.facts();
    List<Share> shares = call.unreserved;
    await(() -> exchange.services().ledger.orThrow().settle(facts, end, shares), LIMIT, this::settled, this::failed);
  }

  private void settled(Settlement settlement) {
    for (Cdr cdr : settlement.cdrs()) {
      if (cdr.payer() != null && cdr.cost() != null) {
        call.trace.note("ledger", "{} is charged {} for {} s", cdr.payer(), cdr.cost(), cdr.billedSeconds());
      }
    }
    call.become(new Over(call, true));
  }

  private void failed(Throwable failure) {
    if (!(failure instanceof Unavailable)) {
      Complaints.warn("The ledger failed to settle a call; it will be asked again", failure);
    }
    exchange.counts().settleRetries.increment();
    Duration most = exchange.services().ledger.now().isEmpty() ? LONGEST_WITHOUT_LEDGER : LONGEST_PAUSE;
    Duration now = pause.compareTo(most) > 0 ? most : pause;
    pause = now.multipliedBy(2);
    after(now, this::settle);
  }
}

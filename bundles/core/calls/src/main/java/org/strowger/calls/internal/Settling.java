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

  /**
   * Whoever waits for the ledger to have it hears of the end by then. By then it stands on the local disk where the database is away; where the ledger itself
   * is away for longer, nobody has noted it but this call, which goes on asking: who waits is told all the same.
   */
  private static final Duration MOST_SILENCE = Duration.ofSeconds(3);

  private final CallEnd end;
  /** Null: it was told, or nobody is to be. */
  private Runnable tell;
  private Duration pause = Duration.ofMillis(100);

  Settling(Call call, CallEnd end) {
    this(call, end, null);
  }

  /** @param tell run once, when the ledger has the end for certain; null for nothing */
  Settling(Call call, CallEnd end, Runnable tell) {
    super(call);
    this.end = end;
    this.tell = tell;
  }

  @Override
  String name() {
    return "settling";
  }

  @Override
  void enter() {
    call.releaseAll();
    if (tell != null) {
      after(MOST_SILENCE, this::tell);
    }
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

  private void tell() {
    Runnable told = tell;
    tell = null;
    if (told != null) {
      told.run();
    }
  }

  private void settled(Settlement settlement) {
    tell();
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

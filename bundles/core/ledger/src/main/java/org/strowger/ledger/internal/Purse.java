package org.strowger.ledger.internal;

import java.math.BigDecimal;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.strowger.billing.api.Payer;

/**
 * One payer's money in memory. Everything but the lock is guarded by the lock.
 *
 * <p>It never shows more than there is: a charge frees its hold only in the step that lowers the balance,
 * a debit is {@code pending} from the moment it is written until its transaction's end is known, and an
 * increase counts when it is committed.
 */
final class Purse {

  final Payer payer;
  final ReentrantLock lock = new ReentrantLock();

  private BalanceRow row;
  private BigDecimal held = BigDecimal.ZERO;
  private BigDecimal pending = BigDecimal.ZERO;
  private boolean evicted;
  /** Calls that hold something, be it nothing but their place. */
  private int calls;
  private boolean closing;
  /** What the database said before this is of a balance that was closed. */
  private long closedAt;
  private long lastUsed;
  /** The outage whose ceiling counts, and what was held when it was first asked about. */
  private long outage = -1;
  private BigDecimal heldBefore;
  CompletableFuture<Void> loading;

  Purse(Payer payer) {
    this.payer = payer;
  }

  /** Null until loaded, or if the payer has no balance. */
  BalanceRow row() {
    return row;
  }

  boolean evicted() {
    return evicted;
  }

  BigDecimal held() {
    return held;
  }

  BigDecimal available() {
    return row.balance().add(row.creditLimit()).subtract(held).subtract(pending);
  }

  /** As {@link #available}; while the database is away no more than its ceiling leaves. */
  BigDecimal available(Outage away) {
    if (!away.isOn()) {
      return available();
    }
    if (outage != away.number()) {
      outage = away.number();
      heldBefore = held;
    }
    return available().min(heldBefore.add(away.ceiling()).subtract(held));
  }

  boolean pastLimit() {
    return row.balance().add(row.creditLimit()).signum() < 0;
  }

  /** Takes what the database said, unless something later is known. */
  void know(BalanceRow fresh) {
    if (fresh.main() && fresh.version() > closedAt && (row == null || row.version() < fresh.version())) {
      row = fresh;
    }
  }

  /** A further call holds money; {@link #hold} says how much. */
  void enter() {
    calls++;
  }

  void leave() {
    calls--;
  }

  /** Whether a call pays out of it. */
  boolean inUse() {
    return calls > 0 || held.signum() != 0;
  }

  /** Its entity is being deleted. */
  boolean closing() {
    return closing;
  }

  void closing(boolean now) {
    closing = now;
  }

  /** The database knows better. @param version of the row with which the balance was closed, 0 if it may not be */
  void forget(long version) {
    row = null;
    closedAt = Math.max(closedAt, version);
  }

  void hold(BigDecimal amount) {
    held = held.add(amount);
  }

  void free(BigDecimal amount) {
    held = held.subtract(amount);
  }

  void pend(BigDecimal amount) {
    pending = pending.add(amount);
  }

  void unpend(BigDecimal amount) {
    pending = pending.subtract(amount);
  }

  void touch(long ticks) {
    lastUsed = ticks;
  }

  /** Forgets it if nothing depends on it. @return whether it is gone */
  boolean evictIfIdle(long ticks, long idleNanos) {
    boolean idle = !inUse() && pending.signum() == 0 && !closing && loading == null && ticks - lastUsed >= idleNanos;
    evicted = evicted || idle;
    return evicted;
  }
}

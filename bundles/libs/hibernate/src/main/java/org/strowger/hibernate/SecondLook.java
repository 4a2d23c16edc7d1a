package org.strowger.hibernate;

import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import org.strowger.kernel.Time;
import org.strowger.persistence.api.Tx;

/**
 * When what was read at the start has to be read again: a bundle that was replaced may have left a transaction under way, which is committed after its
 * successor has read, and tells only the instance that began it. Read again once 5 s have passed, by when nobody begins anything with the
 * services of before, and if transactions that write were under way then, a last time when the last of them is over, but 10 minutes after the start at the
 * latest: PostgreSQL counts those of all its databases, also somebody's prepared transaction that nobody ends any more.
 *
 * <p>Not safe for use by several threads: of the clock that asks about once a second.
 */
public final class SecondLook {

  private static final Duration FIRST = Duration.ofSeconds(5);
  /** Far longer than any transaction of a bundle takes. */
  private static final Duration LAST = Duration.ofMinutes(10);

  private final Tx tx;
  private final Time time;
  private final long since;
  /** The first transaction that is not waited for, once the first look is over. */
  private Long until;
  private boolean over;

  /** Begins now: to be made before anything is read. */
  public SecondLook(Tx tx, Time time) {
    this.tx = tx;
    this.time = time;
    this.since = time.ticks();
  }

  /** Whether there is nothing to be read again any more. */
  public boolean isOver() {
    return over;
  }

  /**
   * Reads again if it is time.
   *
   * @param read everything, from what is committed when it runs; where it throws it runs again the next time
   */
  public void look(Runnable read) {
    if (over || time.since(since).compareTo(FIRST) < 0) {
      return;
    }
    // Asked before it reads: what is not under way now is committed, or was begun too late to be a predecessor's.
    if (until == null) {
      long now = next();
      boolean alone = oldest() >= now;
      read.run();
      until = now;
      over = alone;
    } else if (time.since(since).compareTo(LAST) >= 0 || oldest() >= until) {
      read.run();
      over = true;
    }
  }

  /** An id of its own: whoever has written anything by now has a lower one. A snapshot's upper end may be that of a transaction under way. */
  private long next() {
    return number("select pg_current_xact_id()::text::bigint");
  }

  /** The lowest id of a transaction under way; where there is none, one that is higher than all there were. */
  private long oldest() {
    return number("select pg_snapshot_xmin(pg_current_snapshot())::text::bigint");
  }

  private long number(String sql) {
    return tx.required(() -> {
      try (Statement select = tx.connection().createStatement(); ResultSet row = select.executeQuery(sql)) {
        row.next();
        return row.getLong(1);
      }
    });
  }
}

package org.strowger.ledger.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.billing.api.CallEnd;
import org.strowger.kernel.CallId;
import org.strowger.kernel.Unavailable;
import org.strowger.ledger.internal.Write.Settled;
import org.strowger.persistence.api.Tx;

/**
 * What a start finds in the journal. Calls of a process that is no more ended when it last gave a sign of life, or
 * when the time that was paid for was over, whichever came first: they are charged to that moment and marked. Calls
 * of this process are up: the bundle was replaced under them.
 */
final class Recovery {

  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);
  private static final int PAGE = 500;

  private final Tx tx;
  private final JournalTable journal;
  private final Books books;

  Recovery(Tx tx, JournalTable journal, Books books) {
    this.tx = tx;
    this.journal = journal;
    this.books = books;
  }

  /**
   * @param first whether this is the process' first instance: starts that have nothing left are forgotten then, and else only where calls were closed
   * @return how many calls were charged
   */
  int closeDeadCalls(boolean first) {
    int closed = 0;
    var after = new CallId(0);
    while (true) {
      CallId from = after;
      List<JournalTable.Row> rows = Sql.required(tx, connection -> journal.page(connection, false, from, PAGE));
      if (rows.isEmpty()) {
        if (first || closed > 0) {
          Sql.required(tx, connection -> {
            journal.forgetDeadBoots(connection);
            return null;
          });
        }
        return closed;
      }
      closed += close(rows);
      after = rows.get(rows.size() - 1).call().call();
    }
  }

  private int close(List<JournalTable.Row> rows) {
    try {
      return closeTogether(rows);
    } catch (Unavailable e) {
      throw e;
    } catch (RuntimeException e) {
      return rows.size() == 1 ? leave(rows.get(0), e) : rows.stream().mapToInt(row -> close(List.of(row))).sum();
    }
  }

  private static int leave(JournalTable.Row row, RuntimeException e) {
    LOG.error("call {} of a crashed start cannot be closed; its journal row stays", row.call().call(), e);
    return 0;
  }

  private int closeTogether(List<JournalTable.Row> rows) {
    var up = new ArrayList<Settled>();
    var inSetUp = new ArrayList<CallId>();
    for (JournalTable.Row row : rows) {
      if (row.call().connectTime() == null) {
        inSetUp.add(row.call().call());
      } else {
        up.add(closing(row));
      }
    }
    Sql.required(tx, connection -> {
      books.settle(connection, up);
      journal.delete(connection, inSetUp);
      return null;
    });
    return up.size();
  }

  static Settled closing(JournalTable.Row row) {
    Write.Journaled call = row.call();
    Instant connected = call.connectTime();
    Duration alive = Duration.between(connected, row.heartbeat());
    Duration granted = Duration.ofSeconds(call.granted());
    Duration duration = alive.isNegative() ? Duration.ZERO : alive.compareTo(granted) < 0 ? alive : granted;
    var end = new CallEnd(connected, connected.plus(duration), duration, 0, "the switch crashed", CallEnd.ReleaseSource.SWITCH, null);
    return new Settled(call.facts(), end, call.shares(), call.granted(), true, true);
  }

  /** The calls that are up or in set-up in this process. */
  List<JournalTable.Row> callsOfThisProcess() {
    var all = new ArrayList<JournalTable.Row>();
    var after = new CallId(0);
    while (true) {
      CallId from = after;
      List<JournalTable.Row> rows = Sql.required(tx, connection -> {
        List<JournalTable.Row> page = journal.page(connection, true, from, PAGE);
        journal.delete(connection, page.stream().filter(row -> row.call().connectTime() == null).map(row -> row.call().call()).toList());
        return page;
      });
      all.addAll(rows);
      if (rows.size() < PAGE) {
        return all;
      }
      after = rows.get(rows.size() - 1).call().call();
    }
  }
}

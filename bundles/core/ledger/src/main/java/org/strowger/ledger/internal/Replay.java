package org.strowger.ledger.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.billing.api.Cdr;
import org.strowger.kernel.CallId;
import org.strowger.kernel.NodeId;
import org.strowger.kernel.Unavailable;
import org.strowger.ledger.internal.Write.Extended;
import org.strowger.ledger.internal.Write.Journaled;
import org.strowger.ledger.internal.Write.Settled;
import org.strowger.persistence.api.DatabaseException;
import org.strowger.persistence.api.Tx;

/** Tells the database what an outage left in the local journal. May be done again: whatever it knows already stays as it is. */
final class Replay {

  private static final Logger LOG = LoggerFactory.getLogger(Replay.class);
  private static final int PAGE = 500;

  private final Tx tx;
  private final NodeId node;
  private final Books books;
  private final CdrTable cdrs;

  Replay(Tx tx, NodeId node, Books books, CdrTable cdrs) {
    this.tx = tx;
    this.node = node;
    this.books = books;
    this.cdrs = cdrs;
  }

  /** Before the calls of dead starts are closed: those that ended have their exact ends then, and the others the last sign of life. */
  void everything(Path folder) {
    try {
      for (LocalJournal.Found found : LocalJournal.left(folder)) {
        LOG.info("{} has what the database was not told: {} lines", found.file(), found.writes().size());
        replay(found);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the local journal in " + folder + " cannot be read", e);
    }
  }

  private void replay(LocalJournal.Found found) throws IOException {
    var journal = new JournalTable(node, found.boot());
    if (found.heartbeat() != null) {
      Sql.required(tx, connection -> {
        journal.wasAlive(connection, found.heartbeat());
        return null;
      });
    }
    boolean all = found.whole();
    all &= each(only(found, Journaled.class).toList(), (connection, calls) -> journal.add(connection, unknown(connection, calls)));
    all &= each(only(found, Extended.class).toList(), journal::extend);
    List<Settled> ends = only(found, Settled.class).toList();
    all &= each(ends, books::settle);
    all &= ends.stream().map(Replay::agrees).reduce(true, Boolean::logicalAnd);
    if (all) {
      Files.delete(found.file());
    } else {
      Path kept = LocalJournal.refuse(found.file());
      LOG.error("not every line of the local journal could be booked; it is kept as {}", kept);
    }
  }

  /** An earlier start that could not read this end has closed the call as crashed: it is charged once, and somebody has to know what is missing. */
  private static boolean agrees(Settled end) {
    List<Cdr> booked = end.outcome == null ? List.of() : end.outcome.cdrs();
    Optional<Cdr> other = booked.stream()
        .filter(cdr -> cdr.crashed() && (cdr.end().answered() != end.end.answered() || !cdr.end().duration().equals(end.end.duration()))).findFirst();
    other.ifPresent(cdr -> LOG.error("call {} was closed as crashed after {}, the local journal says that it lasted {}: it is not charged again; see \"A journal that is kept\" in operating.md",
        end.call(), cdr.end().duration(), end.end.duration()));
    return other.isEmpty();
  }

  /** Without those whose end the database was told itself: they would be taken for calls that are up. */
  private List<Journaled> unknown(Connection connection, List<Journaled> calls) throws SQLException {
    Set<CallId> over = cdrs.ofCalls(connection, calls.stream().map(Journaled::facts).toList()).keySet();
    return calls.stream().filter(call -> !over.contains(call.call())).toList();
  }

  @FunctionalInterface
  private interface Telling<W> {
    void tell(Connection connection, List<W> writes) throws SQLException;
  }

  /** @return whether the database took them all */
  private <W extends Write> boolean each(List<W> writes, Telling<W> telling) {
    boolean all = true;
    for (int from = 0; from < writes.size(); from += PAGE) {
      all &= tell(writes.subList(from, Math.min(from + PAGE, writes.size())), telling, true);
    }
    return all;
  }

  /** Together; where that fails one by one; one that somebody else booked meanwhile once more, for then it is known. */
  private <W extends Write> boolean tell(List<W> writes, Telling<W> telling, boolean again) {
    try {
      Sql.required(tx, connection -> {
        telling.tell(connection, writes);
        return null;
      });
      return true;
    } catch (Unavailable e) {
      throw e;
    } catch (RuntimeException e) {
      if (writes.size() > 1) {
        return writes.stream().map(write -> tell(List.of(write), telling, true)).reduce(true, Boolean::logicalAnd);
      }
      if (again && e instanceof DatabaseException known && known.kind() == DatabaseException.Kind.DUPLICATE) {
        return tell(writes, telling, false);
      }
      LOG.error("what the local journal says of call {} cannot be booked", writes.get(0).call(), e);
      return false;
    }
  }

  private static <W extends Write> Stream<W> only(LocalJournal.Found found, Class<W> kind) {
    return found.writes().stream().filter(kind::isInstance).map(kind::cast);
  }
}

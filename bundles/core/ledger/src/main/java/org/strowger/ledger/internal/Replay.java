package org.strowger.ledger.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.kernel.NodeId;
import org.strowger.kernel.Unavailable;
import org.strowger.ledger.internal.Write.Extended;
import org.strowger.ledger.internal.Write.Journaled;
import org.strowger.ledger.internal.Write.Settled;
import org.strowger.persistence.api.Tx;

/** Tells the database what an outage left in the local journal. May be done again: whatever it knows already stays as it is. */
final class Replay {

  private static final Logger LOG = LoggerFactory.getLogger(Replay.class);
  private static final int PAGE = 500;

  private final Tx tx;
  private final NodeId node;
  private final Books books;

  Replay(Tx tx, NodeId node, Books books) {
    this.tx = tx;
    this.node = node;
    this.books = books;
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
    Sql.required(tx, connection -> {
      if (found.heartbeat() != null) {
        journal.wasAlive(connection, found.heartbeat());
      }
      journal.add(connection, only(found, Journaled.class).toList());
      journal.extend(connection, only(found, Extended.class).toList());
      return null;
    });
    List<Settled> ends = only(found, Settled.class).toList();
    boolean all = true;
    for (int from = 0; from < ends.size(); from += PAGE) {
      all &= settle(ends.subList(from, Math.min(from + PAGE, ends.size())));
    }
    if (all) {
      Files.delete(found.file());
    } else {
      Path kept = found.file().resolveSibling(found.file().getFileName() + ".refused");
      Files.move(found.file(), kept);
      LOG.error("not every line of the local journal could be booked; it is kept as {}", kept);
    }
  }

  private boolean settle(List<Settled> ends) {
    try {
      Sql.required(tx, connection -> {
        books.settle(connection, ends);
        return null;
      });
      return true;
    } catch (Unavailable e) {
      throw e;
    } catch (RuntimeException e) {
      if (ends.size() == 1) {
        LOG.error("the end of call {} cannot be booked", ends.get(0).call(), e);
        return false;
      }
      return ends.stream().map(end -> settle(List.of(end))).reduce(true, Boolean::logicalAnd);
    }
  }

  private static <W extends Write> Stream<W> only(LocalJournal.Found found, Class<W> kind) {
    return found.writes().stream().filter(kind::isInstance).map(kind::cast);
  }
}

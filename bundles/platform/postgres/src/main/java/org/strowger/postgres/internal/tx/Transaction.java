package org.strowger.postgres.internal.tx;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.persistence.api.DatabaseException;
import org.strowger.persistence.api.DatabaseException.Kind;
import org.strowger.persistence.api.Participant;

/** What one thread's transaction holds. */
final class Transaction {

  private static final Logger LOG = LoggerFactory.getLogger(Transaction.class);
  /** A flush may bring work to others; past this many rounds they play ping-pong. */
  private static final int FLUSH_ROUNDS = 10;

  private final GuardedConnection guarded;
  private final Map<Object, Participant> participants = new LinkedHashMap<>();
  private final List<Runnable> hooks = new ArrayList<>();
  private Throwable doom;

  Transaction(Connection connection) {
    this.guarded = new GuardedConnection(connection);
  }

  Connection connection() {
    refuseIfDoomed();
    return guarded.connection();
  }

  void afterCommit(Runnable hook) {
    hooks.add(hook);
  }

  <P extends Participant> P participant(Object key, Function<Connection, P> opener) {
    refuseIfDoomed();
    Participant there = participants.get(key);
    if (there == null) {
      there = opener.apply(guarded.connection());
      participants.put(key, there);
    }
    @SuppressWarnings("unchecked") // the key is the opener's own, so is what lies under it
    P own = (P) there;
    return own;
  }

  /** Remembers the first failure and hands the present one back, to be thrown. */
  <E extends Throwable> E doom(E failure) {
    if (doom == null) {
      doom = failure;
    }
    return failure;
  }

  void refuseDoomed() {
    if (doom != null) {
      throw new DatabaseException(Kind.DOOMED, "rolled back: an inner step failed and its failure was swallowed", doom);
    }
  }

  private void refuseIfDoomed() {
    if (doom != null) {
      throw new IllegalStateException("the transaction is doomed: an earlier step failed", doom);
    }
  }

  /** Flushes until a round has brought nobody new. */
  void flush() throws SQLException {
    int flushed = 0;
    for (int round = 0; flushed != participants.size(); round++) {
      if (round == FLUSH_ROUNDS) {
        throw new IllegalStateException("participants of the transaction bring each other new work without end");
      }
      List<Participant> all = List.copyOf(participants.values());
      flushed = all.size();
      for (Participant participant : all) {
        participant.flush();
      }
    }
  }

  void end(boolean committed) {
    for (Participant participant : participants.values()) {
      try {
        participant.ended(committed);
      } catch (RuntimeException failure) {
        LOG.warn("A participant failed after the transaction had ended", failure);
      }
    }
    guarded.end();
  }

  void runHooks() {
    for (Runnable hook : hooks) {
      try {
        hook.run();
      } catch (RuntimeException failure) {
        LOG.warn("A hook failed after the commit", failure);
      }
    }
  }
}

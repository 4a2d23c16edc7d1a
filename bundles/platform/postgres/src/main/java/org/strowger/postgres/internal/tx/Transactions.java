package org.strowger.postgres.internal.tx;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.hibernate.jdbc.SqlFailures;
import org.strowger.persistence.api.DatabaseException;
import org.strowger.persistence.api.DatabaseException.Kind;
import org.strowger.persistence.api.Participant;
import org.strowger.persistence.api.Tx;
import org.strowger.persistence.api.Yielding;

/** One connection per outermost call, bound to the thread, committed once. */
public final class Transactions implements Tx {

  private static final Logger LOG = LoggerFactory.getLogger(Transactions.class);

  private static final long SEAT_SECONDS = 5;

  private final DataSource pool;
  private final Semaphore seats;
  private final ThreadLocal<Transaction> current = new ThreadLocal<>();
  private volatile boolean answering = true;

  /**
   * @param pool connections with auto-commit off
   * @param yielding how many of them all that is {@link Yielding} may have
   */
  public Transactions(DataSource pool, int yielding) {
    this.pool = pool;
    this.seats = new Semaphore(yielding, true);
  }

  @Override
  public <T> T required(Work<T> work) {
    Transaction outer = current.get();
    return outer == null ? alone(work) : join(outer, work);
  }

  private static <T> T join(Transaction outer, Work<T> work) {
    try {
      return work.run();
    } catch (SQLException | RuntimeException failure) {
      throw outer.doom(SqlFailures.translate(failure));
    } catch (Error failure) {
      outer.doom(failure);
      throw failure;
    }
  }

  private <T> T alone(Work<T> work) {
    boolean seated = Yielding.isActive();
    Connection connection = seated ? connectSeated() : connect();
    Transaction transaction = new Transaction(connection);
    boolean committed = false;
    T answer;
    current.set(transaction);
    try {
      answer = join(transaction, work);
      transaction.refuseDoomed();
      join(transaction, () -> {
        transaction.flush();
        return null;
      });
      transaction.refuseDoomed();
      commit(connection);
      committed = true;
    } finally {
      current.remove();
      try {
        transaction.end(committed);
        giveBack(connection, committed);
      } finally {
        if (seated) {
          seats.release();
        }
      }
    }
    transaction.runHooks();
    return answer;
  }

  /** Whether the last connection that somebody asked for was to be had. */
  public boolean answering() {
    return answering;
  }

  private Connection connectSeated() {
    try {
      if (!seats.tryAcquire(SEAT_SECONDS, TimeUnit.SECONDS)) {
        throw new DatabaseException(Kind.UNAVAILABLE, "too much is asked of the database at once: the connections that calls leave were all taken for " + SEAT_SECONDS + " s", null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DatabaseException(Kind.UNAVAILABLE, "interrupted while it waited for a connection to the database", e);
    }
    try {
      return connect();
    } catch (RuntimeException | Error e) {
      seats.release();
      throw e;
    }
  }

  private Connection connect() {
    try {
      Connection connection = pool.getConnection();
      answering = true;
      return connection;
    } catch (SQLException none) {
      answering = false;
      throw new DatabaseException(Kind.UNAVAILABLE, "no connection to the database was to be had within 5 s", none);
    }
  }

  private static void commit(Connection connection) {
    try {
      if (SqlFailures.transactionFailed(connection)) {
        throw new DatabaseException(Kind.DOOMED, "rolled back: a statement failed and its failure was swallowed", null);
      }
      connection.commit();
    } catch (SQLException failure) {
      if (SqlFailures.connectionLost(failure)) {
        throw new DatabaseException(Kind.OUTCOME_UNKNOWN, "the connection broke during the commit: it may have happened", failure);
      }
      throw SqlFailures.translate(failure);
    }
  }

  private static void giveBack(Connection connection, boolean committed) {
    try (connection) {
      if (!committed) {
        connection.rollback();
      }
    } catch (SQLException broken) {
      // A connection that cannot roll back is dead, and its transaction with it; the pool throws it away.
      LOG.debug("Rolling back on a broken connection", broken);
    }
  }

  @Override
  public boolean active() {
    return current.get() != null;
  }

  @Override
  public Connection connection() {
    return running().connection();
  }

  @Override
  public void afterCommit(Runnable hook) {
    running().afterCommit(hook);
  }

  @Override
  public <P extends Participant> P participant(Object key, Function<Connection, P> opener) {
    return running().participant(key, opener);
  }

  private Transaction running() {
    Transaction transaction = current.get();
    if (transaction == null) {
      throw new IllegalStateException("no transaction on this thread: call this inside Tx.required(…) or Tx.run(…)");
    }
    return transaction;
  }
}

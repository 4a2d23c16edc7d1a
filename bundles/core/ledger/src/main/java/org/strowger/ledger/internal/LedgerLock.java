package org.strowger.ledger.internal;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.kernel.ErrorCode;
import org.strowger.kernel.StrowgerException;
import org.strowger.persistence.api.DatabaseException;

/**
 * One process per database: an advisory lock on a connection that is kept while the ledger is open. It goes with its process, however
 * that ends, so a restart has it at once. A second process would take the first one's calls for those of a crash, and hold money that
 * the first one holds already: what is available is known in memory only.
 */
final class LedgerLock implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LedgerLock.class);
  /** "Stro": the class of our advisory locks. */
  private static final int CLASS = 0x5374726f;
  private static final int LEDGER = 0;
  /** A killed process' connection closes in moments. */
  private static final String PATIENCE = "1500ms";
  private static final String NOT_HAD_IN_TIME = "55P03";
  private static final int ANSWER_SECONDS = 2;
  private static final String NAME = "strowger ledger ";

  private final DataSource source;
  private final String boot;
  /** Has the lock; null while we have not. */
  private Connection held;
  private boolean closed;
  private volatile String trouble;

  private LedgerLock(DataSource source, String boot) {
    this.source = source;
    this.boot = boot;
  }

  /**
   * Takes it; an instance of this process that is just being replaced may have it still. Waits for 1.5 s.
   *
   * @throws StrowgerException {@code CONFLICT} while another process has it, with who that is
   * @throws org.strowger.kernel.Unavailable if the database is away
   */
  static LedgerLock take(DataSource source, String boot) {
    var lock = new LedgerLock(source, boot);
    try {
      lock.acquire("set local lock_timeout = '" + PATIENCE + "'");
    } catch (SQLException e) {
      lock.close();
      throw Sql.translated(new DatabaseException(DatabaseException.Kind.UNAVAILABLE, "the ledger's lock cannot be had", e));
    }
    if (lock.trouble != null) {
      throw new StrowgerException(ErrorCode.CONFLICT, lock.trouble);
    }
    return lock;
  }

  /** Sees to it that we still have it, as after the database was restarted. Called now and then. */
  synchronized void keep() {
    if (closed) {
      return;
    }
    try {
      if (held != null && held.isValid(ANSWER_SECONDS)) {
        return;
      }
      letGo();
      String before = trouble;
      acquire("set local lock_timeout = '1ms'");
      if (trouble != null && !trouble.equals(before)) {
        LOG.error("{}", trouble);
      }
    } catch (SQLException e) {
      LOG.debug("the ledger's lock cannot be looked after now", e);
    }
  }

  /** Who has the lock instead of us; null while all is well. */
  String trouble() {
    return trouble;
  }

  private synchronized void acquire(String limit) throws SQLException {
    Connection connection = source.getConnection();
    boolean got = false;
    try {
      got = locked(connection, limit);
      if (got) {
        trouble = null;
        mark(connection);
      } else {
        trouble = holder(connection);
      }
    } finally {
      if (got) {
        held = connection;
      } else {
        connection.close();
      }
    }
  }

  private boolean locked(Connection connection, String limit) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(limit);
      // Of the session: it outlives the transaction.
      statement.execute("select pg_advisory_lock(" + CLASS + ", " + LEDGER + ")");
      connection.commit();
      return true;
    } catch (SQLException e) {
      connection.rollback();
      if (NOT_HAD_IN_TIME.equals(e.getSQLState())) {
        return false;
      }
      throw e;
    }
  }

  /** So that others see who we are, and the server within seconds that our machine is no more. */
  private void mark(Connection connection) throws SQLException {
    try (var statement = connection.prepareStatement("select set_config('application_name', ?, false), set_config('tcp_keepalives_idle', '5', false), "
        + "set_config('tcp_keepalives_interval', '2', false), set_config('tcp_keepalives_count', '3', false)")) {
      statement.setString(1, NAME + boot);
      statement.execute();
    }
    connection.commit();
    // Else it would be idle in a transaction, for which there is a limit.
    connection.setAutoCommit(true);
  }

  /** In words; null if it is another instance in this process, or was let go just now. */
  private String holder(Connection connection) throws SQLException {
    String sql = "select coalesce(a.application_name, ''), coalesce(host(a.client_addr), 'the same machine'), a.backend_start::timestamp(0) "
        + "from pg_locks l join pg_stat_activity a on a.pid = l.pid where l.locktype = 'advisory' and l.granted and l.classid = " + CLASS
        + " and l.objid = " + LEDGER + " and l.objsubid = 2 and l.database = (select oid from pg_database where datname = current_database())";
    try (var statement = connection.createStatement(); var rows = statement.executeQuery(sql)) {
      if (!rows.next()) {
        return trouble == null ? "the database was in use by another switch until just now" : trouble;
      }
      String name = rows.getString(1);
      if (name.equals(NAME + boot)) {
        return null;
      }
      return "the database is in use by another switch (" + name + " from " + rows.getString(2) + ", connected since " + rows.getString(3)
          + " UTC): stop it, or give this one a database of its own as jdbcUrl in etc/org.strowger.postgres.cfg";
    } finally {
      connection.rollback();
    }
  }

  private void letGo() {
    if (held == null) {
      return;
    }
    try (Connection connection = held; var statement = connection.createStatement()) {
      held = null;
      statement.execute("select pg_advisory_unlock(" + CLASS + ", " + LEDGER + ")");
      statement.execute("reset application_name");
    } catch (SQLException e) {
      LOG.debug("the connection with the ledger's lock is gone, and the lock with it", e);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    letGo();
  }
}

package org.strowger.hibernate.jdbc;

import java.io.PrintWriter;
import java.net.ConnectException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A PostgreSQL and who logs in there.
 *
 * @param jdbcUrl {@code jdbc:postgresql://host:port/database}, with the driver's parameters if there are any
 * @param password never shown by {@link #toString()}
 */
public record Target(String jdbcUrl, String user, String password) {

  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(100);
  /** SQLSTATE cannot_connect_now. */
  private static final String STARTING = "57P03";

  public Target {
    Objects.requireNonNull(user, "user");
    Objects.requireNonNull(password, "password");
    if (!jdbcUrl.startsWith("jdbc:postgresql:")) {
      throw new IllegalArgumentException("jdbcUrl: must start with jdbc:postgresql:, PostgreSQL is the only database the switch speaks to");
    }
  }

  /**
   * A fresh connection, not pooled, in the time zone UTC.
   *
   * @param answer how long any answer of the server may take; zero: no limit, for long work as a backup
   */
  public Connection connect(Duration answer) throws SQLException {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(jdbcUrl);
    source.setUser(user);
    source.setPassword(password);
    source.setConnectTimeout((int) CONNECT.toSeconds());
    source.setLoginTimeout((int) CONNECT.toSeconds());
    source.setSocketTimeout((int) answer.toSeconds());
    source.setTcpKeepAlive(true);
    source.setReWriteBatchedInserts(true);
    source.setApplicationName("strowger");
    // The detail quotes values of the row.
    source.setLogServerErrorDetail(false);
    Connection connection = source.getConnection();
    inOneZone(connection);
    return connection;
  }

  /** The driver asks for the machine's zone: what the server writes as text, in a backup too, would depend on where the switch runs. */
  private static void inOneZone(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("set time zone 'UTC'");
    } catch (SQLException | RuntimeException failure) {
      connection.close();
      throw failure;
    }
  }

  /** Fresh connections to wherever {@code target} says at that moment. */
  public static DataSource fresh(Supplier<Target> target, Duration answer) {
    return new Fresh(target, answer, "", 1);
  }

  /**
   * As {@link #fresh(Supplier, Duration)}, each with the settings that {@code sql} makes, before anybody begins a transaction on it. A server that is not
   * there yet is tried {@code tries} times, 0.1 s apart: a pool that was told of each failure would pause for up to 5 s, with the server back long since.
   */
  static DataSource fresh(Supplier<Target> target, Duration answer, String sql, int tries) {
    return new Fresh(target, answer, sql, tries);
  }

  @Override
  public String toString() {
    return user + " at " + jdbcUrl.replaceFirst("\\?.*", "");
  }

  private record Fresh(Supplier<Target> target, Duration answer, String settings, int tries) implements DataSource {

    @Override
    public Connection getConnection() throws SQLException {
      for (int tried = 1; ; tried++) {
        try {
          return connected();
        } catch (SQLException failure) {
          if (tried >= tries || !isComing(failure)) {
            throw failure;
          }
          pause(failure);
        }
      }
    }

    /** Nobody listens, or the server is just starting. */
    private static boolean isComing(SQLException failure) {
      return failure.getCause() instanceof ConnectException || STARTING.equals(failure.getSQLState());
    }

    private static void pause(SQLException failure) throws SQLException {
      try {
        // Nobody counts it down.
        new CountDownLatch(1).await(BETWEEN_TRIES.toMillis(), TimeUnit.MILLISECONDS);
      } catch (InterruptedException closing) {
        Thread.currentThread().interrupt();
        throw failure;
      }
    }

    private Connection connected() throws SQLException {
      Connection connection = target.get().connect(answer);
      if (settings.isEmpty()) {
        return connection;
      }
      try (Statement statement = connection.createStatement()) {
        statement.execute(settings);
        return connection;
      } catch (SQLException | RuntimeException failure) {
        connection.close();
        throw failure;
      }
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
      throw new SQLFeatureNotSupportedException("the target says who logs in");
    }

    @Override
    public PrintWriter getLogWriter() {
      return null;
    }

    @Override
    public void setLogWriter(PrintWriter out) {}

    @Override
    public void setLoginTimeout(int seconds) {}

    @Override
    public int getLoginTimeout() {
      return (int) CONNECT.toSeconds();
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
      throw new SQLFeatureNotSupportedException("logs by slf4j");
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
      throw new SQLException("wraps nothing");
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
      return false;
    }
  }
}

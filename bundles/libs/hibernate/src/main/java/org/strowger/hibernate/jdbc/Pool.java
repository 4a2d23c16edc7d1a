package org.strowger.hibernate.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.function.Supplier;
import javax.sql.DataSource;

/**
 * A bounded pool of connections with auto-commit off and time limits set. Opens without a database and reconnects by itself: the target is
 * asked anew for each new connection, so the server may come back on another port.
 */
public final class Pool implements AutoCloseable {

  private static final String LIMITS = "set statement_timeout = '30s'; set lock_timeout = '10s'; "
      + "set idle_in_transaction_session_timeout = '60s'; set time zone 'UTC'";

  private static final int TRIES = 30;

  private final HikariDataSource source;

  private Pool(HikariDataSource source) {
    this.source = source;
  }

  /** @param size connections at most, 2 to 100 */
  public static Pool open(Supplier<Target> target, int size) {
    HikariConfig config = new HikariConfig();
    config.setPoolName("strowger");
    // The driver's own answer limit is past the statement's, which gives the better message.
    // The pool's own way to make settings would lose them: it rolls back afterwards, auto-commit being off.
    config.setDataSource(Target.fresh(target, Duration.ofSeconds(45), LIMITS, TRIES));
    config.setAutoCommit(false);
    config.setMaximumPoolSize(size);
    config.setMinimumIdle(Math.min(2, size));
    config.setConnectionTimeout(Duration.ofSeconds(5).toMillis());
    config.setValidationTimeout(Duration.ofSeconds(2).toMillis());
    config.setIdleTimeout(Duration.ofMinutes(2).toMillis());
    config.setInitializationFailTimeout(-1);
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(Pool.class.getClassLoader());
    try {
      return new Pool(new HikariDataSource(config));
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** The pool. Asking for a connection waits 5 s at most. */
  public DataSource dataSource() {
    return source;
  }

  /** Drops connections that nobody uses now; those in use when they come back. For after the server was restarted. */
  public void renew() {
    source.getHikariPoolMXBean().softEvictConnections();
  }

  @Override
  public void close() {
    source.close();
  }
}

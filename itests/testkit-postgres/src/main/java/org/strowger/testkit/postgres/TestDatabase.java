package org.strowger.testkit.postgres;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.strowger.hibernate.jdbc.Target;
import org.strowger.kernel.Time;
import org.strowger.persistence.api.Database;
import org.strowger.persistence.api.DatabaseStatus;
import org.strowger.persistence.api.Domain;
import org.strowger.persistence.api.DomainSpec;
import org.strowger.persistence.api.Tx;
import org.strowger.postgres.internal.PostgresDatabase;
import org.strowger.postgres.internal.embedded.EmbeddedPostgres;

/** An empty database of its own on the JVM's one PostgreSQL: what a store's constructor takes. */
public final class TestDatabase implements Database, AfterAllCallback, AutoCloseable {

  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final int POOL = 6;

  private final Target target;
  private final PostgresDatabase database;

  private TestDatabase(EmbeddedPostgres server, String name) {
    this.target = server.target(name);
    DatabaseStatus status = new DatabaseStatus(true, server.address(), "", Optional.of(server.folder()), Optional.of(server.runsAs()), true);
    this.database = new PostgresDatabase(() -> target, () -> status, POOL, Time.SYSTEM);
  }

  public static TestDatabase open() {
    EmbeddedPostgres server = TestServer.running();
    String name = "test_" + NUMBER.incrementAndGet();
    server.createDatabase(name);
    return new TestDatabase(server, name);
  }

  @Override
  public Domain open(DomainSpec spec) {
    return database.open(spec);
  }

  @Override
  public Tx tx() {
    return database.tx();
  }

  @Override
  public DatabaseStatus status() {
    return database.status();
  }

  /** Runs a statement in a transaction of its own. @return how many rows it concerned */
  public int run(String sql) {
    return tx().required(() -> {
      try (var statement = tx().connection().createStatement()) {
        return statement.executeUpdate(sql);
      }
    });
  }

  public String jdbcUrl() {
    return target.jdbcUrl();
  }

  public String user() {
    return target.user();
  }

  public String password() {
    return target.password();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    close();
  }

  /** Closes the pool. The database stays until the JVM ends, and goes with the server. */
  @Override
  public void close() {
    database.close();
  }
}

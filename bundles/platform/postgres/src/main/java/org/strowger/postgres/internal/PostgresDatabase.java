package org.strowger.postgres.internal;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.hibernate.jdbc.Migrator;
import org.strowger.hibernate.jdbc.Pool;
import org.strowger.hibernate.jdbc.Target;
import org.strowger.kernel.Time;
import org.strowger.persistence.api.BatchSpec;
import org.strowger.persistence.api.BatchWriter;
import org.strowger.persistence.api.Database;
import org.strowger.persistence.api.DatabaseStatus;
import org.strowger.persistence.api.Domain;
import org.strowger.persistence.api.DomainSpec;
import org.strowger.persistence.api.Tx;
import org.strowger.postgres.internal.tx.GroupCommit;
import org.strowger.postgres.internal.tx.Transactions;

/** The switch's database on one pool. Needs no framework: a test makes one on any PostgreSQL. */
public final class PostgresDatabase implements Database, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PostgresDatabase.class);
  /** Connections that REST and SOAP never have: four, and the one that the ledger keeps. */
  private static final int LEFT_TO_CALLS = 5;

  /** Far above what one statement of a migration takes on large tables: a server that is silent for longer is gone, and who opens a domain does not wait for it for ever. */
  private static final Duration MIGRATION_ANSWER = Duration.ofHours(1);

  private final Supplier<Target> target;
  private final Duration migrationAnswer;
  private final Supplier<DatabaseStatus> status;
  private final Time time;
  private final Pool pool;
  private final Transactions tx;
  private final Migrations migrations = new Migrations();
  private final Map<String, DomainSpec> domains = new ConcurrentHashMap<>();

  private record Opened(PostgresDatabase database, DomainSpec spec, String version) implements Domain {

    @Override
    public Tx tx() {
      return database.tx;
    }

    @Override
    public <T> BatchWriter<T> writer(BatchSpec batch, BatchWriter.Rows<T> rows) {
      return GroupCommit.start(database.tx, database.time, batch, rows);
    }

    @Override
    public DataSource dataSource() {
      return database.pool.dataSource();
    }
  }

  /** @param poolSize connections at most */
  public PostgresDatabase(Supplier<Target> target, Supplier<DatabaseStatus> status, int poolSize, Time time) {
    this(target, status, poolSize, time, MIGRATION_ANSWER);
  }

  /** @param migrationAnswer how long any answer may take to a statement of a migration */
  PostgresDatabase(Supplier<Target> target, Supplier<DatabaseStatus> status, int poolSize, Time time, Duration migrationAnswer) {
    this.target = target;
    this.migrationAnswer = migrationAnswer;
    this.status = status;
    this.time = time;
    this.pool = Pool.open(target, poolSize);
    this.tx = new Transactions(pool.dataSource(), Math.max(1, poolSize - LEFT_TO_CALLS));
  }

  @Override
  public Domain open(DomainSpec spec) {
    Migrator.Migrated migrated = migrations.migrate(Target.fresh(target, migrationAnswer), pool.dataSource(), spec);
    if (migrated.scripts() > 0) {
      // Who waits for a start sees that it goes on.
      LOG.info("Database: the domain {} is at version {}, {} scripts ran", spec.name(), migrated.version(), migrated.scripts());
      // A connection may have prepared statements on tables as they were.
      pool.renew();
    }
    domains.put(spec.name(), spec);
    return new Opened(this, spec, migrated.version());
  }

  @Override
  public Tx tx() {
    return tx;
  }

  @Override
  public DatabaseStatus status() {
    return status.get();
  }

  /** Whether the last connection that somebody asked for was to be had. */
  public boolean answering() {
    return tx.answering();
  }

  /** The server came back: old connections are dropped. */
  public void renew() {
    pool.renew();
  }

  /** The domains that were opened since the start, by name. */
  public Map<String, DomainSpec> domains() {
    return Map.copyOf(domains);
  }

  @Override
  public void close() {
    pool.close();
  }
}

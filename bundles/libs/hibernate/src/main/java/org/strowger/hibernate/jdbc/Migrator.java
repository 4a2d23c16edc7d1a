package org.strowger.hibernate.jdbc;

import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.logging.LogFactory;
import org.strowger.persistence.api.DatabaseException;
import org.strowger.persistence.api.DatabaseException.Kind;
import org.strowger.persistence.api.DomainSpec;

/** Brings a domain's schema up to its scripts: one history per domain, inside its schema, under Flyway's advisory lock. */
public final class Migrator {

  /** The table in each domain's schema that says which scripts ran. */
  public static final String HISTORY = "schema_history";

  /**
   * @param version the schema has now
   * @param scripts that ran just now
   */
  public record Migrated(String version, int scripts) {}

  private Migrator() {}

  /**
   * @param connections with a generous time limit for answers, or none: a statement of a migration may take long
   */
  public static Migrated migrate(DataSource connections, DomainSpec domain) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(Migrator.class.getClassLoader());
    try {
      Flyway flyway = Flyway.configure(domain.loader())
          .dataSource(connections)
          .schemas(domain.schema())
          .defaultSchema(domain.schema())
          .createSchemas(true)
          .table(HISTORY)
          .locations("classpath:" + domain.scripts())
          .loggers("slf4j")
          .load();
      int scripts = flyway.migrate().migrationsExecuted;
      MigrationInfo current = flyway.info().current();
      if (current == null || current.getVersion() == null) {
        throw new DatabaseException(Kind.MIGRATION, "domain " + domain.name() + " has no migration: there must be a script "
            + domain.scripts() + "/V1__….sql in its bundle", null);
      }
      return new Migrated(current.getVersion().getVersion(), scripts);
    } catch (FlywayException failure) {
      throw new DatabaseException(Kind.MIGRATION,
          "migration of domain " + domain.name() + " failed: " + failure.getMessage().strip(), failure);
    } finally {
      forget();
      thread.setContextClassLoader(before);
    }
  }

  /** Flyway's log keeps the configuration that came last, and with it the class loader of a bundle that may go. */
  private static void forget() {
    LogFactory.setConfiguration(Flyway.configure(Migrator.class.getClassLoader()).loggers("slf4j"));
  }
}

package org.strowger.postgres.internal.backup;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.hibernate.jdbc.SqlFailures;
import org.strowger.hibernate.jdbc.Target;
import org.strowger.kernel.Time;
import org.strowger.persistence.api.BackupManifest;
import org.strowger.persistence.api.Backups;
import org.strowger.persistence.api.DatabaseException;
import org.strowger.persistence.api.DatabaseException.Kind;
import org.strowger.persistence.api.DomainSpec;

/** Backups on a connection of their own, without the time limits of a store's work. */
public final class DatabaseBackups implements Backups {

  private static final Logger LOG = LoggerFactory.getLogger(DatabaseBackups.class);

  private final Supplier<Target> target;
  private final Supplier<Map<String, DomainSpec>> opened;
  private final Time time;

  /** @param opened the domains that were opened since the start: they know which tables fill themselves */
  public DatabaseBackups(Supplier<Target> target, Supplier<Map<String, DomainSpec>> opened, Time time) {
    this.target = target;
    this.opened = opened;
    this.time = time;
  }

  @Override
  public BackupManifest backup(Path file) {
    BackupManifest manifest = on(file, connection -> BackupWriter.write(connection, file, time.now()));
    LOG.info("Backup of {} rows in {} domains written to {}", manifest.rows(), manifest.domains().size(), file);
    return manifest;
  }

  @Override
  public BackupManifest restore(Path file) {
    BackupManifest manifest;
    try (BackupReader reader = BackupReader.open(file)) {
      manifest = on(file, connection -> new Restore(connection, reader, opened.get()).run());
    } catch (IOException failure) {
      throw new DatabaseException(Kind.BACKUP, "cannot read " + file + ": " + failure.getMessage(), failure);
    }
    LOG.info("Backup of {} with {} rows restored from {}", manifest.taken(), manifest.rows(), file);
    return manifest;
  }

  private interface Work {
    BackupManifest on(Connection connection) throws SQLException, IOException;
  }

  /** In one transaction; nothing stays of one that failed. */
  private BackupManifest on(Path file, Work work) {
    try (Connection connection = target.get().connect(Duration.ZERO)) {
      connection.setAutoCommit(false);
      try {
        BackupManifest manifest = work.on(connection);
        connection.commit();
        return manifest;
      } catch (SQLException | IOException | RuntimeException failure) {
        connection.rollback();
        throw failure;
      }
    } catch (SQLException failure) {
      RuntimeException translated = SqlFailures.translate(failure);
      throw new DatabaseException(Kind.BACKUP, "nothing was changed: " + translated.getMessage(), failure);
    } catch (IOException failure) {
      throw new DatabaseException(Kind.BACKUP, "cannot read or write " + file + ": " + failure, failure);
    }
  }
}

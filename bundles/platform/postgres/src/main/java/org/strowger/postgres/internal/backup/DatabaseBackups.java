package org.strowger.postgres.internal.backup;

import java.io.IOException;
import java.nio.file.Files;
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
  private final SealingKeys keys;
  private final Runnable restored;

  /**
   * @param opened the domains that were opened since the start: they know which tables fill themselves, and what their keys are
   * @param keys the instance's folder {@code keys/}
   * @param restored runs after a restore: everything that was read before is of before
   */
  public DatabaseBackups(Supplier<Target> target, Supplier<Map<String, DomainSpec>> opened, Time time, Path keys, Runnable restored) {
    this.target = target;
    this.opened = opened;
    this.time = time;
    this.keys = new SealingKeys(keys, name -> opened.get().values().stream().anyMatch(domain -> domain.isKey(name)));
    this.restored = restored;
  }

  @Override
  public BackupManifest backup(Path file) {
    Path beside = SealingKeys.beside(file);
    if (Files.exists(beside)) {
      throw new DatabaseException(Kind.BACKUP, beside + " exists: name another file, or take that away", null);
    }
    BackupManifest manifest = on(file, connection -> BackupWriter.write(connection, file, time.now()));
    try {
      keys.save(beside);
    } catch (IOException failure) {
      delete(file);
      throw new DatabaseException(Kind.BACKUP, "cannot write " + beside + ": " + failure, failure);
    }
    LOG.info("Backup of {} rows in {} domains written to {}, its keys to {}", manifest.rows(), manifest.domains().size(), file, beside);
    return manifest;
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException stays) {
      LOG.warn("{} is a backup without its keys and cannot be deleted: {}", file, stays.toString());
    }
  }

  @Override
  public BackupManifest restore(Path file) {
    BackupManifest manifest;
    Path beside = SealingKeys.beside(file);
    try (BackupReader reader = BackupReader.open(file)) {
      Map<String, byte[]> brought = Files.exists(beside) ? keys.read(beside) : Map.of();
      var undo = new SealingKeys.Undo[] {new SealingKeys.Undo()};
      try {
        manifest = on(file, connection -> {
          BackupManifest rows = new Restore(connection, reader, opened.get()).run();
          undo[0] = keys.bring(brought);
          return rows;
        });
      } catch (RuntimeException failure) {
        undo[0].run();
        throw failure;
      }
    } catch (IOException failure) {
      throw new DatabaseException(Kind.BACKUP, "cannot read " + file + ": " + failure.getMessage(), failure);
    }
    LOG.info("Backup of {} with {} rows restored from {}", manifest.taken(), manifest.rows(), file);
    restored.run();
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

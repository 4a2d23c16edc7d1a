package org.strowger.persistence.api;

import java.nio.file.Path;
import org.osgi.annotation.versioning.ProviderType;

/** Saves every domain of the database into one file, and brings such a file onto an empty instance. Safe for use by any thread. */
@ProviderType
public interface Backups {

  /**
   * Writes all tables of all domains as they are at one moment, while the switch goes on. The file appears under its name when it is
   * complete and on disk, readable by its owner only. The keys that open what is sealed in it go into {@code <file>.keys} beside it, readable by
   * its owner only; keep the two apart.
   *
   * @throws DatabaseException of kind {@code BACKUP} when one of the files exists or cannot be written; nothing is left behind then
   */
  BackupManifest backup(Path file);

  /**
   * Fills an empty instance: all or nothing, in one transaction. The whole file is read and its checksums compared before anything
   * changes. The keys of {@code <file>.keys} are put into {@code keys/}; if that file is not there, rows come back and what is sealed in them
   * stays sealed. Then {@link Database} goes and comes back, so that nothing goes on with what it read before.
   *
   * @throws DatabaseException of kind {@code BACKUP} when a file is damaged, was made by another version of a domain, or the instance
   *     holds data already; the message says which and what to do
   */
  BackupManifest restore(Path file);
}

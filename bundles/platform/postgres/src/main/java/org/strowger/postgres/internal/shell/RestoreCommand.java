package org.strowger.postgres.internal.shell;

import java.nio.file.Path;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.FileCompleter;
import org.strowger.persistence.api.BackupManifest;
import org.strowger.persistence.api.Backups;

/** Fills an empty instance from a backup. */
@Service
@Command(scope = "switch", name = "restore", description = "Fill this instance, which must be empty, from a backup: all of it or nothing")
public final class RestoreCommand implements Action {

  @Argument(name = "FILE", description = "What switch:backup has written", required = true)
  @Completion(FileCompleter.class)
  private String file;

  @Reference private Backups backups;
  @Reference private Session session;

  @Override
  public Object execute() {
    BackupManifest manifest = backups.restore(Path.of(file).toAbsolutePath());
    BackupCommand.print(session.getConsole(), manifest);
    session.getConsole().println("Restored the backup of " + manifest.taken() + ". Now put back the copy of keys/ that belongs to it "
        + "(but not keys/postgres.password), and restart the switch: what it holds in memory is of before.");
    return null;
  }
}

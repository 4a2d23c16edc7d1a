package org.strowger.postgres.internal.shell;

import java.nio.file.Files;
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
    Path path = Path.of(file).toAbsolutePath();
    boolean keys = Files.exists(Path.of(path + ".keys"));
    BackupManifest manifest = backups.restore(path);
    BackupCommand.print(session.getConsole(), manifest);
    session.getConsole().println("Restored the backup of " + manifest.taken() + (keys ? " and its keys."
        : ". There is no " + path + ".keys: VoIP and carrier passwords stay sealed, and no phone can register with its old one, until the voip-*.key and "
        + "carriers.key of the old instance are in keys/ of this one; then restart the switch."));
    return null;
  }
}

package org.strowger.postgres.internal.shell;

import java.io.PrintStream;
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

/** Writes a backup while the switch goes on. */
@Service
@Command(scope = "switch", name = "backup", description = "Save all data of all domains, as they are at one moment, into one new file")
public final class BackupCommand implements Action {

  @Argument(name = "FILE", description = "A file that does not exist yet", required = true)
  @Completion(FileCompleter.class)
  private String file;

  @Reference private Backups backups;
  @Reference private Session session;

  @Override
  public Object execute() {
    Path path = Path.of(file).toAbsolutePath();
    BackupManifest manifest = backups.backup(path);
    print(session.getConsole(), manifest);
    session.getConsole().println("Written to " + path + "; the keys that open the passwords in it to " + path + ".keys. Keep the two apart: "
        + "who has both has every VoIP and carrier password.");
    return null;
  }

  static void print(PrintStream console, BackupManifest manifest) {
    for (BackupManifest.DomainPart domain : manifest.domains()) {
      long rows = domain.tables().stream().mapToLong(BackupManifest.TablePart::rows).sum();
      console.printf("%-20s version %-8s %12d rows in %d tables%n", domain.name(), domain.version(), rows, domain.tables().size());
    }
  }
}

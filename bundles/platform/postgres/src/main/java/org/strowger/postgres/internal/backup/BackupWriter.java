package org.strowger.postgres.internal.backup;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.strowger.hibernate.jdbc.Copy;
import org.strowger.persistence.api.BackupManifest;
import org.strowger.persistence.api.DatabaseException;
import org.strowger.persistence.api.DatabaseException.Kind;
import org.strowger.postgres.internal.backup.Contents.Part;
import org.strowger.postgres.internal.backup.Contents.Rows;

/** Writes every domain in one snapshot into one zip. */
final class BackupWriter {

  private BackupWriter() {}

  static BackupManifest write(Connection connection, Path file, Instant now) throws SQLException, IOException {
    if (Files.exists(file)) {
      throw new DatabaseException(Kind.BACKUP, file + " exists: name a file that does not", null);
    }
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new DatabaseException(Kind.BACKUP, file + " can't be written: there is no folder " + folder + "; make it or name a file in one that is there", null);
    }
    if (!Files.isWritable(folder)) {
      throw new DatabaseException(Kind.BACKUP, file + " can't be written: the switch may not write in " + folder, null);
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute("set transaction isolation level repeatable read, read only");
    }
    Path half = file.toAbsolutePath().resolveSibling(file.getFileName() + ".part");
    Files.deleteIfExists(half);
    try (FileChannel channel = FileChannel.open(half, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ZipOutputStream zip = new ZipOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel)));
      Contents contents = new Contents(now, parts(connection, zip));
      zip.putNextEntry(new ZipEntry(Contents.ENTRY));
      zip.write(contents.text().getBytes(StandardCharsets.UTF_8));
      zip.closeEntry();
      zip.finish();
      zip.flush();
      channel.force(true);
      Files.move(half, file.toAbsolutePath(), StandardCopyOption.ATOMIC_MOVE);
      flushFolder(file.toAbsolutePath().getParent());
      return contents.manifest();
    } finally {
      Files.deleteIfExists(half);
    }
  }

  private static List<Part> parts(Connection connection, ZipOutputStream zip) throws SQLException, IOException {
    List<Part> parts = new ArrayList<>();
    for (Catalog.Domain domain : Catalog.read(connection)) {
      List<Rows> tables = new ArrayList<>();
      for (Catalog.Table table : domain.tables()) {
        Checksums sums = new Checksums();
        Rows named = new Rows(table, 0, "");
        zip.putNextEntry(new ZipEntry(named.entry(domain.name())));
        Copy.out(connection, "copy (select " + table.columns() + " from " + domain.name() + "." + table.name() + ") to stdout",
            sums.counting(zip));
        zip.closeEntry();
        tables.add(new Rows(table, sums.lines(), sums.sha256Hex()));
      }
      parts.add(new Part(domain.name(), domain.version(), tables, domain.sequences()));
    }
    return parts;
  }

  /** So that the new name survives a power failure, too. */
  private static void flushFolder(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}

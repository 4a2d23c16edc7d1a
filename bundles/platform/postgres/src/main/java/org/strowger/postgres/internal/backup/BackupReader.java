package org.strowger.postgres.internal.backup;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.strowger.persistence.api.DatabaseException;
import org.strowger.persistence.api.DatabaseException.Kind;
import org.strowger.postgres.internal.backup.Contents.Part;
import org.strowger.postgres.internal.backup.Contents.Rows;

/** A backup file that has been read through once: its manifest and all its checksums are right. */
final class BackupReader implements AutoCloseable {

  private static final int MANIFEST_LIMIT = 16 << 20;

  private final ZipFile zip;
  private final Contents contents;

  private BackupReader(ZipFile zip, Contents contents) {
    this.zip = zip;
    this.contents = contents;
  }

  static BackupReader open(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new DatabaseException(Kind.BACKUP, "there is no file " + file, null);
    }
    ZipFile zip = null;
    try {
      zip = new ZipFile(file.toFile());
      BackupReader reader = new BackupReader(zip, manifest(zip));
      reader.verify();
      return reader;
    } catch (ZipException notZip) {
      close(zip);
      throw new DatabaseException(Kind.BACKUP, file + " is no backup, or is damaged: " + notZip.getMessage(), notZip);
    } catch (IOException | RuntimeException failure) {
      close(zip);
      throw failure;
    }
  }

  private static void close(ZipFile zip) throws IOException {
    if (zip != null) {
      zip.close();
    }
  }

  private static Contents manifest(ZipFile zip) throws IOException {
    ZipEntry entry = zip.getEntry(Contents.ENTRY);
    if (entry == null || entry.getSize() > MANIFEST_LIMIT) {
      throw new DatabaseException(Kind.BACKUP, zip.getName() + " is no backup: it holds no " + Contents.ENTRY, null);
    }
    try (InputStream in = zip.getInputStream(entry)) {
      return Contents.parse(new String(in.readNBytes(MANIFEST_LIMIT), StandardCharsets.UTF_8));
    }
  }

  private void verify() throws IOException {
    Set<String> expected = new HashSet<>(Set.of(Contents.ENTRY));
    for (Part part : contents.parts()) {
      for (Rows rows : part.tables()) {
        expected.add(rows.entry(part.name()));
        try (InputStream in = rows(part, rows)) {
          Checksums sums = Checksums.of(in);
          if (sums.lines() != rows.count() || !sums.sha256Hex().equals(rows.sha256())) {
            throw new DatabaseException(Kind.BACKUP, "the backup is damaged: " + rows.entry(part.name())
                + " does not have the rows and the checksum that the manifest says", null);
          }
        }
      }
    }
    zip.stream().map(ZipEntry::getName).filter(name -> !expected.contains(name)).findFirst().ifPresent(stranger -> {
      throw new DatabaseException(Kind.BACKUP, "the backup is damaged: the manifest does not know " + stranger, null);
    });
  }

  Contents contents() {
    return contents;
  }

  InputStream rows(Part part, Rows rows) throws IOException {
    ZipEntry entry = zip.getEntry(rows.entry(part.name()));
    if (entry == null) {
      throw new DatabaseException(Kind.BACKUP, "the backup is damaged: " + rows.entry(part.name()) + " is missing", null);
    }
    return zip.getInputStream(entry);
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}

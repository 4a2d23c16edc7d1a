package org.strowger.postgres.internal.backup;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.strowger.persistence.api.DatabaseException;
import org.strowger.persistence.api.DatabaseException.Kind;

/**
 * The keys that open what is sealed in a backup. They lie beside it, in a file of their own: who has one of the two has no password.
 */
final class SealingKeys {

  private static final int MOST = 1000;
  private static final int LONGEST = 4096;
  private static final FileAttribute<?> OWNER_ONLY = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Path folder;
  private final Predicate<String> isKey;

  /** @param folder the instance's {@code keys/}; may not exist yet */
  SealingKeys(Path folder, Predicate<String> isKey) {
    this.folder = folder;
    this.isKey = isKey;
  }

  static Path beside(Path backup) {
    return backup.resolveSibling(backup.getFileName() + ".keys");
  }

  /** Writes them all; call it when the rows are written: keys are added meanwhile, never taken away. */
  void save(Path to) throws IOException {
    Path half = to.resolveSibling(to.getFileName() + ".part");
    Files.deleteIfExists(half);
    try (FileChannel channel = FileChannel.open(half, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWNER_ONLY)) {
      var zip = new ZipOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel)));
      for (Path key : present()) {
        zip.putNextEntry(new ZipEntry(key.getFileName().toString()));
        zip.write(Files.readAllBytes(key));
        zip.closeEntry();
      }
      zip.finish();
      zip.flush();
      channel.force(true);
      Files.move(half, to, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(half);
    }
  }

  private List<Path> present() throws IOException {
    try (var files = Files.list(folder)) {
      return files.filter(file -> isKey.test(file.getFileName().toString())).sorted().toList();
    } catch (NoSuchFileException none) {
      return List.of();
    }
  }

  /** What {@link #save} has written, by file name; damaged is refused. */
  Map<String, byte[]> read(Path from) throws IOException {
    var keys = new TreeMap<String, byte[]>();
    try (var zip = new ZipFile(from.toFile())) {
      for (ZipEntry entry : zip.stream().limit(MOST).toList()) {
        if (!isKey.test(entry.getName())) {
          throw damaged(from, entry.getName() + " is no key of a domain that this instance has");
        }
        try (var in = zip.getInputStream(entry)) {
          keys.put(entry.getName(), in.readNBytes(LONGEST));
        }
      }
      return keys;
    } catch (ZipException notZip) {
      throw damaged(from, notZip.getMessage());
    }
  }

  private static DatabaseException damaged(Path file, String how) {
    return new DatabaseException(Kind.BACKUP, "nothing was changed: " + file + " is damaged (" + how
        + "): bring a good copy, or take it away and restore without the keys, with passwords that nobody can read", null);
  }

  /**
   * Puts keys into the instance. One of the same name that is another stays as {@code NAME.before-restore}: nothing here is sealed with
   * it, as only an empty instance is restored.
   *
   * @return takes them out again
   */
  Undo bring(Map<String, byte[]> keys) throws IOException {
    var undo = new Undo();
    if (keys.isEmpty()) {
      return undo;
    }
    Files.createDirectories(folder);
    try {
      for (var key : keys.entrySet()) {
        Path file = folder.resolve(key.getKey());
        if (Files.exists(file) && Arrays.equals(Files.readAllBytes(file), key.getValue())) {
          continue;
        }
        Path aside = folder.resolve(key.getKey() + ".before-restore");
        boolean there = Files.exists(file);
        if (there) {
          Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
        }
        undo.steps.add(() -> {
          Files.deleteIfExists(file);
          if (there) {
            Files.move(aside, file);
          }
        });
        write(file, key.getValue());
      }
      try (var directory = FileChannel.open(folder, StandardOpenOption.READ)) {
        directory.force(true);
      }
      return undo;
    } catch (IOException | RuntimeException failure) {
      undo.run();
      throw failure;
    }
  }

  private static void write(Path file, byte[] key) throws IOException {
    Path half = file.resolveSibling(file.getFileName() + ".part");
    Files.deleteIfExists(half);
    try (FileChannel channel = FileChannel.open(half, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWNER_ONLY)) {
      channel.write(ByteBuffer.wrap(key));
      channel.force(true);
      Files.move(half, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(half);
    }
  }

  /** What brings {@code keys/} back to what it was. */
  static final class Undo {

    private interface Step {
      void run() throws IOException;
    }

    private final List<Step> steps = new ArrayList<>();

    void run() throws IOException {
      for (Step step : steps) {
        step.run();
      }
    }
  }
}

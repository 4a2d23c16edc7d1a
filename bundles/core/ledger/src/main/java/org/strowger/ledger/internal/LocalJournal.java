package org.strowger.ledger.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the database could not be told, on the local disk: one file per instance of the ledger, which is there only while something in it is nowhere else.
 * Nobody touches another's: what an instance that was replaced notes late stands until the next start. Not safe for use by several threads.
 */
final class LocalJournal {

  private static final Logger LOG = LoggerFactory.getLogger(LocalJournal.class);
  private static final String BEFORE = "ledger-";
  private static final String AFTER = ".journal";
  private static final String REFUSED = AFTER + ".refused-";

  /**
   * The file of an instance.
   *
   * @param boot of the process
   * @param heartbeat the last in it, null if there is none. None behind a line that cannot be read: it may be the end of a call that is earlier than those
   * @param whole false if a line that was written to its end cannot be read
   */
  record Found(Path file, String boot, Instant heartbeat, List<Write> writes, boolean whole) {}

  /** How bytes get into the file. */
  @FunctionalInterface
  interface Disk {
    void write(FileChannel file, ByteBuffer bytes) throws IOException;
  }

  private final Path file;
  private final Disk disk;
  private FileChannel channel;

  LocalJournal(Path folder, String boot) {
    this(folder, boot, (file, bytes) -> {
      while (bytes.hasRemaining()) {
        file.write(bytes);
      }
    });
  }

  LocalJournal(Path folder, String boot, Disk disk) {
    this.file = folder.resolve(BEFORE + boot + '.' + UUID.randomUUID().toString().substring(0, 8) + AFTER);
    this.disk = disk;
  }

  boolean isEmpty() {
    return channel == null && !Files.exists(file);
  }

  /** Appends all of it and waits for the disk. @param heartbeat null: none */
  void append(List<Write> writes, Instant heartbeat) throws IOException {
    var text = new StringBuilder();
    writes.forEach(write -> text.append(Line.print(write)));
    if (heartbeat != null) {
      text.append(Line.print(heartbeat));
    }
    long good = -1;
    try {
      FileChannel open = open();
      good = open.size();
      disk.write(open, StandardCharsets.UTF_8.encode(text.toString()));
      open.force(false);
    } catch (IOException e) {
      cut(good);
      close();
      throw e;
    }
  }

  /** Half a line would be taken for one that was damaged, though all of it is written again. */
  private void cut(long good) {
    try {
      if (good >= 0) {
        channel.truncate(good);
        channel.force(false);
      }
    } catch (IOException e) {
      LOG.debug("{} keeps a piece of a line", file, e);
    }
  }

  private FileChannel open() throws IOException {
    if (channel == null) {
      Files.createDirectories(file.getParent());
      boolean fresh = !Files.exists(file);
      Set<StandardOpenOption> options = Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
      channel = FileChannel.open(file, options, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      if (fresh) {
        synced(file.getParent());
      } else {
        // A full disk, or a crash, may have cut off the last line.
        channel.write(ByteBuffer.wrap(new byte[] {'\n'}));
      }
    }
    return channel;
  }

  /** All of it is in the database. */
  void clear() throws IOException {
    close();
    Files.deleteIfExists(file);
  }

  void close() {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      LOG.debug("{} did not close", file, e);
    }
    channel = null;
  }

  private static void synced(Path folder) throws IOException {
    try (var opened = FileChannel.open(folder, StandardOpenOption.READ)) {
      opened.force(true);
    }
  }

  /** What earlier starts, and earlier instances of the bundle, left. A line that a crash cut off is nobody's: nobody was told that it is durable. */
  static List<Found> left(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    var found = new ArrayList<Found>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(each -> name(each).startsWith(BEFORE) && name(each).endsWith(AFTER)).sorted().toList()) {
        found.add(read(file));
      }
    }
    return found;
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }

  private static Found read(Path file) throws IOException {
    Instant heartbeat = null;
    var writes = new ArrayList<Write>();
    boolean whole = true;
    int number = 0;
    String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    int ended = text.lastIndexOf('\n') + 1;
    for (String line : text.substring(0, ended).split("\n")) {
      number++;
      if (line.isEmpty()) {
        continue;
      }
      try {
        Object parsed = Line.parse(line);
        if (parsed instanceof Write write) {
          writes.add(write);
        } else {
          heartbeat = whole ? (Instant) parsed : heartbeat;
        }
      } catch (RuntimeException e) {
        whole = false;
        LOG.error("line {} of {} cannot be read: {}", number, file, e.getMessage());
      }
    }
    String name = name(file);
    String boot = name.substring(BEFORE.length(), name.length() - AFTER.length());
    int instance = boot.indexOf('.');
    return new Found(file, instance < 0 ? boot : boot.substring(0, instance), heartbeat, writes, whole);
  }

  /** Keeps a file of which something could not be booked, for the operator. @return as what */
  static Path refuse(Path file) throws IOException {
    return Files.move(file, file.resolveSibling(name(file).replace(AFTER, REFUSED) + UUID.randomUUID().toString().substring(0, 8)));
  }

  /** The names of the files of which something could not be booked, and that nobody has looked after. */
  static List<String> refused(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(LocalJournal::name).filter(name -> name.startsWith(BEFORE) && name.contains(REFUSED)).sorted().toList();
    } catch (IOException e) {
      LOG.debug("{} cannot be listed", folder, e);
      return List.of();
    }
  }
}

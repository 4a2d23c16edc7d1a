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
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the database could not be told, on the local disk: one file per start of the process, which is there only while something in it is nowhere else.
 * Not safe for use by several threads.
 */
final class LocalJournal {

  private static final Logger LOG = LoggerFactory.getLogger(LocalJournal.class);
  private static final String BEFORE = "ledger-";
  private static final String AFTER = ".journal";

  /**
   * The file of a start.
   *
   * @param heartbeat the last in it, null if there is none
   * @param whole false if a line that was written to its end cannot be read
   */
  record Found(Path file, String boot, Instant heartbeat, List<Write> writes, boolean whole) {}

  private final Path file;
  private FileChannel channel;

  LocalJournal(Path folder, String boot) {
    this.file = folder.resolve(BEFORE + boot + AFTER);
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
    try {
      FileChannel open = open();
      ByteBuffer bytes = StandardCharsets.UTF_8.encode(text.toString());
      while (bytes.hasRemaining()) {
        open.write(bytes);
      }
      open.force(false);
    } catch (IOException e) {
      close();
      throw e;
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
          heartbeat = (Instant) parsed;
        }
      } catch (RuntimeException e) {
        whole = false;
        LOG.error("line {} of {} cannot be read: {}", number, file, e.getMessage());
      }
    }
    String name = name(file);
    return new Found(file, name.substring(BEFORE.length(), name.length() - AFTER.length()), heartbeat, writes, whole);
  }
}

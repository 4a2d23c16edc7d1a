package org.strowger.scenarios;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Whom a switch's log names as stopped or refreshed on behalf of others, from the moment this is made. The log is rolled at 20 MB: whoever looks every few
 * minutes misses nothing.
 */
final class Stopped {

  private static final String NAMED = ".*FeaturesServiceImpl -   \\S.*";

  private final Path folder;
  private final Path log;
  private final List<String> named = new ArrayList<>();
  private long read;
  private String half = "";
  private boolean naming;
  private int headings;

  Stopped(Switch at) throws IOException {
    folder = at.home().resolve("log");
    log = folder.resolve("strowger.log");
    read = Files.size(log);
  }

  /** Reads what was written since. */
  Stopped look() throws IOException {
    if (Files.size(log) < read) {
      take(rolled(), read);
      read = 0;
    }
    read = take(log, read);
    return this;
  }

  /** The file that was the log before. */
  private Path rolled() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.getFileName().toString().matches("strowger\\.\\d+\\.log")).max(Comparator.comparing(Stopped::modified)).orElseThrow();
    }
  }

  private static FileTime modified(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** @return up to where it was read */
  private long take(Path file, long from) throws IOException {
    try (var bytes = new RandomAccessFile(file.toFile(), "r")) {
      byte[] text = new byte[(int) Math.max(0, bytes.length() - from)];
      bytes.seek(from);
      bytes.readFully(text);
      String all = half + new String(text, StandardCharsets.UTF_8);
      int end = all.lastIndexOf('\n') + 1;
      all.substring(0, end).lines().forEach(this::line);
      half = all.substring(end);
      return from + text.length;
    }
  }

  private void line(String line) {
    if (line.matches(".*- (Refreshing|Stopping) bundles:.*")) {
      headings++;
      naming = true;
    } else if (naming && line.matches(NAMED)) {
      named.add(line);
    } else if (line.contains(" o.a.k.f.i.s.FeaturesServiceImpl - ")) {
      // The next heading; others' lines may stand between.
      naming = false;
    }
  }

  /** How often somebody was stopped or refreshed. */
  int headings() {
    return headings;
  }

  /** The lines that name whom. */
  List<String> named() {
    return named;
  }
}

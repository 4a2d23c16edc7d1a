package org.strowger.instance.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The features an operator installed beyond those that every start brings, as they stand in {@code etc/strowger.features}.
 *
 * <p>One line is {@code feature NAME} or {@code repository URI}; a repository is named when a feature's own is not one of the
 * program's. The file outlives Karaf's cache, which a newer program drops: that is its whole purpose.
 *
 * @param repositories where features come from that the program does not ship
 * @param names feature names without versions: a newer program brings its own version
 */
record OptionalFeatures(SortedSet<String> repositories, SortedSet<String> names) {

  private static final List<String> HEADER = List.of(
      "# Features beyond those that every start brings. feature:install and feature:uninstall keep this list;",
      "# a start with a newer program installs them again. Lines: feature NAME, repository URI.");

  static OptionalFeatures none() {
    return new OptionalFeatures(new TreeSet<>(), new TreeSet<>());
  }

  /** Reads the list; a file that is not there is an empty list. */
  static OptionalFeatures read(Path file) throws IOException {
    var read = none();
    if (!Files.exists(file)) {
      return read;
    }
    int number = 0;
    for (String line : Files.readAllLines(file)) {
      number++;
      String text = line.strip();
      if (text.isEmpty() || text.startsWith("#")) {
        continue;
      }
      String[] words = text.split("\\s+");
      if (words.length == 2 && words[0].equals("feature")) {
        read.names.add(words[1]);
      } else if (words.length == 2 && words[0].equals("repository")) {
        read.repositories.add(words[1]);
      } else {
        throw new IOException(file + ", line " + number + ": '" + text + "' is neither 'feature NAME' nor 'repository URI'");
      }
    }
    return read;
  }

  /** Replaces the file in one step: a reader sees the old list or the new one. */
  void write(Path file) throws IOException {
    List<String> lines = Stream.of(
            HEADER.stream(),
            repositories.stream().map(uri -> "repository " + uri),
            names.stream().map(name -> "feature " + name))
        .flatMap(part -> part)
        .toList();
    Path fresh = file.resolveSibling(file.getFileName() + ".tmp");
    Files.write(fresh, lines);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}

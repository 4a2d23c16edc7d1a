package org.strowger.postgres.internal.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What {@code postmaster.pid} in a data folder claims; who has that pid now is another question. */
record PidFile(long pid, int port) {

  static final String NAME = "postmaster.pid";

  /** Empty where there is none, or where it holds no pid (a start that was cut off). */
  static Optional<PidFile> read(Path data) {
    try {
      List<String> lines = Files.readAllLines(data.resolve(NAME));
      int port = lines.size() > 3 && !lines.get(3).isBlank() ? Integer.parseInt(lines.get(3).strip()) : 0;
      return Optional.of(new PidFile(Math.abs(Long.parseLong(lines.get(0).strip())), port));
    } catch (IOException | RuntimeException none) {
      return Optional.empty();
    }
  }

  static void delete(Path data) {
    try {
      Files.deleteIfExists(data.resolve(NAME));
    } catch (IOException refused) {
      throw new LaunchException("cannot delete the stale " + data.resolve(NAME), refused);
    }
  }

  /** Whether the process lives; one that is dead but not yet collected by its parent does not. */
  boolean alive() {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      char state = stat.charAt(stat.lastIndexOf(')') + 2);
      return state != 'Z' && state != 'X';
    } catch (IOException gone) {
      return false;
    }
  }

  /** Whether the process is a PostgreSQL that works in {@code data}: a recycled pid is something else, or works elsewhere. */
  boolean isPostgresIn(Path data) {
    try {
      Path program = Files.readSymbolicLink(Path.of("/proc/" + pid + "/exe"));
      Path works = Files.readSymbolicLink(Path.of("/proc/" + pid + "/cwd"));
      return program.getFileName().toString().replace(" (deleted)", "").equals("postgres") && works.equals(data.toRealPath());
    } catch (IOException notOurs) {
      return false;
    }
  }
}

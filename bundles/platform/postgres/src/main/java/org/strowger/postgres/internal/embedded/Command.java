package org.strowger.postgres.internal.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a program of the operating system with a time limit, a clean environment and its output kept. */
final class Command {

  /** @param status 127 where the program does not exist, -1 where it ran out of time */
  record Result(int status, String output) {
    boolean ok() {
      return status == 0;
    }
  }

  private Command() {}

  static Result run(Path folder, Duration limit, List<String> words) {
    try {
      // To a file, not a pipe: a pipe that a left-over grandchild holds open would block its reader.
      Path output = Files.createTempFile("strowger-", ".out");
      try {
        Process process = builder(folder, words).redirectErrorStream(true).redirectOutput(output.toFile()).start();
        process.getOutputStream().close();
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
          process.destroyForcibly();
          return new Result(-1, "did not end within " + limit.toSeconds() + " s");
        }
        return new Result(process.exitValue(), Files.readString(output, StandardCharsets.ISO_8859_1).strip());
      } finally {
        Files.deleteIfExists(output);
      }
    } catch (IOException missing) {
      return new Result(127, String.valueOf(missing.getMessage()));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new LaunchException("interrupted while running " + words.get(0), interrupted);
    }
  }

  static ProcessBuilder builder(Path folder, List<String> words) {
    ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(words)).directory(folder.toFile());
    String path = System.getenv("PATH");
    builder.environment().clear();
    builder.environment().put("PATH", (path == null ? "" : path + ":") + "/usr/sbin:/usr/bin:/sbin:/bin");
    builder.environment().put("LC_ALL", "C");
    return builder;
  }
}

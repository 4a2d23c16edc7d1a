package org.strowger.postgres.internal;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What tests with files, processes and waiting share. */
public final class TestFiles {

  private TestFiles() {}

  /** A folder that every user can pass, in the temporary folder. */
  public static Path passable(String name) throws IOException {
    Path folder = Files.createTempDirectory("strowger-" + name + "-");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    return folder;
  }

  /** Where tests of one user unpack the server's programs, once; {@code OneServer} or the first test does. */
  public static Optional<Path> programs() {
    return Optional.of(Path.of(System.getProperty("java.io.tmpdir"), "strowger-postgres-programs-" + new UnixSystem().getUid(), "18.6.0"));
  }

  public static void delete(Path root) {
    try (Stream<Path> all = Files.walk(root)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException left) {
      System.err.println("left behind: " + left);
    }
  }

  /** Looks every 20 ms until it holds, for 30 s. */
  public static void waitUntil(String what, Callable<Boolean> holds) throws Exception {
    CountDownLatch pause = new CountDownLatch(1);
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!holds.call()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within 30 s: " + what);
      }
      pause.await(20, TimeUnit.MILLISECONDS);
    }
  }

  /** A Java that runs {@code main} on our class path. */
  public static ProcessBuilder java(Class<?> main, String... arguments) {
    ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m",
        "-cp", System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")), main.getName());
    builder.command().addAll(List.of(arguments));
    return builder.redirectError(ProcessBuilder.Redirect.INHERIT);
  }
}

package org.strowger.testkit.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.strowger.kernel.Time;
import org.strowger.postgres.internal.embedded.EmbeddedPostgres;
import org.strowger.postgres.internal.embedded.LaunchSettings;

/** The one PostgreSQL of a test JVM. */
final class TestServer {

  /** Only in tests is there one per JVM: so that a hundred test classes start it once. */
  private static final class Holder {
    static final EmbeddedPostgres SERVER = start();
  }

  private TestServer() {}

  static EmbeddedPostgres running() {
    return Holder.SERVER;
  }

  private static EmbeddedPostgres start() {
    try {
      Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
      Path home = Files.createTempDirectory(temporary, "strowger-test-");
      // Passable, so that a build as root needs no user namespace.
      Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
      EmbeddedPostgres server =
          EmbeddedPostgres.start(new LaunchSettings(home, 0, false, shared(temporary, home)), Time.SYSTEM, new CountDownLatch(1));
      leash(server, home);
      return server;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Unpacked programs that test runs of one user share; empty where somebody else made the folder first. */
  private static Optional<Path> shared(Path temporary, Path home) throws IOException {
    int me = (int) Files.getAttribute(home, "unix:uid");
    Path folder = temporary.resolve("strowger-postgres-programs-" + me);
    if (!Files.exists(folder)) {
      Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    }
    boolean ours = me == (int) Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    return ours ? Optional.of(folder.resolve("18.6.0")) : Optional.empty();
  }

  /** A shell that stops the server and clears up when its input ends, which it does however this JVM ends. */
  private static void leash(EmbeddedPostgres server, Path home) throws IOException {
    String pid = Files.readAllLines(server.folder().resolve("postmaster.pid")).get(0).strip();
    new ProcessBuilder("setsid", "sh", "-c",
        "cat >/dev/null; kill -QUIT " + pid + "; i=0; while kill -0 " + pid + " 2>/dev/null && [ $i -lt 50 ]; do sleep 0.1; i=$((i+1)); done; "
            + "rm -rf \"$1\"", "leash", home.toString())
        .redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }
}

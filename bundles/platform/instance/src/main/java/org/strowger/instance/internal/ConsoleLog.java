package org.strowger.instance.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.kernel.Daemons;

/**
 * Keeps {@code log/console.log} small. The JVM appends to it as its standard output and cannot be given another file, so a long one is copied to
 * {@code console.log.1} and cut to nothing once the copy has all of it: who appends goes on at the new end.
 */
@Component(immediate = true, service = {})
public final class ConsoleLog {

  private static final Logger LOG = LoggerFactory.getLogger(ConsoleLog.class);
  static final int MOST = 1_000_000;
  private static final int PIECE = 64 * 1024;

  private final Path file;
  private final Path aside;
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(Daemons.named("strowger-console-log"));
  private boolean failed;

  @Activate
  public ConsoleLog() {
    this(Path.of(System.getProperty("strowger.home", System.getProperty("karaf.base", ".")), "log"));
    clock.scheduleWithFixedDelay(this::look, 1, 1, TimeUnit.SECONDS);
  }

  /** @param folder of the logs */
  ConsoleLog(Path folder) {
    file = folder.resolve("console.log");
    aside = folder.resolve("console.log.1");
  }

  @Deactivate
  void stop() {
    clock.shutdownNow();
  }

  /** Throws nothing. */
  void look() {
    try {
      if (Files.exists(file) && Files.size(file) > MOST) {
        setAside();
      }
      failed = false;
    } catch (IOException | RuntimeException e) {
      if (!failed) {
        LOG.warn("{} grows and can't be set aside: {}", file, e.toString());
      }
      failed = true;
    }
  }

  private void setAside() throws IOException {
    Files.deleteIfExists(aside);
    Files.createFile(aside, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try (var from = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE); var to = FileChannel.open(aside, StandardOpenOption.WRITE)) {
      var piece = ByteBuffer.allocate(PIECE);
      // Until a look finds nothing more, and then at once: between the two is no room for a line of somebody's, or hardly any.
      while (from.position() < from.size()) {
        from.read(piece);
        piece.flip();
        while (piece.hasRemaining()) {
          to.write(piece);
        }
        piece.clear();
      }
      from.truncate(0);
    }
  }
}

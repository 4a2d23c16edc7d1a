package org.strowger.shell.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.apache.karaf.jaas.modules.BackingEngine;
import org.apache.karaf.jaas.modules.BackingEngineFactory;
import org.strowger.kernel.Unavailable;

/**
 * Changes Karaf's file of users as one step. Karaf's engine empties and writes the file once per call, while logins read it, and Karaf's
 * thread that hashes passwords looks at it after each of these writes: what it finds half written it takes for a password in the clear,
 * hashes and writes back, and users are lost. So the engine works on a copy, which takes the file's place by a rename: who reads finds the
 * old file or the new one, and the thread, which waits for files that are modified, is not woken. Hashing is slow: while something in the file is still to be
 * hashed the thread may have read it and will write what it read, so that is waited for.
 */
final class UserFile {

  /** Of the login module: the path of its file. */
  static final String OPTION = "users";
  private static final int ATTEMPTS = 5;
  private static final Duration HASHING = Duration.ofSeconds(3);
  private static final long LOOK_AGAIN = TimeUnit.MILLISECONDS.toNanos(10);

  private final BackingEngineFactory factory;
  private final Map<String, ?> options;
  private final Path file;
  private final KeptPasswords hashes;

  UserFile(BackingEngineFactory factory, Map<String, ?> options, Path file) {
    this.factory = factory;
    this.options = options;
    this.file = file;
    this.hashes = new KeptPasswords(options);
  }

  /**
   * Once the work is done its outcome is in the file; if the work throws, the file is as it was.
   *
   * @throws Unavailable if the file can't be written, or others write it all the time
   */
  <R> R change(Function<BackingEngine, R> work) {
    // The factory is a service that every command of this switch meets: two of them never work at once.
    synchronized (factory) {
      try {
        Path real = file.toRealPath();
        long patience = System.nanoTime() + HASHING.toNanos();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
          byte[] before = hashed(real, patience);
          // Beside it, because only there a rename is one step; not named .cfg, which Karaf would load.
          Path copy = Files.createTempFile(real.getParent(), ".users", ".tmp");
          try {
            Files.copy(real, copy, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
            R done = work.apply(engine(copy));
            // Else the operator, or Karaf, hashing what the operator wrote, was there meanwhile: once more, with what it says now.
            if (Arrays.equals(before, Files.readAllBytes(real))) {
              try (var written = FileChannel.open(copy, StandardOpenOption.WRITE)) {
                written.force(true);
              }
              Files.move(copy, real, StandardCopyOption.ATOMIC_MOVE);
              return done;
            }
          } finally {
            Files.deleteIfExists(copy);
          }
        }
      } catch (IOException e) {
        throw new Unavailable("the file of users, " + file + " (" + e.getMessage() + ")");
      }
      throw new Unavailable("the file of users, " + file + ", which others write at the same time,");
    }
  }

  /** The file, once nothing in it is to be hashed; or as it is after a while, because Karaf does not see a file that an editor put in its place. */
  private byte[] hashed(Path real, long patience) throws IOException {
    byte[] now = Files.readAllBytes(real);
    while (!hashes.allHashed(now) && System.nanoTime() - patience < 0 && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(LOOK_AGAIN);
      now = Files.readAllBytes(real);
    }
    return now;
  }

  private BackingEngine engine(Path copy) {
    var ofCopy = new HashMap<String, Object>(options);
    ofCopy.put(OPTION, copy.toString());
    return factory.build(ofCopy);
  }
}

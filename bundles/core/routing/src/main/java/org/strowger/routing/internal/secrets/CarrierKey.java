package org.strowger.routing.internal.secrets;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.strowger.kernel.ErrorCode;
import org.strowger.kernel.StrowgerException;

/** The key that seals carrier passwords: a file of 64 hex digits that only its owner reads, made when the first password is sealed. Threads: any. */
public final class CarrierKey {

  private static final int KEY = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Path file;
  private volatile SecretKey known;

  /** @param file need not exist yet, nor its folder */
  public CarrierKey(Path file) {
    this.file = file;
  }

  /** To open with. @throws StrowgerException UNAVAILABLE, naming the file, if it is not there or damaged */
  SecretKey existing() {
    SecretKey key = known;
    return key != null ? key : read();
  }

  /** To seal with: the one there is, or a new one. */
  SecretKey orNew() {
    return Files.exists(file) ? existing() : make();
  }

  private synchronized SecretKey read() {
    try {
      byte[] key = HexFormat.of().parseHex(Files.readString(file, StandardCharsets.US_ASCII).strip());
      if (key.length == KEY) {
        known = new SecretKeySpec(key, "AES");
        return known;
      }
    } catch (NoSuchFileException e) {
      throw unusable("is missing");
    } catch (IOException | IllegalArgumentException e) {
      throw unusable("cannot be read");
    }
    throw unusable("is damaged");
  }

  private StrowgerException unusable(String how) {
    return new StrowgerException(ErrorCode.UNAVAILABLE,
        "the key file " + file + " " + how + ": bring it back from your copy of keys/, or remove it and set the carriers' passwords again");
  }

  /** Complete and on disk before it has its name: nothing is sealed with a key that a crash could lose. */
  private synchronized SecretKey make() {
    byte[] key = new byte[KEY];
    RANDOM.nextBytes(key);
    try {
      Path folder = file.toAbsolutePath().getParent();
      Files.createDirectories(folder, ownerOnly("rwx------"));
      Path temporary = Files.createTempFile(folder, "carriers", ".tmp", ownerOnly("rw-------"));
      try (var channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        channel.write(ByteBuffer.wrap((HexFormat.of().formatHex(key) + "\n").getBytes(StandardCharsets.US_ASCII)));
        channel.force(true);
      }
      try {
        Files.createLink(file, temporary);
      } catch (FileAlreadyExistsException e) {
        return read();
      } finally {
        Files.delete(temporary);
      }
      try (var directory = FileChannel.open(folder, StandardOpenOption.READ)) {
        directory.force(true);
      }
      known = new SecretKeySpec(key, "AES");
      return known;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the key file " + file, e);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  private FileAttribute<?>[] ownerOnly(String permissions) {
    boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    return posix ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))} : new FileAttribute<?>[0];
  }
}

package org.strowger.accounts.internal.secrets;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.strowger.kernel.ErrorCode;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.Time;

/**
 * The keys that seal VoIP passwords: files {@code voip-<id>.key} of 64 hex digits, readable by their
 * owner only. An id starts with the moment the key was made, so the greatest is the current one. A key
 * is made when one is needed and there is none. Threads: any; reads a file at the first use of a key.
 */
public final class KeyRing {

  private static final Pattern FILE = Pattern.compile("voip-([0-9A-Za-z-]{1,60})\\.key");
  private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssSSS").withZone(ZoneOffset.UTC);
  private static final int KEY = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Supplier<Path> folder;
  private final Time time;
  private final Map<String, SecretKey> known = new ConcurrentHashMap<>();
  private volatile String current;

  /** @param id part of the sealed text, so that it is known which key opens it */
  public record Key(String id, SecretKey secret) {
    @Override
    public String toString() {
      return "key " + id;
    }
  }

  /** @param folder asked when a key is first needed; may not exist yet */
  public KeyRing(Supplier<Path> folder, Time time) {
    this.folder = folder;
    this.time = time;
  }

  /** The key to seal with. */
  public synchronized Key current() {
    if (current == null) {
      List<String> ids = ids();
      current = ids.isEmpty() ? make(null) : ids.get(ids.size() - 1);
    }
    return new Key(current, secret(current));
  }

  /** Makes a new key and seals with it from now on. */
  public synchronized Key renew() {
    List<String> ids = ids();
    current = make(ids.isEmpty() ? null : ids.get(ids.size() - 1));
    return new Key(current, secret(current));
  }

  /** @throws StrowgerException UNAVAILABLE, naming the file, if the key is not there */
  public SecretKey secret(String id) {
    return known.computeIfAbsent(id, this::read);
  }

  /** Ids of all keys there are, the current one last. */
  public List<String> ids() {
    try (var files = Files.list(folder.get())) {
      return files.map(f -> FILE.matcher(f.getFileName().toString())).filter(m -> m.matches()).map(m -> m.group(1)).sorted().toList();
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list the keys in " + folder.get(), e);
    }
  }

  private Path file(String id) {
    return folder.get().resolve("voip-" + id + ".key");
  }

  private SecretKey read(String id) {
    try {
      byte[] key = HexFormat.of().parseHex(Files.readString(file(id)).strip());
      if (key.length == KEY) {
        return new SecretKeySpec(key, "AES");
      }
    } catch (NoSuchFileException e) {
      throw unusable(id, "is missing");
    } catch (IOException | IllegalArgumentException e) {
      throw unusable(id, "cannot be read");
    }
    throw unusable(id, "is damaged");
  }

  private StrowgerException unusable(String id, String how) {
    return new StrowgerException(ErrorCode.UNAVAILABLE,
        "the key file " + file(id) + " " + how + ": VoIP passwords sealed with it cannot be opened; bring it back from your copy of keys/");
  }

  /** Complete and on disk before it has its name: nothing is ever sealed with a key that a crash could lose. */
  private String make(String greatest) {
    String id = id(greatest);
    byte[] key = new byte[KEY];
    RANDOM.nextBytes(key);
    try {
      Path target = folder.get();
      Files.createDirectories(target, ownerOnly(target, "rwx------"));
      Path temporary = target.resolve("voip-" + id + ".tmp");
      Files.createFile(temporary, ownerOnly(target, "rw-------"));
      try (var channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        channel.write(ByteBuffer.wrap((HexFormat.of().formatHex(key) + "\n").getBytes(StandardCharsets.US_ASCII)));
        channel.force(true);
      }
      Files.move(temporary, file(id), StandardCopyOption.ATOMIC_MOVE);
      try (var directory = FileChannel.open(target, StandardOpenOption.READ)) {
        directory.force(true);
      }
      known.put(id, new SecretKeySpec(key, "AES"));
      return id;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a key in " + folder.get(), e);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  /** Greater than every other, also when the clock stepped back. */
  private String id(String greatest) {
    Instant now = time.now();
    String stamp = STAMP.format(now);
    while (greatest != null && stamp.compareTo(greatest.substring(0, Math.min(stamp.length(), greatest.length()))) <= 0) {
      now = stampOf(greatest).orElse(now).plusMillis(1);
      stamp = STAMP.format(now);
    }
    return stamp + "-" + HexFormat.of().toHexDigits(RANDOM.nextInt());
  }

  private static Optional<Instant> stampOf(String id) {
    try {
      return Optional.of(STAMP.parse(id.split("-")[0], Instant::from));
    } catch (java.time.DateTimeException e) {
      throw new StrowgerException(ErrorCode.CONFLICT, "the key file voip-" + id + ".key was not made by the switch: take it out of keys/", e);
    }
  }

  private static FileAttribute<?>[] ownerOnly(Path where, String permissions) {
    boolean posix = where.getFileSystem().supportedFileAttributeViews().contains("posix");
    return posix ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))} : new FileAttribute<?>[0];
  }
}

package org.strowger.postgres.internal.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import org.strowger.kernel.PrivateFile;

/** The embedded database's password: made once, kept in a file only its owner reads. */
final class Secret {

  private static final int BYTES = 32;

  private Secret() {}

  static String read(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException missing) {
      throw new LaunchException("cannot read the database's password from " + file + ", though the database was made with it: "
          + "put the file back from your copy of keys/", missing);
    }
  }

  static String make(Path file) throws IOException {
    if (Files.exists(file)) {
      return read(file);
    }
    byte[] random = new byte[BYTES];
    new SecureRandom().nextBytes(random);
    String password = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    Path folder = file.getParent();
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder.getParent());
      Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    write(file, password);
    return password;
  }

  static void write(Path file, String text) throws IOException {
    PrivateFile.write(file, text + "\n");
  }
}

package org.strowger.shell.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.strowger.kernel.PrivateFile;

/** {@code keys/admin-password}, with which {@code strowger client} and what is built on it log in. */
final class AdminPasswordFile {

  static final String ADMIN = "admin";

  private final Path file;

  AdminPasswordFile(Path home) {
    this.file = home.resolve("keys").resolve("admin-password");
  }

  void write(String password) {
    try {
      PrivateFile.write(file, password + "\n");
    } catch (IOException refused) {
      throw new UncheckedIOException(refused);
    }
  }
}

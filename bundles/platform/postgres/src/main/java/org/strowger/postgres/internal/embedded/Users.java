package org.strowger.postgres.internal.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The users that {@code /etc/passwd} names. */
final class Users {

  /** One line of it. */
  record User(String name, int uid, int gid) {}

  private Users() {}

  static Optional<User> named(String name) {
    return all().stream().filter(user -> user.name().equals(name)).findFirst();
  }

  static boolean known(int uid) {
    return all().stream().anyMatch(user -> user.uid() == uid);
  }

  /** Some user that is not root, to borrow a name from. */
  static Optional<User> ordinary() {
    return all().stream().filter(user -> user.uid() != 0).findFirst();
  }

  private static List<User> all() {
    try {
      return Files.readAllLines(Path.of("/etc/passwd")).stream().map(line -> line.split(":")).filter(fields -> fields.length > 3)
          .map(fields -> new User(fields[0], Integer.parseInt(fields[2]), Integer.parseInt(fields[3]))).toList();
    } catch (IOException | NumberFormatException unreadable) {
      return List.of();
    }
  }
}

package org.strowger.postgres.internal.embedded;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How an embedded PostgreSQL is to run.
 *
 * @param home the instance's folder: data under {@code db/18}, password under {@code keys}
 * @param port on 127.0.0.1; 0: any that is free
 * @param durable false only in tests: nothing waits for the disk then
 * @param program a folder with the unpacked programs that several instances share; empty: the instance has its own
 */
public record LaunchSettings(Path home, int port, boolean durable, Optional<Path> program) {

  public LaunchSettings {
    home = home.toAbsolutePath().normalize();
  }

  public static LaunchSettings of(Path home, int port) {
    return new LaunchSettings(home, port, true, Optional.empty());
  }

  Path passwordFile() {
    return home.resolve("keys").resolve("postgres.password");
  }
}

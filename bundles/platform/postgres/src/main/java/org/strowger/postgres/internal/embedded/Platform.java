package org.strowger.postgres.internal.embedded;

import java.nio.file.Files;
import java.nio.file.Path;

/** For which machines there are PostgreSQL programs in this bundle. */
enum Platform {
  AMD64("amd64", "binaries/postgres-linux-x86_64.txz", Path.of("/lib64/ld-linux-x86-64.so.2")),
  ARM64("aarch64", "binaries/postgres-linux-arm_64.txz", Path.of("/lib/ld-linux-aarch64.so.1"));

  /** The version of the programs; a newer one unpacks beside the older. */
  static final String VERSION = "18.6.0";

  private final String architecture;
  private final String archive;
  private final Path glibc;

  Platform(String architecture, String archive, Path glibc) {
    this.architecture = architecture;
    this.archive = archive;
    this.glibc = glibc;
  }

  /** This machine's, or why there is none. */
  static Platform here() {
    String system = System.getProperty("os.name");
    String architecture = System.getProperty("os.arch");
    for (Platform platform : values()) {
      if (system.equals("Linux") && architecture.equals(platform.architecture) && Files.exists(platform.glibc)) {
        return platform;
      }
    }
    throw new LaunchException("there is no embedded PostgreSQL for " + system + " on " + architecture
        + " (it needs Linux with glibc on amd64 or arm64): set jdbcUrl, user and passwordFile in etc/org.strowger.postgres.cfg "
        + "to a PostgreSQL of your own");
  }

  /** A resource of this bundle: tar, compressed with xz. */
  String archive() {
    return archive;
  }
}

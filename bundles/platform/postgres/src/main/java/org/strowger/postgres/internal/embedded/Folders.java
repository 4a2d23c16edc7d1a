package org.strowger.postgres.internal.embedded;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Where one embedded PostgreSQL lives.
 *
 * @param base ours, not the server's: whoever has become the server's user can put nothing here that we follow; only data and log are that user's
 * @param program the unpacked programs; never written by the server
 */
record Folders(Path base, Path program) {

  Folders(Path base) {
    this(base, base.resolve("program-" + Platform.VERSION));
  }

  Path data() {
    return base.resolve("data");
  }

  Path log() {
    return base.resolve("log");
  }

  /** What the server reads and only the switch writes. */
  Path config() {
    return base.resolve("config");
  }

  /** What the server says before its own log is open. */
  Path startLog() {
    return base.resolve("start.log");
  }

  Path bin(String name) {
    return program().resolve("bin").resolve(name);
  }

  boolean initialised() {
    return Files.exists(data().resolve("PG_VERSION"));
  }

  /** Makes the folder and those above it that are missing, passable for the server's user whatever mask the switch runs with. */
  static void make(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      if (folder.getParent() != null) {
        make(folder.getParent());
      }
      Files.createDirectories(folder);
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  static int owner(Path path) throws IOException {
    return (int) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
  }

  /** Gives {@code root} and all below it to {@code uid}; only root can. */
  static void give(Path root, int uid, int gid) throws IOException {
    if (Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
      Files.walkFileTree(root, new SimpleFileVisitor<>() {
        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
          return visitFile(folder, attributes);
        }

        @Override
        public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) throws IOException {
          Files.setAttribute(path, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
          Files.setAttribute(path, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
          return FileVisitResult.CONTINUE;
        }
      });
    }
  }

  static void delete(Path root) throws IOException {
    if (Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
      Files.walkFileTree(root, new SimpleFileVisitor<>() {
        @Override
        public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) throws IOException {
          Files.delete(path);
          return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, IOException failure) throws IOException {
          Files.delete(folder);
          return FileVisitResult.CONTINUE;
        }
      });
    }
  }
}

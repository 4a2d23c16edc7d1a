package org.strowger.postgres.internal.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;

/** Makes a data folder and writes its settings. */
final class Cluster {

  static final String USER = "strowger";

  private static final Duration INITDB = Duration.ofMinutes(2);

  private Cluster() {}

  /** Makes the data folder with {@code initdb}, complete or not at all. */
  static void initialise(Placement place, String password, boolean durable) throws IOException {
    Folders folders = place.folders();
    RunAs maker = place.runAs().named();
    boolean root = !place.runAs().prefix().isEmpty();
    // In a folder of its own that nobody else can enter, as the maker may be a user that others are, too.
    Path room = folders.base().resolve("initdb");
    Path half = room.resolve("data");
    Path secret = room.resolve("password");
    Folders.delete(room);
    try {
      Files.createDirectory(room, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      Secret.write(secret, password);
      if (root) {
        Folders.give(room, maker.uid(), maker.gid());
      }
      Command.Result made = Command.run(room, INITDB, maker.command(folders.bin("initdb").toString(),
          "--pgdata=" + half, "--username=" + USER, "--pwfile=" + secret, "--auth=scram-sha-256", "--encoding=UTF8",
          "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions",
          durable ? "--data-checksums" : "--no-sync"));
      if (!made.ok()) {
        throw new LaunchException("initdb failed in " + folders.base() + ": " + made.output());
      }
      if (root) {
        Folders.give(half, place.runAs().uid(), place.runAs().gid());
      }
      Files.move(half, folders.data(), StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Folders.delete(room);
    }
  }

  /**
   * Writes our settings over what is there; an operator's {@code alter system} has its own file and wins. Not in the data folder: that one belongs to
   * the server's user, who could have put a link in the file's place for root to write through.
   */
  static void configure(Placement place, boolean durable) throws IOException {
    Path config = place.folders().config();
    replace(config.resolve("pg_hba.conf"), """
        # Written at each start.
        host all all 127.0.0.1/32 scram-sha-256
        """);
    replace(config.resolve("postgresql.conf"), """
        # Written at each start. Changes: alter system set … = …
        listen_addresses = '127.0.0.1'
        unix_socket_directories = ''
        password_encryption = 'scram-sha-256'
        ssl = off
        max_connections = 30
        shared_buffers = 48MB
        work_mem = 4MB
        maintenance_work_mem = 32MB
        huge_pages = off
        jit = off
        io_method = sync
        max_parallel_workers = 0
        max_parallel_workers_per_gather = 0
        autovacuum_max_workers = 2
        wal_level = minimal
        max_wal_senders = 0
        max_logical_replication_workers = 0
        min_wal_size = 64MB
        max_wal_size = 512MB
        fsync = %1$s
        synchronous_commit = %1$s
        full_page_writes = %1$s
        timezone = 'UTC'
        log_timezone = 'UTC'
        logging_collector = %1$s
        log_directory = '../log'
        log_filename = 'postgresql-%%a.log'
        log_truncate_on_rotation = on
        log_rotation_age = 1d
        log_rotation_size = 0
        # A refused statement may hold what must not lie in a log.
        log_min_error_statement = panic
        """.formatted(durable ? "on" : "off"));
  }

  private static void replace(Path file, String text) throws IOException {
    Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
  }

  /** What makes this data folder different from any other: the first eight bytes of {@code pg_control}. */
  static String systemIdentifier(Path data) throws IOException {
    try (var control = Files.newInputStream(data.resolve("global").resolve("pg_control"))) {
      return Long.toUnsignedString(ByteBuffer.wrap(control.readNBytes(8)).order(ByteOrder.nativeOrder()).getLong());
    }
  }
}

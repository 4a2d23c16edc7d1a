package org.strowger.postgres.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.strowger.hibernate.jdbc.Target;
import org.strowger.kernel.Time;
import org.strowger.persistence.api.DatabaseStatus;
import org.strowger.postgres.internal.embedded.EmbeddedPostgres;
import org.strowger.postgres.internal.embedded.LaunchSettings;

/** One server for all test classes of this module, a database for each; gone with the JVM. */
public final class OneServer {

  /** Its 30 connections are not enough for all of them at once: the classes that use it go one after the other, beside those that start servers. */
  public static final String LOCK = "one server";

  /** Connections of a database's pool. */
  public static final int POOL = 6;

  private static final class Holder {
    static final EmbeddedPostgres SERVER = start();
  }

  private static final AtomicInteger NUMBER = new AtomicInteger();

  private OneServer() {}

  /** The programs that {@link TestFiles#programs} names are unpacked: two who do it at once in one process would write the same files. */
  public static void unpackPrograms() {
    assertThat(Holder.SERVER.alive()).isTrue();
  }

  /** A database that nobody else has. */
  public static Target emptyDatabase() {
    String name = "own_" + NUMBER.incrementAndGet();
    Holder.SERVER.createDatabase(name);
    return Holder.SERVER.target(name);
  }

  public static PostgresDatabase on(Target target) {
    return new PostgresDatabase(() -> target, OneServer::status, POOL, Time.SYSTEM);
  }

  /** @param migrationAnswer how long any answer may take to a statement of a migration */
  static PostgresDatabase on(Target target, Duration migrationAnswer) {
    return new PostgresDatabase(() -> target, OneServer::status, POOL, Time.SYSTEM, migrationAnswer);
  }

  private static DatabaseStatus status() {
    return new DatabaseStatus(true, "test", "", Optional.empty(), Optional.empty(), true);
  }

  private static EmbeddedPostgres start() {
    try {
      Path home = Files.createTempDirectory("strowger-postgres-test-");
      Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
      EmbeddedPostgres server =
          EmbeddedPostgres.start(new LaunchSettings(home, 0, false, TestFiles.programs()), Time.SYSTEM, new CountDownLatch(1));
      Runtime.getRuntime().addShutdownHook(new Thread(() -> {
        server.close();
        TestFiles.delete(home);
      }));
      return server;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}

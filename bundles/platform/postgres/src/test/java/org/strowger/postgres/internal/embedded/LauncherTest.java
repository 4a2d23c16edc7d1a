package org.strowger.postgres.internal.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.strowger.hibernate.jdbc.Target;
import org.strowger.kernel.Time;
import org.strowger.persistence.api.BatchSpec;
import org.strowger.persistence.api.BatchWriter;
import org.strowger.persistence.api.DatabaseException;
import org.strowger.persistence.api.DatabaseStatus;
import org.strowger.persistence.api.Domain;
import org.strowger.persistence.api.DomainSpec;
import org.strowger.postgres.internal.PostgresDatabase;
import org.strowger.postgres.internal.OneServer;
import org.strowger.postgres.internal.TestFiles;

/** The embedded server as it is shipped, syncing to disk. */
@Timeout(180)
class LauncherTest {

  private Path home;
  private EmbeddedPostgres server;

  @BeforeAll
  static void unpack() {
    OneServer.unpackPrograms();
  }

  @BeforeEach
  void makeHome() throws IOException {
    home = TestFiles.passable("launcher");
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
    TestFiles.delete(home);
  }

  private void start() {
    start(0);
  }

  private void start(int port) {
    server = started(home, port);
  }

  private static EmbeddedPostgres started(Path home, int port) {
    return EmbeddedPostgres.start(new LaunchSettings(home, port, true, TestFiles.programs()), Time.SYSTEM, new CountDownLatch(1));
  }

  private long pid() {
    return PidFile.read(server.folder()).orElseThrow().pid();
  }

  private void awaitAnother(long gone) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (PidFile.read(server.folder()).filter(file -> file.pid() != gone).isEmpty()) {
      assertThat(System.nanoTime()).as("another postmaster than " + gone + " within 60 s").isLessThan(until);
      LockSupport.parkNanos(20_000_000);
    }
  }

  @Test
  void theFirstStartIsClosedToEverybodyElseAndTheSecondFindsTheData() throws Exception {
    start();
    assertThat(one("show fsync")).isEqualTo("on");
    assertThat(one("show synchronous_commit")).isEqualTo("on");
    assertThat(one("show listen_addresses")).isEqualTo("127.0.0.1");
    assertThat(one("show unix_socket_directories")).isEmpty();
    assertThat(one("select rolpassword like 'SCRAM-SHA-256$%' from pg_authid where rolname = 'strowger'")).isEqualTo("t");
    Target wrong = new Target(server.target().jdbcUrl(), "strowger", "guess");
    assertThatThrownBy(() -> wrong.connect(Duration.ofSeconds(5))).isInstanceOf(SQLException.class).hasMessageContaining("password");
    Path password = home.resolve("keys/postgres.password");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(password))).isEqualTo("rw-------");
    assertThat(server.target().toString()).doesNotContain(Files.readString(password).strip());
    assertThat(sessionOf(pid())).as("Ctrl-C at the switch's terminal does not reach it").isNotEqualTo(sessionOf(ProcessHandle.current().pid()));
    long first = pid();

    execute("create table kept as select 42 as answer");
    server.close();
    assertThat(new PidFile(first, 0).alive()).isFalse();
    assertThat(server.folder().resolve(PidFile.NAME)).doesNotExist();

    start();
    assertThat(one("select answer from kept")).isEqualTo("42");
  }

  @Test
  void aDeadServerIsStartedAgainAndThePoolReconnects() throws Exception {
    start();
    try (PostgresDatabase database = new PostgresDatabase(server::target,
        () -> new DatabaseStatus(true, "", "", Optional.empty(), Optional.empty(), true), 4, Time.SYSTEM)) {
      server.onRestart(database::renew);
      Domain domain = database.open(DomainSpec.of("first", LauncherTest.class));
      BatchWriter.Rows<Integer> rows = (connection, batch) -> {
        try (var insert = connection.prepareStatement("insert into first.entry (id, text) values (?, ?) on conflict (id) do nothing")) {
          for (int id : batch) {
            insert.setInt(1, id);
            insert.setString(2, "entry " + id);
            insert.addBatch();
          }
          insert.executeBatch();
        }
      };
      try (BatchWriter<Integer> writer = domain.writer(BatchSpec.named("patient").patience(Duration.ofSeconds(60)), rows)) {
        writer.write(1).toCompletableFuture().get(30, TimeUnit.SECONDS);
        String port = server.address();
        long killed = pid();

        signal("KILL", killed);
        writer.write(2).toCompletableFuture().get(90, TimeUnit.SECONDS);

        // A server process that outlives the postmaster for a moment may have taken the second row.
        awaitAnother(killed);
        writer.write(4).toCompletableFuture().get(90, TimeUnit.SECONDS);
        assertThat(server.address()).isEqualTo(port);
        assertThat(one("select count(*) from first.entry")).as("what was durable before, and what waited").isEqualTo("3");
        database.tx().run(() -> database.tx().connection().createStatement().execute("insert into first.entry (id, text) values (3, 'three')"));
      }
    } catch (DatabaseException failure) {
      throw new AssertionError(failure.kind() + ": " + failure.getMessage(), failure);
    }
  }

  @Test
  void aServerThatCannotBeStartedIsComplainedOfOnceAndTriedOn() throws Exception {
    start();
    var log = new ByteArrayOutputStream();
    PrintStream before = System.err;
    Path control = server.folder().resolve("global/pg_control");
    long killed = pid();
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    try {
      Files.move(control, home.resolve("aside"));
      signal("KILL", killed);
      long begun = System.nanoTime();
      until(() -> log.toString(StandardCharsets.UTF_8).contains("could not be started again"));
      // Three tries by then.
      until(() -> System.nanoTime() - begun > TimeUnit.SECONDS.toNanos(5));
      Files.move(home.resolve("aside"), control);
      until(() -> log.toString(StandardCharsets.UTF_8).contains("PostgreSQL is back"));
    } finally {
      System.setErr(before);
    }
    assertThat(log.toString(StandardCharsets.UTF_8).lines().filter(line -> line.contains("PostgreSQL has died") || line.contains("could not be started again"))).hasSize(2);
    assertThat(one("select 1")).isEqualTo("1");
  }

  private static void until(BooleanSupplier done) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!done.getAsBoolean()) {
      assertThat(System.nanoTime()).as("60 s are over").isLessThan(end);
      LockSupport.parkNanos(20_000_000);
    }
  }

  @Test
  void theOrphanOfAKilledSwitchIsAdopted() throws Exception {
    Process killed = TestFiles.java(OtherSwitch.class, home.toString(), TestFiles.programs().orElseThrow().toString()).start();
    try (var said = killed.inputReader()) {
      assertThat(said.readLine()).isEqualTo("started");
    } finally {
      killed.destroyForcibly().waitFor();
    }
    Folders folders = new Folders(home.resolve("db/18"));
    long orphan = PidFile.read(folders.data()).orElseThrow().pid();
    assertThat(new PidFile(orphan, 0).alive()).as("it outlives the switch").isTrue();

    start();
    assertThat(pid()).isEqualTo(orphan);
    assertThat(one("select 1")).isEqualTo("1");

    signal("KILL", orphan);
    TestFiles.waitUntil("an adopted server is watched, too", () -> server.alive() && pid() != orphan && answers());
  }

  @Test
  void anOrphanThatRefusesOurPasswordIsNotAdopted() throws Exception {
    start();
    long orphan = pid();
    execute("alter role strowger password 'somebody else''s'");

    assertThatThrownBy(() -> started(home, 0))
        .isInstanceOf(LaunchException.class).hasMessageContaining("keys/postgres.password");
    assertThat(new PidFile(orphan, 0).alive()).as("it works in our folder, so it was stopped to be started anew").isFalse();
  }

  @Test
  void aPidThatIsSomebodyElsesNowIsLeftAlone() throws Exception {
    start();
    server.close();
    Process stranger = new ProcessBuilder("sleep", "600").start();
    try {
      Files.write(server.folder().resolve(PidFile.NAME),
          List.of(String.valueOf(stranger.pid()), server.folder().toString(), "1", "5432", "", "127.0.0.1", "", "ready"));

      start();

      assertThat(one("select 1")).isEqualTo("1");
      assertThat(stranger.isAlive()).isTrue();
    } finally {
      stranger.destroyForcibly().waitFor();
    }
  }

  @Test
  void aPostgresOfAnotherInstanceIsNeitherAdoptedNorStopped() throws Exception {
    Path otherHome = TestFiles.passable("other");
    try (EmbeddedPostgres other = started(otherHome, 0)) {
      start();
      server.close();
      Files.copy(other.folder().resolve(PidFile.NAME), server.folder().resolve(PidFile.NAME));

      start();

      assertThat(server.address()).isNotEqualTo(other.address());
      assertThat(other.alive()).isTrue();
    } finally {
      TestFiles.delete(otherHome);
    }
  }

  @Test
  void aPortThatIsTakenIsNamedWithItsHolder() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      assertThatThrownBy(() -> start(taken.getLocalPort())).isInstanceOf(LaunchException.class)
          .hasMessageContaining("port " + taken.getLocalPort()).hasMessageContaining("pid " + ProcessHandle.current().pid());
    }
    assertThat(home.resolve("db/18/data/" + PidFile.NAME)).doesNotExist();
  }

  @Test
  void aPasswordFileThatIsGoneIsSaidNotReplaced() throws Exception {
    start();
    server.close();
    Files.delete(home.resolve("keys/postgres.password"));

    assertThatThrownBy(this::start).isInstanceOf(LaunchException.class).hasMessageContaining("copy of keys/");
    assertThat(home.resolve("keys/postgres.password")).doesNotExist();
  }

  @Test
  void aFirstStartThatWasCutOffIsBegunAgain() throws Exception {
    Files.createDirectories(home.resolve("db/18/initdb/data/base"));
    Files.writeString(home.resolve("db/18/initdb/data/PG_VERSION"), "18\n");

    start();
    assertThat(one("select 1")).isEqualTo("1");
    assertThat(home.resolve("db/18/initdb")).doesNotExist();
  }

  private boolean answers() {
    try {
      return one("select 1").equals("1");
    } catch (SQLException notYet) {
      return false;
    }
  }

  private String one(String sql) throws SQLException {
    try (Connection connection = server.target().connect(Duration.ofSeconds(5)); Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = server.target().connect(Duration.ofSeconds(5)); Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static void signal(String name, long pid) throws Exception {
    assertThat(new ProcessBuilder("kill", "-" + name, String.valueOf(pid)).start().waitFor()).isZero();
  }

  private static String sessionOf(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    return stat.substring(stat.lastIndexOf(')') + 2).split(" ")[3];
  }
}

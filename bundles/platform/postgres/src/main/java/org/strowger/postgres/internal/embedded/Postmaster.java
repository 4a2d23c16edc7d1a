package org.strowger.postgres.internal.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.hibernate.jdbc.Target;
import org.strowger.kernel.Time;

/** A running server: started by us now, or by an earlier run of the switch and adopted. */
final class Postmaster {

  private static final Logger LOG = LoggerFactory.getLogger(Postmaster.class);
  private static final Duration READY = Duration.ofMinutes(5);
  private static final Duration ORPHAN = Duration.ofSeconds(60);
  private static final Duration ANSWER = Duration.ofSeconds(5);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final int LOG_TAIL = 1500;

  private final PidFile process;
  private final Time time;

  private Postmaster(PidFile process, Time time) {
    this.process = process;
    this.time = time;
  }

  int port() {
    return process.port();
  }

  boolean alive() {
    return process.alive();
  }

  /** Starts the server and waits until it takes connections; it may have a crash to recover from. */
  static Postmaster start(Placement place, int port, String password, Time time, CountDownLatch cancelled) throws IOException {
    Folders folders = place.folders();
    Path log = folders.startLog();
    List<String> words = place.runAs().command("setsid", folders.bin("postgres").toString(), "-D", folders.data().toString(),
        "-c", "config_file=" + folders.config().resolve("postgresql.conf"), "-c", "hba_file=" + folders.config().resolve("pg_hba.conf"), "-c", "port=" + port);
    // setsid: a session of its own, so that Ctrl-C at the switch's terminal does not reach the database before the switch has settled.
    Process started = Command.builder(folders.base(), words).redirectErrorStream(true).redirectOutput(log.toFile())
        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile())).start();
    Postmaster server = new Postmaster(new PidFile(started.pid(), port), time);
    long began = time.ticks();
    try {
      while (!server.accepts(password)) {
        if (started.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
          throw new LaunchException("PostgreSQL did not start in " + folders.base() + ": " + tail(log));
        }
        if (cancelled.getCount() == 0 || time.since(began).compareTo(READY) > 0) {
          server.stop();
          throw new LaunchException(cancelled.getCount() == 0 ? "the start was called off"
              : "PostgreSQL took no connection within " + READY.toMinutes() + " min; see " + log + " and " + folders.log());
        }
      }
    } catch (InterruptedException interrupted) {
      server.stop();
      Thread.currentThread().interrupt();
      throw new LaunchException("the start was interrupted", interrupted);
    }
    return server;
  }

  /** The server that an earlier run left behind in this data folder, if it is ours beyond doubt; a stale pid file is removed. */
  static Optional<Postmaster> leftBehind(Folders folders, String password, Time time, CountDownLatch cancelled) throws IOException {
    Path data = folders.data();
    Optional<PidFile> claim = PidFile.read(data);
    if (claim.isEmpty() || !claim.get().alive() || !claim.get().isPostgresIn(data)) {
      // Nobody, or somebody who was given the pid after our server died.
      PidFile.delete(data);
      return Optional.empty();
    }
    Postmaster server = new Postmaster(claim.get(), time);
    long began = time.ticks();
    while (server.alive()) {
      try {
        if (server.port() != 0 && server.isOurs(folders, password)) {
          LOG.info("Adopted the PostgreSQL that an earlier run left behind: pid {}, port {}", server.process.pid(), server.port());
          return Optional.of(server);
        }
        if (time.since(began).compareTo(ORPHAN) > 0 || cancelled.await(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
          break;
        }
      } catch (SQLException refused) {
        LOG.warn("The PostgreSQL left behind in {} (pid {}) refuses our password; it is stopped and started anew", data, server.process.pid());
        break;
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new LaunchException("the start was interrupted", interrupted);
      }
    }
    server.stop();
    PidFile.delete(data);
    return Optional.empty();
  }

  private boolean isOurs(Folders folders, String password) throws SQLException, IOException {
    try (Connection connection = target(password, "postgres").connect(ANSWER);
        Statement statement = connection.createStatement();
        ResultSet who = statement.executeQuery(
            "select system_identifier::text, current_setting('data_directory') from pg_control_system()")) {
      who.next();
      return who.getString(1).equals(Cluster.systemIdentifier(folders.data()))
          && Path.of(who.getString(2)).toRealPath().equals(folders.data().toRealPath());
    } catch (SQLException notYet) {
      if (wrongPassword(notYet)) {
        throw notYet;
      }
      return false;
    }
  }

  private boolean accepts(String password) {
    try (Connection connection = target(password, "postgres").connect(ANSWER)) {
      return connection.isValid((int) ANSWER.toSeconds());
    } catch (SQLException notYet) {
      if (wrongPassword(notYet)) {
        stop();
        throw new LaunchException("PostgreSQL refuses the password in keys/postgres.password, which is not the one the database was made with: "
            + "put the right file back from your copy of keys/", notYet);
      }
      return false;
    }
  }

  private static boolean wrongPassword(SQLException failure) {
    return "28P01".equals(failure.getSQLState()) || "28000".equals(failure.getSQLState());
  }

  Target target(String password, String database) {
    return new Target("jdbc:postgresql://127.0.0.1:" + port() + "/" + database, Cluster.USER, password);
  }

  /** Stops the server: clients are cut off, what is committed is kept. Returns when it is gone. */
  void stop() {
    for (String signal : new String[] {"-INT", "-QUIT", "-KILL"}) {
      if (!alive()) {
        return;
      }
      Command.run(Path.of("/"), ANSWER, List.of("kill", signal, String.valueOf(process.pid())));
      waitUntilGone(signal.equals("-INT") ? Duration.ofSeconds(30) : Duration.ofSeconds(5));
    }
    if (alive()) {
      LOG.warn("PostgreSQL, pid {}, could not be stopped", process.pid());
    }
  }

  private void waitUntilGone(Duration limit) {
    long began = time.ticks();
    // A latch that nobody counts down is a pause; an interrupt must not leave the server running, so it waits on.
    boolean interrupted = Thread.interrupted();
    CountDownLatch pause = new CountDownLatch(1);
    while (alive() && time.since(began).compareTo(limit) < 0) {
      try {
        pause.await(POLL.toMillis() / 2, TimeUnit.MILLISECONDS);
      } catch (InterruptedException again) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static String tail(Path log) {
    try {
      String all = Files.readString(log, StandardCharsets.ISO_8859_1).strip();
      return all.substring(Math.max(0, all.length() - LOG_TAIL));
    } catch (IOException unreadable) {
      return "(no log)";
    }
  }
}

package org.strowger.postgres.internal.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.hibernate.jdbc.Target;
import org.strowger.kernel.OncePerMinute;
import org.strowger.kernel.Time;

/** The PostgreSQL of this instance: started or adopted, kept alive, stopped with the switch. */
public final class EmbeddedPostgres implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgres.class);
  private static final String DATABASE = "strowger";
  private static final Duration LOOK = Duration.ofMillis(250);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
  /** However often it dies: calls and their ends wait for it. */
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(4);
  /** A server that lived this long starts again without a pause. */
  private static final Duration STABLE = Duration.ofMinutes(1);
  private static final int PORT_TRIES = 5;

  private final LaunchSettings settings;
  private final Time time;
  private final CountDownLatch stopping;
  private final Placement place;
  private final String password;
  private final Thread supervisor = new Thread(this::supervise, "strowger-postgres");
  /** Tries go on every few seconds for as long as it takes, as with a full disk. */
  private final OncePerMinute complaints;
  private volatile Postmaster server;
  private volatile Runnable restarted = () -> {};

  private EmbeddedPostgres(LaunchSettings settings, Time time, CountDownLatch stopping) throws IOException {
    this.settings = settings;
    this.time = time;
    this.complaints = new OncePerMinute(time);
    this.stopping = stopping;
    this.place = Placement.choose(settings, Platform.here());
    Folders folders = place.folders();
    this.password = folders.initialised() ? Secret.read(settings.passwordFile()) : Secret.make(settings.passwordFile());
    this.server = adopt().orElse(null);
    if (server == null) {
      place.takeOver();
      if (!folders.initialised()) {
        Cluster.initialise(place, password, settings.durable());
      }
      this.server = launch(settings.port());
    }
    this.supervisor.setDaemon(true);
  }

  /**
   * Starts the server, or adopts the one an earlier run left behind. Blocks until it takes connections: 0.2 s, 3 s the first time,
   * longer after a crash.
   *
   * @param cancelled counted down to call the start off
   * @throws LaunchException with the reason and the remedy
   */
  public static EmbeddedPostgres start(LaunchSettings settings, Time time, CountDownLatch cancelled) {
    try {
      EmbeddedPostgres postgres = new EmbeddedPostgres(settings, time, cancelled);
      postgres.createDatabase(DATABASE);
      postgres.supervisor.start();
      return postgres;
    } catch (IOException failure) {
      throw new LaunchException("cannot prepare the database's files: " + failure, failure);
    }
  }

  private Optional<Postmaster> adopt() throws IOException {
    if (!place.folders().initialised()) {
      return Optional.empty();
    }
    Optional<Postmaster> orphan = Postmaster.leftBehind(place.folders(), password, time, stopping);
    if (orphan.isPresent() && settings.port() != 0 && orphan.get().port() != settings.port()) {
      orphan.get().stop();
      return Optional.empty();
    }
    return orphan;
  }

  private Postmaster launch(int wanted) throws IOException {
    Cluster.configure(place, settings.durable());
    for (int tries = 1; ; tries++) {
      int port = wanted != 0 ? wanted : Ports.anyFree();
      if (!Ports.free(port)) {
        throw new LaunchException("port " + port + " of 127.0.0.1, which the database is to listen on, is held by " + Ports.holder(port)
            + ": set another port in etc/org.strowger.postgres.cfg, or 0 for any");
      }
      try {
        return Postmaster.start(place, port, password, time, stopping);
      } catch (LaunchException failure) {
        // Somebody may have taken the port between the look and the start.
        if (wanted != 0 || tries == PORT_TRIES || Ports.free(port)) {
          throw failure;
        }
      }
    }
  }

  private void supervise() {
    Duration pause = FIRST_PAUSE;
    long since = time.ticks();
    try {
      while (!stopping.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
        if (server.alive()) {
          continue;
        }
        if (time.since(since).compareTo(STABLE) > 0) {
          pause = FIRST_PAUSE;
        }
        if (complaints.due("died")) {
          LOG.warn("PostgreSQL has died; it is started again, and again every {} s until it stays", LONGEST_PAUSE.toSeconds());
        }
        if (stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
        pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
        since = time.ticks();
        restart();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void restart() {
    try {
      int port = settings.port() == 0 && Ports.free(server.port()) ? server.port() : settings.port();
      PidFile.read(place.folders().data()).filter(file -> !file.alive()).ifPresent(file -> PidFile.delete(place.folders().data()));
      // An adopted server may have run under another user than the one chosen now.
      place.takeOver();
      server = launch(port);
      LOG.info("PostgreSQL is back on port {}", server.port());
      restarted.run();
    } catch (IOException | RuntimeException failure) {
      if (complaints.due("start")) {
        LOG.warn("PostgreSQL could not be started again: {}", failure.getMessage());
      }
    }
  }

  /** Makes a database where it is missing. */
  public void createDatabase(String name) {
    try (Connection connection = target("postgres").connect(Duration.ofMinutes(1)); Statement statement = connection.createStatement()) {
      try (ResultSet there = statement.executeQuery("select 1 from pg_database where datname = '" + name + "'")) {
        if (there.next()) {
          return;
        }
      }
      statement.execute("create database " + name);
    } catch (SQLException failure) {
      throw new LaunchException("cannot create the database " + name + ": " + failure.getMessage(), failure);
    }
  }

  /** Called after the server died and was started again, on the supervisor's thread. */
  public void onRestart(Runnable action) {
    restarted = action;
  }

  /** Where the server listens now. */
  public Target target() {
    return target(DATABASE);
  }

  public Target target(String database) {
    return server.target(password, database);
  }

  public String address() {
    return "127.0.0.1:" + server.port();
  }

  public Path folder() {
    return place.folders().data();
  }

  /** The server's user, for the start's summary. */
  public String runsAs() {
    return place.runAs().words();
  }

  public boolean alive() {
    return server.alive();
  }

  /** Stops the server and returns when it is gone, at most 40 s later. */
  @Override
  public void close() {
    stopping.countDown();
    try {
      supervisor.join(Duration.ofSeconds(40).toMillis());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    server.stop();
  }
}

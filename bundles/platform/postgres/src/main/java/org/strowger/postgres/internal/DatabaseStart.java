package org.strowger.postgres.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.kernel.Health;
import org.strowger.kernel.Time;
import org.strowger.persistence.api.Backups;
import org.strowger.persistence.api.Database;
import org.strowger.persistence.api.DatabaseStatus;
import org.strowger.postgres.internal.backup.DatabaseBackups;

/** Gets the database up, however long that takes, and its services registered; and down again. */
final class DatabaseStart implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(DatabaseStart.class);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
  private static final Duration STOP = Duration.ofSeconds(60);

  private final BundleContext context;
  private final Source source;
  private final int poolSize;
  private final Path notes;
  private final Path keys;
  private final Time time;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Map<Class<?>, ServiceRegistration<?>> services = new LinkedHashMap<>();
  private final ServiceRegistration<?> health;
  private final Thread thread = new Thread(this::run, "strowger-database-start");
  private volatile String trouble = "starting";
  private volatile PostgresDatabase database;
  private volatile Source.Server server;

  /** @param home the instance's folder: keys are below it, and the notes that the start's summary shows */
  DatabaseStart(BundleContext context, Source source, int poolSize, Time time, Path home) {
    this.context = context;
    this.source = source;
    this.notes = home.resolve("karaf").resolve("notes");
    this.keys = home.resolve("keys");
    this.poolSize = poolSize;
    this.time = time;
    this.health = context.registerService(Health.Check.class, Health.Check.of("database", this::health), null);
    this.thread.setDaemon(true);
    this.thread.start();
  }

  private void run() {
    Duration pause = FIRST_PAUSE;
    try {
      while (!opened()) {
        if (stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
        pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
      }
      register();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean opened() {
    try {
      server = source.open(time, stopping);
      return true;
    } catch (RuntimeException failure) {
      String message = String.valueOf(failure.getMessage());
      // Said once, not at every try.
      if (!message.equals(trouble) && stopping.getCount() > 0) {
        LOG.error("The database does not start: {}", message);
        note("does not start: " + message);
      }
      trouble = message;
      return false;
    }
  }

  private void register() {
    Source.Server open = server;
    String version = version(open);
    PostgresDatabase ready = new PostgresDatabase(open::target, () -> status(open, version), poolSize, time);
    database = ready;
    open.onRestart(ready::renew);
    LOG.info("Database: {}", words(ready.status()));
    note(words(ready.status()));
    add(Backups.class, new DatabaseBackups(open::target, ready::domains, time, keys, this::comeBack));
    add(Database.class, ready);
  }

  private <S> void add(Class<S> type, S service) {
    synchronized (services) {
      if (stopping.getCount() == 0) {
        return;
      }
    }
    // Outside the lock: who waits for it begins inside this call.
    ServiceRegistration<S> registration = context.registerService(type, service, null);
    synchronized (services) {
      services.put(type, registration);
    }
  }

  /** Everybody who read from the database before a restore closes and opens anew, on the caller's thread. */
  private void comeBack() {
    ServiceRegistration<?> gone;
    synchronized (services) {
      gone = services.remove(Database.class);
    }
    if (gone != null) {
      gone.unregister();
      add(Database.class, database);
    }
  }

  private DatabaseStatus status(Source.Server open, String version) {
    PostgresDatabase ready = database;
    return open.status(version, ready != null && ready.answering());
  }

  private static String version(Source.Server open) {
    try (Connection connection = open.target().connect(Duration.ofSeconds(10))) {
      return connection.getMetaData().getDatabaseProductVersion();
    } catch (SQLException unknown) {
      return "";
    }
  }

  private void note(String text) {
    try {
      if (Files.isDirectory(notes.getParent())) {
        Files.writeString(notes, "Database  " + text + "\n");
      }
    } catch (IOException failure) {
      LOG.warn("Cannot write {}: {}", notes, failure.getMessage());
    }
  }

  private static String words(DatabaseStatus status) {
    String where = status.folder().map(folder -> ", data in " + folder).orElse("");
    String who = status.runsAs().map(user -> ", runs as " + user).orElse("");
    return (status.embedded() ? "embedded PostgreSQL " : "your PostgreSQL ") + status.version() + " at " + status.address() + where + who;
  }

  private Health health() {
    PostgresDatabase ready = database;
    if (ready == null) {
      return Health.down("database: " + trouble);
    }
    DatabaseStatus status = ready.status();
    return status.answering() ? Health.ok(words(status)) : Health.down("no connection to the " + words(status));
  }

  @Override
  public void close() {
    stopping.countDown();
    try {
      thread.join(STOP.toMillis());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    List<ServiceRegistration<?>> registered;
    synchronized (services) {
      registered = new ArrayList<>(services.values());
    }
    registered.add(health);
    // Consumers close their writers while the database still answers.
    registered.forEach(ServiceRegistration::unregister);
    if (database != null) {
      database.close();
    }
    if (server != null) {
      server.close();
    }
  }
}

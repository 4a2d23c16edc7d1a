package org.strowger.postgres.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.strowger.hibernate.jdbc.Target;
import org.strowger.kernel.Time;
import org.strowger.persistence.api.DatabaseStatus;
import org.strowger.postgres.internal.embedded.EmbeddedPostgres;
import org.strowger.postgres.internal.embedded.LaunchException;
import org.strowger.postgres.internal.embedded.LaunchSettings;

/** Where the database comes from. */
sealed interface Source {

  /** Makes it answer, or says why it does not; may be tried again. */
  Server open(Time time, CountDownLatch cancelled);

  /** A database that answers. */
  interface Server extends AutoCloseable {

    Target target();

    /** @param answering whether the pool got its last connection */
    DatabaseStatus status(String version, boolean answering);

    void onRestart(Runnable action);

    @Override
    void close();
  }

  /** A PostgreSQL of our own. */
  record Embedded(Path home, int port) implements Source {

    @Override
    public Server open(Time time, CountDownLatch cancelled) {
      return new Launched(EmbeddedPostgres.start(LaunchSettings.of(home, port), time, cancelled));
    }
  }

  record Launched(EmbeddedPostgres postgres) implements Server {

    @Override
    public Target target() {
      return postgres.target();
    }

    @Override
    public DatabaseStatus status(String version, boolean answering) {
      return new DatabaseStatus(true, postgres.address(), version, Optional.of(postgres.folder()), Optional.of(postgres.runsAs()),
          answering && postgres.alive());
    }

    @Override
    public void onRestart(Runnable action) {
      postgres.onRestart(action);
    }

    @Override
    public void close() {
      postgres.close();
    }
  }

  /** The operator's PostgreSQL. */
  record Yours(String jdbcUrl, String user, Path passwordFile) implements Source {

    private static final int OLDEST = 14;

    @Override
    public Server open(Time time, CountDownLatch cancelled) {
      Target target = target();
      try (Connection connection = target.connect(Duration.ofSeconds(10))) {
        int version = connection.getMetaData().getDatabaseMajorVersion();
        if (version < OLDEST) {
          throw new LaunchException("jdbcUrl: this is PostgreSQL " + version + ", it must be " + OLDEST + " or newer");
        }
        Optional<String> lacking = Rights.lackingToBegin(connection, user);
        if (lacking.isPresent()) {
          throw new LaunchException(lacking.get());
        }
      } catch (SQLException failure) {
        throw new LaunchException("the database at " + target + " does not let us in: " + failure.getMessage() + ". " + remedy(failure), failure);
      }
      return new Connected(target);
    }

    private String remedy(SQLException failure) {
      String settings = " in etc/org.strowger.postgres.cfg, which takes a restart";
      return switch (String.valueOf(failure.getSQLState())) {
        case "28P01", "28000" -> "Put the right password into " + passwordFile + " (passwordFile), which is tried again by itself, or set another user" + settings;
        case "3D000" -> "Create it, owned by " + user + ", which is tried again by itself, or name another one by jdbcUrl" + settings;
        default -> "Check jdbcUrl, user and passwordFile in etc/org.strowger.postgres.cfg";
      };
    }

    private Target target() {
      try {
        return new Target(jdbcUrl, user, Files.readString(passwordFile).strip());
      } catch (IOException missing) {
        throw new LaunchException("passwordFile " + passwordFile + " cannot be read: it must hold the password of " + user, missing);
      } catch (IllegalArgumentException wrong) {
        throw new LaunchException(wrong.getMessage(), wrong);
      }
    }
  }

  record Connected(Target target) implements Server {

    @Override
    public DatabaseStatus status(String version, boolean answering) {
      return new DatabaseStatus(false, target.jdbcUrl().replaceFirst("\\?.*", ""), version, Optional.empty(), Optional.empty(), answering);
    }

    @Override
    public void onRestart(Runnable action) {
      // Somebody else's server; the pool notices by itself.
    }

    @Override
    public void close() {
      // Somebody else's server.
    }
  }
}

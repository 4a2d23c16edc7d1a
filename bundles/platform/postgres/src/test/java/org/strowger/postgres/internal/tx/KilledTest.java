package org.strowger.postgres.internal.tx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.strowger.hibernate.jdbc.Target;
import org.strowger.persistence.api.DomainSpec;
import org.strowger.persistence.api.Participant;
import org.strowger.persistence.api.Tx;
import org.strowger.postgres.internal.OneServer;
import org.strowger.postgres.internal.PostgresDatabase;
import org.strowger.postgres.internal.TestFiles;

/** A switch killed in the middle of a transaction over two domains: both or neither. */
@ResourceLock(OneServer.LOCK)
class KilledTest {

  @ParameterizedTest
  @CsvSource({"BETWEEN, 0, 0", "BEFORE_COMMIT, 0, 0", "AFTER_COMMIT, 1, 1"})
  void killedWithoutWarning(String moment, int entries, int items) throws Exception {
    Target target = OneServer.emptyDatabase();
    try (PostgresDatabase database = OneServer.on(target)) {
      database.open(DomainSpec.of("first", KilledTest.class));
      database.open(DomainSpec.of("second", KilledTest.class));
    }

    ProcessBuilder java = TestFiles.java(Victim.class, moment, target.jdbcUrl(), target.user());
    java.environment().put("VICTIM_PASSWORD", target.password());
    Process victim = java.start();
    try (BufferedReader said = victim.inputReader()) {
      assertThat(said.readLine()).isEqualTo("at " + moment);
    } finally {
      victim.destroyForcibly().waitFor();
    }

    TestFiles.waitUntil("the server has noticed",
        () -> number(target, "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()") == 0);
    assertThat(number(target, "select count(*) from first.entry")).isEqualTo(entries);
    assertThat(number(target, "select count(*) from second.item")).isEqualTo(items);
  }

  private static int number(Target target, String sql) throws SQLException {
    try (Connection connection = target.connect(Duration.ofSeconds(5)); Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getInt(1);
    }
  }

  /** Writes into both domains, and stands still at the moment it is told. */
  static final class Victim {

    public static void main(String[] arguments) {
      String moment = arguments[0];
      Target target = new Target(arguments[1], arguments[2], System.getenv("VICTIM_PASSWORD"));
      Tx tx = OneServer.on(target).tx();
      tx.run(() -> {
        insert(tx.connection(), "insert into first.entry (id, text) values (1, 'first')");
        standStill("BETWEEN", moment);
        tx.run(() -> insert(tx.connection(), "insert into second.item (id, text) values (1, 'second')"));
        tx.participant("last", connection -> new Participant() {
          @Override
          public void flush() {
            standStill("BEFORE_COMMIT", moment);
          }

          @Override
          public void ended(boolean committed) {}
        });
      });
      standStill("AFTER_COMMIT", moment);
    }

    private static void insert(Connection connection, String sql) throws SQLException {
      try (Statement statement = connection.createStatement()) {
        statement.execute(sql);
      }
    }

    private static void standStill(String here, String moment) {
      if (here.equals(moment)) {
        System.out.println("at " + moment);
        System.out.flush();
        try {
          new CountDownLatch(1).await();
        } catch (InterruptedException never) {
          throw new IllegalStateException(never);
        }
      }
    }
  }
}

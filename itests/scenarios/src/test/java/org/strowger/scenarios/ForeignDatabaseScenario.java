package org.strowger.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.strowger.scenarios.World.NUMBER;
import static org.strowger.scenarios.World.SOON;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.strowger.phone.IncomingCall;
import org.strowger.phone.OutgoingCall;
import org.strowger.phone.Waiting;
import org.strowger.scenarios.World.Subscriber;
import org.strowger.scenarios.World.Trunk;
import org.strowger.testkit.postgres.TestDatabase;

/** The whole switch on an operator's PostgreSQL: another server, which it neither starts nor stops, and a role that may do no more than the README asks for. */
@AnotherSwitch
class ForeignDatabaseScenario {

  private static final String ROLE = "op_switch";
  private static final String DATABASE = "op_calls";
  private static final String SETTINGS = "org.strowger.postgres.cfg";
  private static final Duration BOOT = Duration.ofSeconds(120);
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Test
  void theSwitchRunsOnAnOperatorsPostgresql(@TempDir Path folder) throws Exception {
    try (TestDatabase server = TestDatabase.open(); Connection owner = DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password())) {
      String url = server.jdbcUrl().replaceFirst("/[^/]*$", "/" + DATABASE);
      try (Switch own = Switch.notStarted("foreign", Map.of(SETTINGS, "jdbcUrl = " + url + "\nuser = " + ROLE + "\n"), "STROWGER_STALL_LIMIT=60")) {
        whatIsWrongIsToldAndTriedAgain(own, owner);
        assertThat(own.log()).contains("Database: your PostgreSQL").contains(url);
        assertThat(own.home().resolve("db/18")).as("an embedded PostgreSQL").doesNotExist();
        itIsTheOperators(own, owner, url, folder.resolve("foreign.backup"));
      }
    }
  }

  private static void itIsTheOperators(Switch own, Connection owner, String url, Path backup) throws Exception {
    try (var world = new World(own)) {
      Trunk trunk = world.trunk();
      talk(trunk);
      JsonNode cdr = world.paid(trunk);
      BigDecimal cost = new BigDecimal(cdr.at("/cost/amount").asText());
      assertThat(booked(url, trunk.alice()).abs()).as("booked in the operator's database").isEqualByComparingTo(cost).isPositive();
      assertThat(own.run(LIMIT, "backup", backup.toString())).satisfies(saved -> assertThat(saved.status()).as(saved.output()).isZero());

      own.stop();
      assertThat(owner.isValid(5)).as("the operator's server goes on").isTrue();
      own.start();
      assertThat(world.paid(trunk)).isEqualTo(cdr);
      talk(trunk);
      assertThat(world.cdrs(trunk.alice(), 2)).hasSize(2).contains(cdr);
      trunk.assertClean();
    }
  }

  /** One boot for all: each fault is one line of the log that names it and what helps, and once it is mended the switch goes on by itself. */
  private static void whatIsWrongIsToldAndTriedAgain(Switch own, Connection owner) throws Exception {
    execute(owner, "create role " + ROLE + " login password 'correct-horse'");
    Path password = Files.writeString(Files.createDirectories(own.home().resolve("keys")).resolve("database.password"), "wrong-horse\n");
    var start = CompletableFuture.supplyAsync(own::tryStart);

    assertTold(own, 1, "password authentication failed for user \"" + ROLE + "\"", "Put the right password into " + password);
    Files.writeString(password, "correct-horse\n");
    assertTold(own, 2, "database \"" + DATABASE + "\" does not exist", "Create it, owned by " + ROLE);
    execute(owner, "create database " + DATABASE);
    assertTold(own, 3, "user " + ROLE + " may not create schemas", "grant create on database " + DATABASE + " to " + ROLE);
    execute(owner, "grant create on database " + DATABASE + " to " + ROLE);

    Switch.Result started = start.get(BOOT.toSeconds(), TimeUnit.SECONDS);
    assertThat(started.status()).as(started.output()).isZero();
    assertThat(started.output()).contains("your PostgreSQL").doesNotContain("-horse");
    assertThat(errors(own)).hasSize(3);
    assertThat(own.log()).doesNotContain("-horse");
  }

  private static void assertTold(Switch own, int count, String... words) {
    // What the start's summary shows, too.
    Path notes = own.home().resolve("karaf/notes");
    Waiting.until("it is told: " + words[0], () -> Files.exists(notes) && read(notes).contains(words[0]), BOOT);
    assertThat(read(notes)).contains(words);
    assertThat(errors(own)).hasSize(count);
    assertThat(errors(own).get(count - 1)).contains("The database does not start").contains(words);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> errors(Switch own) {
    return own.log().lines().filter(line -> line.contains(" ERROR ")).toList();
  }

  private static void talk(Trunk trunk) {
    int before = trunk.peer().calls(NUMBER).size();
    OutgoingCall call = trunk.phone().call(NUMBER);
    IncomingCall rings = trunk.peer().awaitCall(NUMBER, before + 1, SOON);
    rings.answer();
    World.talk(call);
    call.hangup();
    rings.awaitHangup(SOON);
  }

  private static BigDecimal booked(String url, Subscriber account) throws SQLException {
    try (Connection there = DriverManager.getConnection(url, ROLE, "correct-horse");
        var calls = there.prepareStatement("select coalesce(sum(amount), 0) from ledger.entry where party = 'ACCOUNT' and party_id = ? and call is not null")) {
      calls.setInt(1, account.id());
      try (var sum = calls.executeQuery()) {
        sum.next();
        return sum.getBigDecimal(1);
      }
    }
  }

  private static void execute(Connection owner, String sql) throws SQLException {
    try (Statement statement = owner.createStatement()) {
      statement.execute(sql);
    }
  }
}

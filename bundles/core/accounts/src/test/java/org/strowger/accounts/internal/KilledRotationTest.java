package org.strowger.accounts.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.strowger.accounts.api.NewAccount;
import org.strowger.kernel.AccountId;
import org.strowger.kernel.CustomerId;
import org.strowger.testkit.postgres.TestDatabase;

/** A process that seals all passwords under a new key is killed with SIGKILL at seeded instants: every password opens all the same. */
class KilledRotationTest {

  /** Some more than two transactions of a rotation. */
  private static final int ACCOUNTS = 450;

  private final long seed = Long.getLong("seed", System.nanoTime());
  private final int kills = "full".equals(System.getProperty("strowger.size")) ? 20 : 3;
  private final Random random = new Random(seed);

  @TempDir
  Path home;

  @Test
  void everyPasswordOpensWhateverMomentTheProcessIsKilled() throws Exception {
    try (var database = TestDatabase.open(); var switchboard = new AccountsFixture(database, home)) {
      Map<AccountId, String> passwords = accounts(switchboard);
      long whole = run(database, Long.MAX_VALUE);
      check(database, passwords, "after a whole rotation");

      int cut = 0;
      for (int i = 0; i < kills; i++) {
        long after = random.nextLong(whole);
        run(database, after);
        try (var next = new AccountsFixture(database, home)) {
          boolean half = next.rotation.status().sealed() > 0;
          check(database, passwords, "seed " + seed + ", killed after " + after / 1000 + " us");
          KeyRotation.Report second = next.rotation.rotate();
          assertThat(second.resumed()).as("goes on where it was cut off, seed %d", seed).isEqualTo(half);
          assertThat(second.sealed()).isPositive();
          assertThat(next.rotation.status().sealed()).isZero();
          cut += half ? 1 : 0;
        }
        check(database, passwords, "seed " + seed + ", after the second rotation");
      }
      System.out.println("| kill -9 of switch:keys rotate | " + kills + " kills, " + cut + " of them half-way through " + ACCOUNTS + " accounts | every password opened | seed " + seed + " |");
    }
  }

  /** A key that was cut off before it had its name is not taken for one. */
  @Test
  void halfAKeyIsNoKey() throws Exception {
    try (var database = TestDatabase.open(); var switchboard = new AccountsFixture(database, home)) {
      Map<AccountId, String> passwords = Map.of(switchboard.accounts.create(CustomerId.ROOT, AccountsFixture.account("1001"), Map.of(), "test").account().id(), "unknown");
      Files.writeString(home.resolve("keys/voip-29991231T235959999-ffffffff.tmp"), "3f");

      assertThat(switchboard.rotation.rotate().sealed()).isEqualTo(passwords.size());
      try (var next = new AccountsFixture(database, home)) {
        AccountId id = passwords.keySet().iterator().next();
        assertThat(next.secrets.open(id, next.store.find(id).orElseThrow().voipSealed()).password()).hasSize(16);
      }
    }
  }

  private static Map<AccountId, String> accounts(AccountsFixture switchboard) {
    var passwords = new HashMap<AccountId, String>();
    for (int i = 0; i < ACCOUNTS; i++) {
      NewAccount.Created made = switchboard.accounts.create(CustomerId.ROOT, AccountsFixture.account("a" + i), Map.of(), "test");
      passwords.put(made.account().id(), made.voipPassword());
    }
    return passwords;
  }

  /** @return how long it rotated, in nanoseconds */
  private long run(TestDatabase database, long killAfter) throws Exception {
    var command = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m", "-XX:TieredStopAtLevel=1", "-cp",
        System.getProperty("java.class.path"), RotatingChild.class.getName(), home.toString());
    command.environment().put("STROWGER_TEST_URL", database.jdbcUrl());
    command.environment().put("STROWGER_TEST_USER", database.user());
    command.environment().put("STROWGER_TEST_PASSWORD", database.password());
    command.redirectError(new File("target", "rotating-child.log"));
    Process child = command.start();
    try (BufferedReader said = child.inputReader()) {
      String line = said.readLine();
      assertThat(line).as("see target/rotating-child.log").isEqualTo("rotating");
      long begin = System.nanoTime();
      if (killAfter == Long.MAX_VALUE) {
        assertThat(said.readLine()).isEqualTo("done");
        return System.nanoTime() - begin;
      }
      while (System.nanoTime() - begin < killAfter) {
        LockSupport.parkNanos(20_000);
      }
      return killAfter;
    } finally {
      child.toHandle().destroyForcibly();
      assertThat(child.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  /** As the next process does: with nothing but the database and the key files. */
  private void check(TestDatabase database, Map<AccountId, String> passwords, String when) {
    try (var next = new AccountsFixture(database, home)) {
      passwords.forEach((id, password) ->
          assertThat(next.secrets.open(id, next.store.find(id).orElseThrow().voipSealed()).password()).as("password of %s, %s", id, when).isEqualTo(password));
    }
  }
}

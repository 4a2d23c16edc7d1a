package org.strowger.ledger.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.strowger.billing.api.Cdr;
import org.strowger.billing.api.CdrQuery;
import org.strowger.billing.api.Payer;
import org.strowger.kernel.AccountId;
import org.strowger.kernel.CallId;
import org.strowger.kernel.Time;
import org.strowger.testkit.postgres.TestDatabase;

/**
 * A process with calls up is killed with SIGKILL at seeded instants: between journal, settlement and commit. Every
 * call it was promised something about has one CDR and one charge per payer.
 */
class CrashTest {

  private static final Path LOCAL = World.folder();

  private final long seed = Long.getLong("seed", System.nanoTime());
  private final int kills = Integer.getInteger("kills", Size.of(3, 20));
  private final Random random = new Random(seed);
  private final Map<Long, Instant> answered = new HashMap<>();
  private final Map<Long, Duration> ending = new HashMap<>();
  private final Set<Long> settled = new HashSet<>();
  private long calls;
  private long closed;

  @Test
  void everyCallIsChargedOnceWhateverMomentTheProcessIsKilled() throws Exception {
    System.out.println("seed " + seed);
    try (TestDatabase database = TestDatabase.open()) {
      try (OpenLedger open = open(database, "parent")) {
        for (int i = 1; i <= CrashChild.CALLERS; i++) {
          open.funds.open(Payer.of(new AccountId(i)), World.usd("1000"), World.usd("0"), "test");
        }
        open.funds.open(CrashChild.CARRIER, World.usd("0"), World.usd("0"), "test");
      }
      for (int i = 0; i < kills; i++) {
        answered.clear();
        ending.clear();
        settled.clear();
        Instant killed = runAndKill(database, "child-" + i);
        try (OpenLedger open = open(database, "parent-" + i)) {
          check(database, open, killed);
        }
      }
      System.out.println("| kill -9 of the ledger | " + kills + " kills, " + calls + " answered calls, " + closed + " closed after a crash | each charged once | seed " + seed + " |");
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("seed " + seed, e);
    }
  }

  private static OpenLedger open(TestDatabase database, String boot) {
    return new OpenLedger(database, Time.SYSTEM, World.NODE, boot, World.config(), LOCAL, false);
  }

  /** @return when it was certainly dead */
  private Instant runAndKill(TestDatabase database, String boot) throws IOException, InterruptedException {
    var command = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m", "-cp", System.getProperty("java.class.path"),
        CrashChild.class.getName(), Long.toString(random.nextLong()), boot);
    command.environment().put("STROWGER_TEST_URL", database.jdbcUrl());
    command.environment().put("STROWGER_TEST_USER", database.user());
    command.environment().put("STROWGER_TEST_PASSWORD", database.password());
    command.environment().put("STROWGER_TEST_LOCAL", LOCAL.toString());
    command.redirectError(new File("target", "crash-child.log"));
    Process child = command.start();
    try (BufferedReader lines = child.inputReader()) {
      int until = 100 + random.nextInt(2_000);
      for (int i = 0; i < until; i++) {
        String line = lines.readLine();
        assertThat(line).as("the child ended by itself; see target/crash-child.log").isNotNull();
        note(line);
      }
      LockSupport.parkNanos(random.nextInt(3_000_000));
      // By its handle: the process itself would close its output, and what it said last would be lost.
      child.toHandle().destroyForcibly();
      assertThat(child.waitFor(20, TimeUnit.SECONDS)).isTrue();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        note(line);
      }
    } finally {
      child.destroyForcibly();
    }
    return Instant.now();
  }

  private void note(String line) {
    String[] words = line.split(" ");
    long call = Long.parseLong(words[1]);
    switch (words[0]) {
      case "A" -> answered.put(call, Instant.ofEpochMilli(Long.parseLong(words[2])));
      case "S" -> ending.put(call, Duration.ofNanos(Long.parseLong(words[2])));
      case "E" -> settled.add(call);
      default -> throw new AssertionError("the child said " + line);
    }
  }

  private void check(TestDatabase database, OpenLedger open, Instant killed) {
    int crashed = 0;
    for (long call : answered.keySet()) {
      List<Cdr> cdrs = open.cdrs.find(CdrQuery.ofCall(new CallId(call)));
      assertThat(cdrs).as("CDRs of call " + call).hasSize(2).extracting(Cdr::payer).doesNotHaveDuplicates();
      for (Cdr cdr : cdrs) {
        assertThat(cdr.rate().cost(cdr.billedSeconds())).isEqualTo(cdr.cost());
        if (cdr.crashed()) {
          crashed++;
          assertThat(settled).as("settled calls that are closed as crashed").doesNotContain(call);
          assertThat(cdr.end().duration()).isLessThanOrEqualTo(Duration.between(answered.get(call).minusMillis(1), killed));
        } else {
          assertThat(cdr.end().duration()).as("duration of call " + call).isEqualTo(ending.get(call));
        }
      }
    }
    System.out.println(answered.size() + " calls answered, " + settled.size() + " settled, " + crashed / 2 + " closed after the crash");
    assertThat(settled).isNotEmpty();
    calls += answered.size();
    closed += crashed / 2;
    assertThat(open.ledger.holds()).isEmpty();
    assertThat(number(database, "select count(*) from ledger.journal")).isZero();
    assertThat(number(database, "select count(*) from ledger.journal_share")).isZero();
    assertThat(number(database, "select count(*) from (select call from ledger.cdr group by call, payer_kind, payer_id having count(*) > 1) x")).isZero();
    assertThat(number(database, "select count(*) from ledger.cdr c where cost <> (select coalesce(-sum(e.amount), 0) from ledger.entry e "
        + "where e.call = c.call and e.party = c.payer_kind and e.party_id = c.payer_id)")).isZero();
    assertThat(number(database, "select count(*) from ledger.balance b where balance <> "
        + "(select coalesce(sum(amount), 0) from ledger.entry e where e.party = b.payer_kind and e.party_id = b.payer_id)")).isZero();
  }

  private static long number(TestDatabase database, String sql) {
    return database.tx().required(() -> {
      try (var statement = database.tx().connection().createStatement(); var rows = statement.executeQuery(sql)) {
        rows.next();
        return rows.getLong(1);
      }
    });
  }
}

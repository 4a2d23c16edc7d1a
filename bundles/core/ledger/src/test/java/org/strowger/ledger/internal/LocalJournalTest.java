package org.strowger.ledger.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.strowger.ledger.internal.World.pays;
import static org.strowger.ledger.internal.World.rate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.strowger.billing.api.CdrQuery;
import org.strowger.billing.api.Payer;
import org.strowger.billing.api.Reservation;
import org.strowger.billing.api.Reservation.Granted;
import org.strowger.billing.api.Settlement;
import org.strowger.kernel.AccountId;
import org.strowger.kernel.CallId;
import org.strowger.kernel.Health;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.Unavailable;
import org.strowger.testkit.Waiting;
import org.strowger.testkit.postgres.TestDatabase;

/** The database is away while calls are up: they go on, what they cost is on the local disk, and afterwards it is booked once, also if the process dies meanwhile. */
class LocalJournalTest {

  private World world = new World(TestDatabase.open());

  @AfterEach
  void close() {
    world.close();
  }

  private CallId callUp(Payer payer) {
    CallId call = world.ids.nextCall();
    world.reserve(call, pays(payer, rate("0.6", 1, 1)));
    World.get(world.open.ledger.answered(world.facts(call), world.time.now()));
    return call;
  }

  private CompletionStage<Settlement> hangUp(CallId call, Instant connected, Duration talked) {
    return world.open.ledger.settle(world.facts(call), world.hungUp(connected, talked), List.of());
  }

  /** Five seconds in which the database is asked and does not answer. */
  private void lose() {
    world.lost.away = true;
    for (int i = 0; i < 5; i++) {
      second();
    }
  }

  private void second() {
    world.time.move(Duration.ofSeconds(1));
    world.open.tick();
    world.open.note();
  }

  /** What a killed process leaves in the memory of this one. */
  private record Dead(OpenLedger open, LostDatabase lost) {
    void close() {
      lost.away = false;
      open.close();
    }
  }

  /** The process is killed: it writes nothing any more, and nothing is closed but what the operating system closes. */
  private Dead kill() {
    // What is on its way to the disk comes there now, not minutes later by the clock of the test.
    World.get(CompletableFuture.runAsync(() -> { }, world.open.disk));
    world.open.lock.close();
    world.lost.away = true;
    return new Dead(world.open, world.lost);
  }

  private List<Path> files() {
    try (Stream<Path> files = Files.list(world.local)) {
      return files.toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private boolean noted(String kind) {
    try {
      for (Path file : files()) {
        if (Files.readString(file).lines().anyMatch(line -> line.startsWith(kind + "1\t", 9))) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void whatEndedIsBookedWhenTheDatabaseIsBackAndTheFileGoes() {
    Payer payer = world.account("10", "0");
    Instant connected = world.time.now();
    CallId call = callUp(payer);
    lose();
    CompletionStage<Settlement> settling = hangUp(call, connected, Duration.ofSeconds(7));
    second();
    Waiting.until("the end is noted", () -> noted("S"));
    assertThat(files()).singleElement().satisfies(file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------"));

    world.lost.away = false;

    assertThat(World.get(settling).cdrs()).singleElement().satisfies(cdr -> assertThat(cdr.cost()).isEqualTo(World.usd("0.07")));
    second();
    second();
    Waiting.until("all is replayed", () -> files().isEmpty());
    assertThat(world.balance(payer)).isEqualByComparingTo("9.93");
    assertThat(world.held(payer)).isZero();
  }

  @Test
  void aKillDuringTheOutageLosesNoEndAndNoMoreThanTheLastSecondsOfTheOthers() throws IOException {
    Payer payer = world.account("10", "0");
    Instant connected = world.time.now();
    CallId ended = callUp(payer);
    CallId up = callUp(payer);
    lose();
    hangUp(ended, connected, Duration.ofMillis(4_400));
    assertThat(world.extend(up)).isEqualTo(new Granted(Duration.ofSeconds(30), false));
    for (int i = 0; i < 14; i++) {
      second();
    }
    Waiting.until("both ends and heartbeats are noted", () -> noted("S") && noted("X") && beats() >= 15);
    Dead dead = kill();
    Path file = files().get(0);
    // A line that was being written when it died.
    Files.writeString(file, "deadbeef\tS1\t2026-11", java.nio.file.StandardOpenOption.APPEND);
    String left = Files.readString(file);
    world.time.move(Duration.ofMinutes(3));

    world.start("boot-2");

    assertThat(world.cdr(ended).crashed()).isFalse();
    assertThat(world.cdr(ended).end().duration()).isEqualTo(Duration.ofMillis(4_400));
    assertThat(world.cdr(ended).cost()).isEqualTo(World.usd("0.04"));
    assertThat(world.cdr(up).crashed()).isTrue();
    assertThat(world.cdr(up).end().duration()).as("19 s until the kill, of 30 s granted").isEqualTo(Duration.ofMillis(18_800));
    assertThat(world.open.ledger.holds()).isEmpty();
    assertThat(files()).isEmpty();
    assertThat(world.number("select count(*) from ledger.journal")).isZero();
    var balance = world.balance(payer);

    Files.writeString(file, left);
    Dead second = kill();
    world.start("boot-3");
    assertThat(world.balance(payer)).as("replayed again").isEqualByComparingTo(balance);
    assertThat(world.open.cdrs.find(CdrQuery.ofCall(ended))).hasSize(1);
    assertThat(files()).isEmpty();
    dead.close();
    second.close();
    assertThat(world.balance(payer)).as("the dead one's writer tried on").isEqualByComparingTo(balance);
  }

  private long beats() {
    try {
      return Files.readString(files().get(0)).lines().filter(line -> line.startsWith("H1\t", 9)).count();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Eight seconds in which the database does not answer a heartbeat, and the local disk has the signs of life. */
  private void hang() {
    for (int i = 0; i < 8; i++) {
      world.time.move(Duration.ofSeconds(1));
      world.open.note();
      World.get(CompletableFuture.runAsync(() -> { }, world.open.disk));
    }
  }

  /** By then the ledger has taken the outage for over, and the file away. */
  private Duration durationAfterAKill(CallId call) {
    world.open.note();
    Dead dead = kill();
    world.start("boot-2");
    dead.close();
    assertThat(world.cdr(call).crashed()).isTrue();
    return world.cdr(call).end().duration();
  }

  @Test
  void aHeartbeatThatWaitedForItsConnectionSaysWhatIsTrueThen() {
    CallId call = callUp(world.account("10", "0"));
    world.lost.connecting = this::hang;
    world.open.pulse();
    assertThat(durationAfterAKill(call)).isEqualTo(Duration.ofMillis(7_800));
    assertThat(files()).isEmpty();
  }

  /** It is eight seconds old when it is there: the signs of life on the local disk are younger. */
  @Test
  void aHeartbeatWhoseCommitHungTakesNoYoungerSignOfLifeAway() {
    CallId call = callUp(world.account("10", "0"));
    world.lost.committing = this::hang;
    world.open.pulse();
    assertThat(files()).hasSize(1);
    assertThat(durationAfterAKill(call)).isEqualTo(Duration.ofMillis(7_800));
  }

  @Test
  void holdsExtendUpToTheCeiling() {
    world.close();
    world = new World(TestDatabase.open(), World.config(Outage.NewCalls.REFUSE, "0.50"));
    Payer payer = world.account("10", "0");
    CallId call = callUp(payer);
    lose();

    assertThat(world.extend(call)).isEqualTo(new Granted(Duration.ofSeconds(30), false));
    assertThat(world.extend(call)).as("0.10 was held before, 0.50 more may be").isEqualTo(new Granted(Duration.ofSeconds(60), false));
    assertThat(world.open.ledger.holds()).singleElement().satisfies(hold -> assertThat(hold.amount()).isEqualTo(World.usd("0.60")));

    world.lost.away = false;
    second();
    assertThat(world.extend(call)).as("the ceiling is of the outage").isEqualTo(new Granted(Duration.ofSeconds(100), false));
  }

  @Test
  void newCallsAreRefusedUnlessTheOperatorSaysOtherwise() {
    Payer payer = world.account("10", "0");
    callUp(payer);
    lose();
    assertThatThrownBy(() -> world.reserve(world.ids.nextCall(), pays(payer, rate("0.6", 1, 1)))).isInstanceOf(Unavailable.class);
  }

  @Test
  void newCallsThatAreAllowedStandOnTheLocalDisk() {
    world.close();
    world = new World(TestDatabase.open(), World.config(Outage.NewCalls.ALLOW, "25"));
    Payer payer = world.account("10", "0");
    Payer stranger = Payer.of(new AccountId(77));
    callUp(payer);
    lose();

    assertThatThrownBy(() -> world.reserve(world.ids.nextCall(), pays(stranger, rate("0.6", 1, 1)))).as("whose money nobody knows").isInstanceOf(Unavailable.class);
    CallId dies = callUp(payer);
    CallId lives = callUp(payer);
    Reservation extended = world.extend(lives);
    assertThat(extended).isEqualTo(new Granted(Duration.ofSeconds(30), false));
    assertThat(noted("A")).as("durable before the 200").isTrue();
    Instant connected = world.time.now();
    hangUp(dies, connected, Duration.ofSeconds(2));
    second();
    world.lost.away = false;
    second();
    Waiting.until("the extension is written", () -> world.number("select count(*) from ledger.journal where granted = 30").intValue() == 1);
    Waiting.until("its CDR is written", () -> world.open.cdrs.find(CdrQuery.ofCall(dies)).size() == 1);
    second();
    second();
    Waiting.until("all is replayed", () -> files().isEmpty());

    Dead dead = kill();
    world.start("boot-2");
    assertThat(world.cdr(lives).crashed()).isTrue();
    assertThat(world.cdr(dies).cost()).isEqualTo(World.usd("0.02"));
    assertThat(world.number("select count(*) from ledger.journal")).isZero();
    dead.close();
  }

  @Test
  void aCallThatWasAnsweredInTheOutageIsClosedAfterAKill() {
    world.close();
    world = new World(TestDatabase.open(), World.config(Outage.NewCalls.ALLOW, "25"));
    Payer payer = world.account("10", "0");
    callUp(payer);
    lose();
    CallId call = callUp(payer);
    for (int i = 0; i < 5; i++) {
      second();
    }
    Waiting.until("heartbeats are noted", () -> beats() >= 6);
    Dead dead = kill();

    world.start("boot-2");

    assertThat(world.cdr(call).crashed()).isTrue();
    assertThat(world.cdr(call).end().duration()).isBetween(Duration.ofSeconds(4), Duration.ofSeconds(5));
    dead.close();
  }

  @Test
  void anEndThatWaitsWhenTheBundleIsReplacedIsBookedByTheNext() {
    Payer payer = world.account("10", "0");
    Instant connected = world.time.now();
    CallId call = callUp(payer);
    lose();
    hangUp(call, connected, Duration.ofSeconds(3));
    world.open.close();
    assertThat(noted("S")).isTrue();
    world.lost.away = false;

    world.start("boot-1");

    assertThat(world.cdr(call).cost()).isEqualTo(World.usd("0.03"));
    assertThat(world.cdr(call).crashed()).isFalse();
    assertThat(world.open.ledger.holds()).isEmpty();
    assertThat(files()).isEmpty();
  }

  @Test
  void whatCannotBeReadIsKeptAndTheRestIsBooked() throws IOException {
    Payer payer = world.account("10", "0");
    Instant connected = world.time.now();
    CallId lost = callUp(payer);
    CallId call = callUp(payer);
    lose();
    hangUp(lost, connected, Duration.ofSeconds(2));
    hangUp(call, connected, Duration.ofSeconds(3));
    second();
    Waiting.until("the end is noted", () -> noted("S"));
    Dead dead = kill();
    Path file = files().get(0);
    var lines = new java.util.ArrayList<>(Files.readAllLines(file));
    lines.replaceAll(line -> line.contains("abc-" + lost + "@") ? line.replace("hung up", "hung in") : line);
    Files.write(file, lines);

    world.start("boot-2");

    assertThat(world.cdr(call).cost()).isEqualTo(World.usd("0.03"));
    assertThat(world.cdr(lost).crashed()).isTrue();
    assertThat(files()).singleElement().asString().contains(".refused-");
    assertThat(world.open.health().state()).isEqualTo(Health.State.DEGRADED);
    assertThat(world.open.health().detail()).contains(files().get(0).getFileName().toString());
    Files.delete(files().get(0));
    assertThat(world.open.health().state()).as("looked after").isEqualTo(Health.State.OK);
    dead.close();
  }

  /** It is charged once: what is missing an operator has to book, so nothing of it is thrown away. */
  @Test
  void anEndThatComesBackAfterItsCallWasClosedAsCrashedIsKept() throws IOException {
    Payer payer = world.account("10", "0");
    Instant connected = world.time.now();
    CallId lost = callUp(payer);
    lose();
    hangUp(lost, connected, Duration.ofSeconds(5));
    second();
    Waiting.until("the end is noted", () -> noted("S"));
    Dead dead = kill();
    Path file = files().get(0);
    String whole = Files.readString(file);
    Files.writeString(file, whole.replace("hung up", "hung in"));
    world.start("boot-2");
    assertThat(world.cdr(lost).crashed()).isTrue();
    assertThat(world.cdr(lost).end().duration()).isLessThan(Duration.ofSeconds(5));
    var balance = world.balance(payer);

    Files.delete(files().get(0));
    Files.writeString(file, whole);
    Dead second = kill();
    world.start("boot-3");

    assertThat(world.balance(payer)).isEqualByComparingTo(balance);
    assertThat(files()).singleElement().satisfies(kept -> assertThat(kept.toString()).contains(".refused-"));
    assertThat(Files.readString(files().get(0))).isEqualTo(whole);
    assertThat(world.open.health().state()).isEqualTo(Health.State.DEGRADED);
    Files.delete(files().get(0));
    dead.close();
    second.close();
  }

  /** Signs of life behind a line that cannot be read say nothing of the call whose end that was. */
  @Test
  void aCallWhoseEndCannotBeReadIsClosedNoLaterThanItEnded() throws IOException {
    Payer payer = world.account("10", "0");
    Instant connected = world.time.now();
    CallId lost = callUp(payer);
    lose();
    Waiting.until("heartbeats are noted", () -> !files().isEmpty() && beats() >= 4);
    hangUp(lost, connected, Duration.ofSeconds(5));
    for (int i = 0; i < 4; i++) {
      second();
    }
    Waiting.until("the end and later heartbeats are noted", () -> noted("S") && beats() >= 6);
    Dead dead = kill();
    Path file = files().get(0);
    Files.writeString(file, Files.readString(file).replace("hung up", "hung in"));

    world.start("boot-2");

    assertThat(world.cdr(lost).crashed()).isTrue();
    assertThat(world.cdr(lost).end().duration()).as("of 10 s granted").isBetween(Duration.ofSeconds(3), Duration.ofSeconds(5));
    dead.close();
  }

  @Test
  void aDiskThatWasFullForAMomentLeavesNoHalfLine() throws IOException {
    var full = new java.util.concurrent.atomic.AtomicBoolean();
    Path folder = World.folder();
    var journal = new LocalJournal(folder, "boot", (file, bytes) -> {
      if (full.get()) {
        bytes.limit(bytes.remaining() / 2);
        file.write(bytes);
        throw new IOException("no space left on device");
      }
      file.write(bytes);
    });
    var extended = List.<Write>of(new Write.Extended(new CallId(7), 30, 40));
    journal.append(extended, world.time.now());
    full.set(true);
    assertThatThrownBy(() -> journal.append(extended, world.time.now())).isInstanceOf(IOException.class);
    full.set(false);
    journal.append(extended, world.time.now());

    assertThat(LocalJournal.left(folder)).singleElement().satisfies(found -> {
      assertThat(found.whole()).isTrue();
      assertThat(found.writes()).hasSize(2);
      assertThat(found.boot()).isEqualTo("boot");
    });
    journal.clear();
  }

  /** An instance that is being replaced may note the last ends when the next one is at work already. */
  @Test
  void whatAnotherInstanceNotesIsNotTakenAway() throws IOException {
    Path folder = World.folder();
    var old = new LocalJournal(folder, "boot");
    var next = new LocalJournal(folder, "boot");
    old.append(List.of(new Write.Extended(new CallId(7), 30, 40)), null);
    assertThat(next.isEmpty()).as("it has nothing to take away").isTrue();
    next.append(List.of(new Write.Extended(new CallId(8), 30, 40)), null);
    next.clear();
    assertThat(LocalJournal.left(folder)).singleElement().satisfies(found -> {
      assertThat(found.boot()).isEqualTo("boot");
      assertThat(found.writes()).extracting(Write::call).containsExactly(new CallId(7));
    });
    old.close();
  }

  /** One payer is short of the ceiling, which ends with the outage; the other has no more money at all. */
  @Test
  void theLastSecondsOfWhoHasNoMoreAreTheLastWhateverTheCeiling() {
    world.close();
    world = new World(TestDatabase.open(), World.config(Outage.NewCalls.REFUSE, "0.50"));
    Payer rich = world.account("10", "0");
    Payer poor = world.account("0.15", "0");
    CallId call = world.ids.nextCall();
    world.reserve(call, List.of(new org.strowger.billing.api.Share(rich, rate("0.6", 1, 1), true), new org.strowger.billing.api.Share(poor, rate("0.6", 1, 1), true)));
    World.get(world.open.ledger.answered(world.facts(call), world.time.now()));
    lose();
    assertThat(world.extend(call)).isEqualTo(new Granted(Duration.ofSeconds(15), true));
  }

  @Test
  void aCallWhoseEndTheDatabaseWasToldItselfIsNotTakenForOneThatIsUp() throws IOException {
    world.close();
    world = new World(TestDatabase.open(), World.config(Outage.NewCalls.ALLOW, "25"));
    Payer payer = world.account("10", "0");
    callUp(payer);
    lose();
    CallId call = callUp(payer);
    Instant connected = world.time.now();
    Path file = files().get(0);
    String left = Files.readString(file);
    world.lost.away = false;
    second();
    world.settle(world.facts(call), world.hungUp(connected, Duration.ofSeconds(2)));
    second();
    second();
    Waiting.until("all is replayed", () -> files().isEmpty());
    world.open.close();
    Files.writeString(file, left);

    world.start("boot-1");

    assertThat(world.open.ledger.holds()).extracting(org.strowger.billing.api.Hold::call).doesNotContain(call);
    assertThat(world.open.cdrs.find(CdrQuery.ofCall(call))).hasSize(1);
  }

  @Test
  void aCeilingThatIsNoAmountIsNamed() {
    assertThatThrownBy(() -> new World(TestDatabase.open(), World.config(Outage.NewCalls.REFUSE, "much"))).isInstanceOf(InvalidInput.class)
        .hasMessageContaining("outageCeiling").hasMessageContaining("much");
  }
}

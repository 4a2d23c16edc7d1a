package org.strowger.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.strowger.scenarios.World.SOON;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.strowger.phone.Behaviour;
import org.strowger.phone.Call.State;
import org.strowger.phone.Waiting;
import org.strowger.scenarios.Audit.Found;
import org.strowger.scenarios.Audit.Kill;
import org.strowger.scenarios.Generator.Made;
import org.strowger.scenarios.Generator.Talk;
import org.strowger.scenarios.World.Subscriber;

/** PostgreSQL is killed under load, again and again: no call that is up drops, the switch has it back by itself, and each second is paid once. */
@AnotherSwitch
class DatabaseKillScenario {

  private static final int KILLS = Size.of(2, 10);
  private static final int PER_SECOND = Size.of(10, 20);
  private static final int STAYING = Size.of(20, 100);
  /** A busy machine may take longer in small size, where no time is asserted. */
  private static final Duration BACK = Duration.ofSeconds(Size.of(90, 15));
  private static final Duration BETWEEN_PROBES = Duration.ofMillis(200);

  private final long seed = Long.getLong("seed", System.nanoTime());
  private final Random random = new Random(seed);

  @Test
  void noCallDropsAndEachSecondIsPaidOnce() throws Exception {
    System.out.println("seed " + seed);
    try (Switch own = Switch.start("database-kill"); var generator = new Generator(new World(own), "")) {
      long pid = own.pid();
      var staying = new ArrayList<Made>();
      for (int i = 0; i < STAYING; i++) {
        Made made = generator.call(new Talk(Behaviour.answer(), Duration.ofHours(1)));
        made.out.awaitAnswered(SOON);
        staying.add(made);
      }
      generator.start(PER_SECOND, this::talk);
      var backs = new ArrayList<Long>();
      for (int i = 0; i < KILLS; i++) {
        Waiting.pass(Duration.ofMillis(2_000 + random.nextInt(4_000)));
        assertThat(Postgres.server(own).destroyForcibly()).isTrue();
        backs.add(back(generator));
        assertUp(staying, "before kill " + (i + 1));
      }
      generator.pause();
      Waiting.pass(Duration.ofSeconds(1));
      assertUp(staying, "all the time");
      staying.forEach(made -> made.out.hangup());
      Waiting.until("every call is over", () -> generator.up().isEmpty(), Duration.ofSeconds(30));
      World world = new World(own);
      Waiting.until("every call is settled", () -> world.rest.get("/calls").isEmpty(), Duration.ofSeconds(60));
      Waiting.until("the local journal is booked", () -> journals(own) == 0, SOON);
      for (Subscriber payer : generator.payers) {
        Waiting.until("nothing is held", () -> world.held(payer).signum() == 0, SOON);
      }

      Audit audit = Audit.of(own).balanced();
      assertThat(audit.journalled()).as("calls that the journal takes for up").isZero();
      Found found = audit.noneCut(generator.seen()).check(generator.seen(), Kill.NONE);
      assertThat(own.pid()).as("the switch itself was not restarted").isEqualTo(pid);
      List<Made> made = generator.made();
      System.out.printf("| PostgreSQL killed %d times | %d calls stayed up, %d of %d others answered | a new call goes through after %s ms |%n",
          KILLS, STAYING, found.calls() - STAYING, made.size() - STAYING, backs.stream().map(TimeUnit.NANOSECONDS::toMillis).toList());
    }
  }

  private static void assertUp(List<Made> staying, String when) {
    assertThat(staying).as("calls that were up %s", when).allMatch(made -> made.out.state() == State.ANSWERED && made.in().state() == State.ANSWERED);
  }

  private Talk talk() {
    return new Talk(Behaviour.answerAfter(Duration.ofMillis(random.nextInt(200))), Duration.ofMillis(100 + random.nextInt(4_000)));
  }

  /** @return nanoseconds until a call that was made after the kill was answered */
  private static long back(Generator generator) {
    long begin = System.nanoTime();
    var probes = new ArrayList<Made>();
    long[] last = {begin - BETWEEN_PROBES.toNanos()};
    // A server process that outlives the postmaster for a moment may take the first of them.
    Waiting.until("a new call goes through", () -> {
      if (System.nanoTime() - last[0] >= BETWEEN_PROBES.toNanos()) {
        last[0] = System.nanoTime();
        probes.add(generator.call(new Talk(Behaviour.answer(), Duration.ofMillis(200))));
      }
      return probes.stream().filter(probe -> probe.out.answeredNanos() != 0).count() >= 3;
    }, BACK);
    return System.nanoTime() - begin;
  }

  private static long journals(Switch own) {
    Path folder = own.home().resolve("journal");
    try (Stream<Path> files = Files.exists(folder) ? Files.list(folder) : Stream.empty()) {
      return files.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

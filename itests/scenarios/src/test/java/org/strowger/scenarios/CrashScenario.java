package org.strowger.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.strowger.scenarios.World.SOON;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.strowger.phone.Behaviour;
import org.strowger.phone.Exchange;
import org.strowger.phone.OutgoingCall;
import org.strowger.phone.Phone;
import org.strowger.phone.Waiting;
import org.strowger.scenarios.Audit.Found;
import org.strowger.scenarios.Audit.Kill;
import org.strowger.scenarios.Generator.Made;
import org.strowger.scenarios.Generator.Talk;
import org.strowger.scenarios.World.Subscriber;

/** The process is killed under load, again and again, and at last runs out of memory: afterwards the ledger says what the ends of the calls saw, and whoever was told that he is registered is. */
@OwnSwitch
class CrashScenario {

  /** When the switch is killed. */
  private enum When { BEFORE_ANSWER, AFTER_ANSWER, CANCELLED_ANSWER, BETWEEN_BYE_AND_COMMIT, INSIDE_A_BATCH, DURING_START, OUT_OF_MEMORY }

  private static final int KILLS = Size.of(2, 20);
  private static final int PER_SECOND = Size.of(15, 30);
  private static final int STAYING = 8;
  private static final int PHONES = 12;
  /** So many must have been told that they are registered; some of them a moment before a kill. */
  private static final int ENOUGH = PHONES * Size.of(1, 5) / 2;
  private static final Duration START_LIMIT = Duration.ofSeconds(20);
  /** Journal rows are on disk a few milliseconds after the callee's answer, ends 200 ms after the BYE. */
  private static final int ANSWER_MILLIS = 15;
  private static final int GATHER_MILLIS = 200;
  /** Calls that are cancelled while their answer becomes durable; not each one hits that moment. */
  private static final int CANCELLED = 12;

  private final long seed = Long.getLong("seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final List<Duration> readies = new ArrayList<>();

  @Test
  void whatTheEndsSawIsChargedOnceAndNoHoldSurvives() throws Exception {
    System.out.println("seed " + seed);
    try (Switch own = Switch.start("crash"); var people = new World(own)) {
      var registered = new ArrayList<Registering>();
      for (When when : kills()) {
        List<Registering> registering = registered.size() < ENOUGH ? Registering.some(people) : List.of();
        round(own, when, registering);
        registering.stream().filter(one -> one.acknowledged).forEach(registered::add);
      }
      outOfMemoryItIsStartedAgainByItself(own);
      assertThat(registered).hasSizeGreaterThanOrEqualTo(ENOUGH).allSatisfy(one -> one.assertCalled(people));
      if (Size.FULL) {
        assertThat(readies).as("from start to SIP").allMatch(ready -> ready.compareTo(START_LIMIT) < 0);
      }
      ProcessHandle watcher = process(own).parent().orElseThrow();
      own.stop();
      assertThat(Postgres.runs(watcher)).as("who watched over it runs on after the stop").isFalse();
    }
  }

  private static ProcessHandle process(Switch own) {
    return ProcessHandle.of(own.pid()).orElseThrow();
  }

  private void outOfMemoryItIsStartedAgainByItself(Switch own) throws Exception {
    ProcessHandle before = process(own);
    ProcessHandle watcher = before.parent().orElseThrow();
    ProcessHandle database = Postgres.server(own);
    round(own, When.OUT_OF_MEMORY, List.of());
    assertThat(process(own)).isNotEqualTo(before);
    assertThat(process(own).parent()).contains(watcher);
    assertThat(Postgres.server(own)).as("the PostgreSQL that was left behind").isEqualTo(database);
    assertThat(Files.readString(own.home().resolve("log/console.log")).lines().filter(line -> line.contains("strowger: "))).singleElement().asString()
        .contains("ended by itself: out of memory (process " + before.pid() + ", exit status 3)", "started again in 2 s");
  }

  /** Each instant as often as the others, in seeded order; in small size one during the start and another one. */
  private List<When> kills() {
    var kills = new ArrayList<When>();
    while (kills.size() < KILLS) {
      var all = new ArrayList<>(List.of(When.values()));
      Collections.shuffle(all, random);
      all.removeAll(List.of(When.DURING_START, When.OUT_OF_MEMORY));
      all.add(1, When.DURING_START);
      kills.addAll(all.subList(0, Math.min(all.size(), KILLS - kills.size())));
    }
    return kills;
  }

  private void round(Switch own, When when, List<Registering> registering) throws Exception {
    try (var generator = new Generator(new World(own), "")) {
      for (int i = 0; i < STAYING; i++) {
        generator.call(new Talk(Behaviour.answer(), Duration.ofMinutes(10)));
      }
      generator.start(PER_SECOND, this::talk);
      Waiting.pass(Duration.ofMillis(Size.of(4_000, 6_000) + random.nextInt(Size.of(1_500, 10_000))));
      int half = registering.size() / 2;
      registering.subList(0, half).forEach(Registering::begin);
      Waiting.until("half are acknowledged", () -> registering.subList(0, half).stream().allMatch(Registering::isAcknowledged), SOON);
      Kill kill = kill(own, when, generator, () -> registering.subList(half, registering.size()).forEach(Registering::begin));
      generator.pause();
      List<Generator.Seen> seen = generator.seen();
      generator.close();
      // Before the next process answers what is sent again.
      registering.forEach(Registering::freeze);
      if (when == When.DURING_START) {
        killDuringStart(own);
      }
      long begin = System.nanoTime();
      if (when == When.OUT_OF_MEMORY) {
        Waiting.until("SIP answers again", () -> own.run(Duration.ofSeconds(60), "status").status() == 0, Duration.ofSeconds(90));
        Waiting.until("the start is over", () -> Files.exists(own.home().resolve("karaf/ready")), Duration.ofSeconds(90));
      } else {
        own.start();
        readies.add(Duration.ofNanos(System.nanoTime() - begin));
      }
      long ready = System.nanoTime() - begin;

      Audit audit = Audit.of(own).balanced();
      Found found = audit.noneCut(seen).check(seen, kill);
      assertThat(found.crashed()).as("calls that were up").isGreaterThanOrEqualTo(STAYING);
      assertThat(audit.journalled()).as("calls that the journal takes for up").isZero();
      var after = new World(own);
      for (Subscriber payer : generator.payers) {
        assertThat(after.held(payer)).as("held for %s", payer.name()).isZero();
      }
      assertThat(after.rest.get("/calls")).isEmpty();
      System.out.printf("| %s | %d answered calls, %d of them up or just over | closed at most %d ms short, %d ms long | ready in %d ms |%n", when == When.OUT_OF_MEMORY ? when : "kill -9 " + when, found.calls(), found.crashed(),
          TimeUnit.NANOSECONDS.toMillis(found.shortest()), Math.max(0, TimeUnit.NANOSECONDS.toMillis(found.longest())), TimeUnit.NANOSECONDS.toMillis(ready));
    }
  }

  /** Most are short; some are up for longer than the first slice; every third is ended by the callee. */
  private Talk talk() {
    Duration ringing = Duration.ofMillis(random.nextInt(300));
    Duration talk = Duration.ofMillis(random.nextInt(10) < 7 ? 100 + random.nextInt(1_500) : 1_500 + random.nextInt(12_000));
    Behaviour callee = Behaviour.answerAfter(ringing);
    return random.nextInt(3) == 0 ? new Talk(callee.withHangupAfter(talk), Duration.ofMinutes(10)) : new Talk(callee, talk);
  }

  /** Of one more call, whose beginning and end are brought about here. @param last done when it has got so far, a moment before the kill */
  private Kill kill(Switch own, When when, Generator generator, Runnable last) throws Exception {
    if (when == When.CANCELLED_ANSWER) {
      cancelAnswers(generator);
      // Before what gathers is written.
      rest(random.nextInt(GATHER_MILLIS / 5 * 1_000), last);
      return Kill.now(own);
    }
    if (when == When.OUT_OF_MEMORY) {
      return exhaust(own);
    }
    Made probe = generator.call(new Talk(Behaviour.manual(), Duration.ofMinutes(10)));
    Waiting.until("the callee is called", () -> probe.in() != null, SOON);
    probe.in().answer();
    if (when == When.BEFORE_ANSWER) {
      rest(random.nextInt(ANSWER_MILLIS * 1_000), last);
      return Kill.now(own);
    }
    probe.out.awaitAnswered(SOON);
    if (when == When.AFTER_ANSWER) {
      rest(random.nextInt(ANSWER_MILLIS * 1_000), last);
      return Kill.now(own);
    }
    Waiting.pass(Duration.ofMillis(500 + random.nextInt(1_000)));
    probe.out.hangup();
    Waiting.until("the BYE is answered", () -> probe.seen().isOver(), SOON);
    rest(when == When.INSIDE_A_BATCH ? (GATHER_MILLIS - 15 + random.nextInt(30)) * 1_000 : random.nextInt(GATHER_MILLIS * 1_000), last);
    return Kill.now(own);
  }

  /** A plugin, which somebody's call asks, takes all the memory there is. */
  private static Kill exhaust(Switch own) throws Exception {
    Path jar = own.home().resolve("deploy/sample-nasty.jar");
    Files.copy(Path.of(System.getProperty("strowger.nasty")), jar);
    // Closed when the switch has gone: the INVITE is not sent again to the next process.
    try (var world = new World(own)) {
      Phone phone = world.phone(world.subscriber(), UnaryOperator.identity());
      Waiting.until("the plugin is there", () -> List.of("nasty-order", "nasty-open").stream().allMatch(own.shell("switch:plugins")::contains), Duration.ofSeconds(20));
      ProcessHandle process = process(own);
      long before = System.nanoTime();
      phone.call("open-exhaust-1");
      process.onExit().orTimeout(30, TimeUnit.SECONDS).join();
      return new Kill(before, System.nanoTime(), false);
    } finally {
      Files.delete(jar);
    }
  }

  /** The callee has answered, the caller has not heard of it and gives up: he is told 487, and owes nothing, whatever the journal said in between. */
  private void cancelAnswers(Generator generator) {
    var made = new ArrayList<Made>();
    for (int i = 0; i < CANCELLED; i++) {
      made.add(generator.call(new Talk(Behaviour.manual(), Duration.ofMinutes(10))));
    }
    // A busy machine may shed some.
    Waiting.until("each callee is called, or its caller refused", () -> made.stream().allMatch(one -> one.in() != null || one.seen().refused() != 0), SOON);
    List<Made> called = made.stream().filter(one -> one.in() != null).toList();
    assertThat(called).isNotEmpty();
    for (Made one : called) {
      one.in().answer();
      rest(random.nextInt(ANSWER_MILLIS * 1_000), () -> { });
      one.out.cancel();
    }
    Waiting.until("the last caller knows", () -> called.stream().map(Made::seen).allMatch(seen -> seen.refused() != 0 || seen.isAnswered()), SOON);
    System.out.println(called.stream().filter(one -> one.seen().refused() != 0).count() + " of " + called.size() + " answers were cancelled in time");
  }

  /** Once more, somewhere between its first instruction and its first call. */
  private void killDuringStart(Switch own) throws Exception {
    long before = own.pid();
    int limit = random.nextInt(8_000);
    var starting = CompletableFuture.supplyAsync(own::tryStart);
    Waiting.until("another process", () -> isAnother(own, before) || starting.isDone(), Duration.ofSeconds(60));
    assertThat(isAnother(own, before)).as("another process is there").isTrue();
    long begin = System.nanoTime();
    Waiting.until("the instant to kill it", () -> System.nanoTime() - begin > limit * 1_000_000L || starting.isDone(), Duration.ofSeconds(60));
    own.kill();
    starting.get(60, TimeUnit.SECONDS);
  }

  private static boolean isAnother(Switch own, long before) {
    try {
      return own.pid() != before && ProcessHandle.of(own.pid()).isPresent();
    } catch (NumberFormatException halfWritten) {
      return false;
    }
  }

  /** @param meanwhile at the beginning */
  private static void rest(int micros, Runnable meanwhile) {
    long end = System.nanoTime() + micros * 1_000L;
    meanwhile.run();
    for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  /** A phone whose REGISTER is under way when the switch is killed. */
  private static final class Registering {

    private final Subscriber subscriber;
    private final Phone phone;
    private Exchange register;
    /** Before the switch was killed. */
    private boolean acknowledged;

    private Registering(Subscriber subscriber, Phone phone) {
      this.subscriber = subscriber;
      this.phone = phone.onCall(Behaviour.answer());
    }

    static List<Registering> some(World world) {
      var some = new ArrayList<Registering>();
      for (int i = 0; i < PHONES; i++) {
        Subscriber subscriber = world.subscriber();
        some.add(new Registering(subscriber, world.phone(subscriber, UnaryOperator.identity())));
      }
      return some;
    }

    void begin() {
      register = phone.registration(Duration.ofMinutes(60), UnaryOperator.identity());
    }

    void freeze() {
      acknowledged = isAcknowledged();
    }

    boolean isAcknowledged() {
      return register.finalResponse().filter(response -> response.status() == 200).isPresent();
    }

    void assertCalled(World world) {
      assertThat(world.rest.get("/accounts/" + subscriber.id() + "/registrations")).hasSize(1);
      OutgoingCall call = world.phone(subscriber, UnaryOperator.identity()).call(subscriber.name());
      call.awaitAnswered(SOON);
      call.hangup();
    }
  }
}

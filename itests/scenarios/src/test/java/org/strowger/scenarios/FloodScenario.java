package org.strowger.scenarios;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.strowger.scenarios.World.NUMBER;
import static org.strowger.scenarios.World.SOON;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.strowger.phone.Behaviour;
import org.strowger.phone.OutgoingCall;
import org.strowger.phone.Phone;
import org.strowger.phone.PhoneTimeout;
import org.strowger.phone.Waiting;
import org.strowger.scenarios.Generator.Made;
import org.strowger.scenarios.Generator.Seen;
import org.strowger.scenarios.Generator.Talk;
import org.strowger.scenarios.World.Subscriber;

/** Several times what the switch can serve, and those who try passwords: who belongs here goes on. One after the other, on a switch of their own. */
@Execution(ExecutionMode.SAME_THREAD)
class FloodScenario {

  private static final String ADMISSION = "org.strowger.sip.admission.cfg";
  private static final String OFF = "source.perSecond = 0\nretryAfter.mostSeconds = 1\nban.failures = 5\n";
  private static final String DEFAULTS = OFF.replace("source.perSecond = 0\n", "");
  /** What was made before the flood is still valid at its end. */
  private static final Map<String, String> ETC = Map.of(ADMISSION, OFF, "org.strowger.sip.cfg",
      "sip.listen = udp:${strowger.sip.host}:${strowger.sip.port}, tcp:${strowger.sip.host}:${strowger.sip.port}\nsip.realm = strowger\nsip.digest.nonceSeconds = 300\n");
  /** The highest rate of calls at which none fails on this machine: {@code strowger bench sip --rounds 0 --find-c 20}. */
  private static final int C = Integer.getInteger("strowger.c", 750);
  private static final int PER_SECOND = Size.of(1250 * Runtime.getRuntime().availableProcessors(), Math.min(5 * C, 5000));
  private static final int SECONDS = Size.of(3, 60);
  private static final int CALLS_PER_SECOND = Size.of(5, C / 10);
  private static final Duration TALKS = Duration.ofSeconds(1);
  private static final Duration RECOVERY = Duration.ofSeconds(5);
  private static final int CALM_SECONDS = 30;
  /** An INVITE that nobody answers ends after 32 s. */
  private static final Duration OVER = Duration.ofSeconds(60);

  private static Switch at;
  private World world;
  @TempDir Path work;

  @BeforeAll
  static void start() {
    at = Switch.start("flood", ETC);
  }

  @AfterAll
  static void stop() {
    at.close();
  }

  @BeforeEach
  void open() {
    world = new World(at);
  }

  @AfterEach
  void close() throws Exception {
    world.close();
  }

  /**
   * A caller at 127.0.0.2 whose credentials are fresh, and whom he calls. He comes back when he was told to, as a busy machine may tell anybody.
   */
  private record Real(Phone patient, Phone to) {

    boolean completes() {
      OutgoingCall call = patient.call(to.user());
      boolean answered = call.awaitFinal(SOON).status() == 200;
      call.hangup();
      return answered;
    }
  }

  private Real real() {
    Subscriber alice = world.subscriber();
    Phone to = world.registered(world.subscriber()).onCall(Behaviour.answer());
    var real = new Real(world.phone(alice, builder -> builder.local("127.0.0.2:0").reuseNonce(true)), to);
    Waiting.until("a quiet switch", real::completes, SOON);
    return real;
  }

  private static Sprayer flood(World world, BusyPeer busy, int from, int sources) throws Exception {
    int carrier = world.carrier(busy.address(), null, "");
    Subscriber alice = world.account(world.plan(world.tariff("", "1=0.60")), world.group(carrier), "100000", "0");
    return new Sprayer(world.at.sip(), alice, NUMBER, from, sources).load(PER_SECOND * SECONDS);
  }

  /** Lets them call while the flood lasts, and asks every second whether somebody is there. @return milliseconds of the slowest answer to that */
  private static long during(Sprayer flood, Generator real, World world) {
    Phone prober = world.keep(Phone.builder().local("127.0.0.4:0").server(world.at.sip()).build());
    long slowest = 0;
    real.start(CALLS_PER_SECOND, () -> new Talk(Behaviour.answer(), TALKS));
    flood.start(PER_SECOND);
    for (long begin = System.nanoTime(), next = begin; flood.isGoing(); next += 1_000_000_000L) {
      long due = next;
      Waiting.until("the next second", () -> System.nanoTime() - due >= 0, OVER);
      long asked = System.nanoTime();
      assertThat(prober.options().status()).as("OPTIONS").isEqualTo(200);
      slowest = Math.max(slowest, (System.nanoTime() - asked) / 1_000_000);
    }
    real.pause();
    return slowest;
  }

  private static boolean isTaken(Made call) {
    return call.out.answeredNanos() != 0 || call.out.provisionals().stream().anyMatch(one -> one.status() > 100);
  }

  /** Whether the caller was told within a second when to come back. */
  private static boolean isTold(Made call) {
    long begin = call.out.first(one -> one.is("INVITE")).orElseThrow().nanos();
    return call.out.first(one -> one.is(503)).filter(told -> told.nanos() - begin < 1_000_000_000L && told.message().header("Retry-After").isPresent()).isPresent();
  }

  private static boolean isComplete(Made call) {
    Seen seen = call.seen();
    return seen.isAnswered() && seen.isOver() && !seen.isCut();
  }

  private static void complete(Made call) {
    try {
      Waiting.until("a call that rang is completed", () -> isComplete(call), SOON);
    } catch (PhoneTimeout e) {
      throw new AssertionError(e.getMessage() + "\n" + call.out.print(), e);
    }
  }

  @Test
  void aFloodFromEverywhereIsRefusedAndWhoWasTakenIsServed() throws Exception {
    if (!Size.FULL) {
      refuses("", at, world);
      assertThat(world.rest.get("/bans")).isEmpty();
      return;
    }
    assertThat(SippCalls.isThere()).as("sipp is installed (.ci/run does that)").isTrue();
    try (Switch fresh = Switch.start("flood-cold", ETC)) {
      for (String state : List.of("cold", "warm")) {
        try (var there = new World(fresh)) {
          refuses(state, fresh, there);
          assertThat(there.rest.get("/bans")).isEmpty();
        }
      }
    }
  }

  /** A flood from 250 sources, or a few at small size, and what became of those who called meanwhile; and that it is over when it is. */
  private void refuses(String state, Switch on, World there) throws Exception {
    HeapWatch heap = Size.FULL ? new HeapWatch(on) : null;
    Real real = Size.FULL ? null : real();
    try (var busy = new BusyPeer(); var callers = new Generator(there, "", "127.0.0.2", false); Sprayer flood = flood(there, busy, 1, Size.of(50, 250));
        SippCalls calm = Size.FULL ? new SippCalls(there, Files.createDirectories(work.resolve(state))) : null) {
      long slowest = during(flood, callers, there);
      long over = System.nanoTime();
      if (Size.FULL) {
        HeapWatch.Fill fill = heap.fill();
        Waiting.until("5 s are over", () -> System.nanoTime() - over > RECOVERY.toNanos(), SOON);
        long failed = calm.failed(C * 8 / 10, CALM_SECONDS);
        System.out.printf("| flood, %s | then %d calls a second for %d s | %d failed |%n", state, C * 8 / 10, CALM_SECONDS, failed);
        judge(state, flood, callers, slowest, fill);
        assertThat(failed).as("calls that failed after the flood").isZero();
        return;
      }
      Waiting.until("served as ever", real::completes, RECOVERY);
      for (int i = 0; i < 10; i++) {
        assertThat(real.completes()).as("call %s after the flood", i).isTrue();
      }
      judge(state, flood, callers, slowest, null);
    }
  }

  private void judge(String state, Sprayer flood, Generator callers, long slowest, HeapWatch.Fill fill) throws IOException {
    Waiting.until("every call is over", callers::isIdle, OVER);
    assertThat(flood.refused()).as("503 of %s, others %s", PER_SECOND * SECONDS, flood.others()).isPositive();
    List<Made> taken = callers.made().stream().filter(FloodScenario::isTaken).toList();
    List<Made> others = callers.made().stream().filter(call -> !isTaken(call)).toList();
    long told = others.stream().filter(FloodScenario::isTold).count();
    var ends = others.stream().collect(groupingBy(call -> call.out.awaitFinal(SOON).status(), counting()));
    System.out.printf("| flood%s of %d INVITEs at %d/s (sent at %d/s), C = %d | %d got 503, %d another answer, %d were lost at the socket | of %d real calls %d rang or were answered, %d of the other %d were told within 1 s"
            + " | OPTIONS within %d ms | %s | the others ended with %s |%n", state.isEmpty() ? "" : ", " + state, PER_SECOND * SECONDS, PER_SECOND, flood.perSecond(), C, flood.refused(), flood.others(), flood.lost(),
        callers.made().size(), taken.size(), told, others.size(), slowest, fill, ends);
    for (Made call : taken) {
      complete(call);
    }
    if (Size.FULL) {
      // on a machine that others use too the time is not ours to assert
      assertThat(flood.perSecond()).as("INVITEs sent a second, of %s", PER_SECOND).isGreaterThanOrEqualTo(PER_SECOND * 95 / 100);
      assertThat(flood.lost()).as("INVITEs that the switch's socket had no room for").isLessThanOrEqualTo(0);
      assertThat(told).as("told within a second, of %s", others.size()).isGreaterThanOrEqualTo((others.size() * 95L + 99) / 100);
      assertThat(slowest).as("OPTIONS").isLessThan(1000);
      assertThat(fill.before()).as("percent of -Xmx: %s", fill).isLessThan(80);
    } else {
      assertThat(others).allMatch(call -> call.out.awaitFinal(SOON).status() == 503 && call.out.awaitFinal(SOON).header("Retry-After").isPresent());
    }
  }

  @Test
  void aFloodOfOneSourceIsNotNoticedByTheOthers() throws Exception {
    Real real = real();
    try (var busy = new BusyPeer(); var callers = new Generator(world, "", "127.0.0.2", !Size.FULL); Sprayer flood = flood(world, busy, 251, 1)) {
      configure(DEFAULTS);
      Waiting.until("limits as shipped", () -> !at.shell("config:property-list --pid org.strowger.sip.admission").contains("source.perSecond"), SOON);
      assertThat(real.completes()).as("a call before the flood").isTrue();
      long slowest = during(flood, callers, world);
      Waiting.until("every call is over", callers::isIdle, OVER);
      List<Made> failed = callers.made().stream().filter(call -> !isTaken(call)).toList();
      System.out.printf("| flood of one source at %d/s, limits as shipped | %d got 503, %d another answer | of %d real calls %d failed | OPTIONS within %d ms |%n", flood.perSecond(),
          flood.refused(), flood.others(), callers.made().size(), failed.size(), slowest);
      // At small size a busy machine may refuse anybody for a moment, and he comes back.
      assertThat(failed).as("calls that failed").isEmpty();
      for (Made call : callers.made()) {
        complete(call);
      }
    } finally {
      configure(OFF);
    }
  }

  private static void configure(String text) throws Exception {
    Files.writeString(at.home().resolve("etc").resolve(ADMISSION), text);
  }

  @Test
  void whoGuessesPasswordsIsBannedUntilSomebodyLiftsItAndTheAccountIsNot() throws Exception {
    Subscriber bob = world.subscriber();
    var wrong = new Subscriber(bob.id(), bob.name(), "guess");
    Phone scanner = world.phone(wrong, builder -> builder.local("127.0.0.66:0").obeyRetryAfter(false));
    for (int i = 0; i < 5; i++) {
      assertThat(scanner.registration(Duration.ofMinutes(5), UnaryOperator.identity()).await(SOON).status()).isEqualTo(401);
    }
    assertThatThrownBy(() -> scanner.request("OPTIONS", "sip:" + at.sip(), UnaryOperator.identity()).await(Duration.ofMillis(600))).as("nothing of it is read").isNotNull();
    JsonNode listed = new ObjectMapper().readTree(at.shell("switch:bans --json"));
    assertThat(listed).hasSize(1);
    assertThat(listed.get(0).get("source").asText()).isEqualTo("127.0.0.66");
    assertThat(listed.get(0).get("effect").asText()).isEqualTo("banned");
    assertThat(listed.get(0).get("reason").asText()).isEqualTo("5 wrong passwords for 1 logins within 300 s");
    assertThat(listed.get(0).get("dropped").asLong()).isPositive();
    assertThat(world.registered(bob).received()).as("the account is not locked").isZero();
    assertThat(world.rest.get("/bans").get(0).get("source").asText()).isEqualTo("127.0.0.66");
    assertThat(world.rest.send("DELETE", "/bans/127.0.0.67", null).status()).isEqualTo(404);
    assertThat(at.shell("switch:bans --lift 127.0.0.66")).contains("(none)");
    Phone home = world.phone(bob, builder -> builder.local("127.0.0.66:0"));
    assertThat(home.register(Duration.ofMinutes(5)).status()).isEqualTo(200);
    assertThat(Files.readString(at.home().resolve("log/security.log"))).contains("127.0.0.66 is banned for 600 s").contains("lifts the ban of 127.0.0.66").doesNotContain("guess");
  }

  @Test
  void wrongPasswordsThatAreCancelledAtOnceAreBannedAndHarmNobodyElse() throws Exception {
    Real real = real();
    Subscriber bob = world.subscriber();
    var calls = new ArrayList<OutgoingCall>();
    try (Phone scanner = Phone.builder().user(bob.name()).password("guess").server(at.sip()).local("127.0.0.68:0").build()) {
      for (int i = 0; i < 30; i++) {
        OutgoingCall call = scanner.call(real.to().user());
        call.cancel();
        calls.add(call);
        if (i % 10 == 5) {
          assertThat(real.completes()).as("a call from elsewhere meanwhile").isTrue();
        }
      }
      Waiting.until("the ban comes", () -> world.rest.get("/bans").toString().contains("127.0.0.68"), SOON);
      assertThat(calls).as("those that were cancelled").anyMatch(call -> call.first(one -> one.is("CANCEL")).isPresent());
      assertThatThrownBy(() -> scanner.request("OPTIONS", "sip:" + at.sip(), UnaryOperator.identity()).await(Duration.ofMillis(600))).as("nothing of it is read").isNotNull();
    }
    JsonNode bans = world.rest.get("/bans");
    assertThat(bans).hasSize(1);
    // five are enough; others of them may be looked at meanwhile
    assertThat(bans.get(0).get("reason").asText()).containsPattern("^([5-9]|[12][0-9]|30) wrong passwords for 1 logins");
    assertThat(real.to().incoming()).as("none of them rang").allMatch(call -> !call.print().contains(bob.name()));
    assertThat(real.completes()).as("a call from elsewhere afterwards").isTrue();
    assertThat(world.registered(bob).received()).as("the account is not locked").isZero();
    assertThat(at.shell("switch:bans --lift 127.0.0.68")).contains("(none)");
  }
}

package org.strowger.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.strowger.scenarios.World.SOON;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.strowger.phone.Behaviour;
import org.strowger.phone.CallOptions;
import org.strowger.phone.Waiting;
import org.strowger.scenarios.Audit.Found;
import org.strowger.scenarios.Audit.Kill;
import org.strowger.scenarios.Generator.Made;
import org.strowger.scenarios.Generator.Script;
import org.strowger.scenarios.Generator.Talk;
import org.strowger.scenarios.World.Subscriber;

/** Many calls go wrong in every way there is, and the switch is killed twice among them: what it counts, holds and lists are the calls that are really up. */
@AnotherSwitch
class CountersScenario {

  private static final int CALLS = Size.of(300, 20_000);
  private static final int LEGS = 3;
  private static final int PER_SECOND = Size.of(30, 40);
  private static final int STAYING = 9;
  private static final Duration DEPLOYED = Duration.ofSeconds(30);
  /** The longest that trouble lasts: a session of 90 s that nobody refreshes, or a call that is rung for 5 s. */
  private static final Duration QUIET = Duration.ofSeconds(Size.of(90, 150));
  /** Calls are under way again when the switch is killed. */
  private static final Duration AGAIN = Duration.ofSeconds(Size.of(3, 20));
  private static final Duration LOOK = Duration.ofMillis(400);
  private static final String TERMS = "\"replyTimeout\":2,\"answerTimeout\":5,\"capacity\":10000";
  private static final BigDecimal A_SECOND = new BigDecimal("0.01");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final long seed = Long.getLong("seed", System.nanoTime());
  private final Random random = new Random(seed);

  /** Stays up, on one of the caller's lines. */
  private record Staying(String order) implements Script {
    @Override
    public Behaviour callee() {
      return Behaviour.answer();
    }

    @Override
    public CallOptions options() {
      return CallOptions.standard();
    }

    @Override
    public boolean step(Made made, long now) {
      return true;
    }
  }

  @Test
  void whatIsCountedHeldAndListedAreTheCallsThatAreUp() throws Exception {
    System.out.println("seed " + seed);
    try (Switch own = Switch.start("counters", Map.of("org.strowger.calls.cfg", "session.expires = 90\n", "org.strowger.sip.cfg", Switch.TIMERS))) {
      Files.copy(Path.of(System.getProperty("strowger.nasty")), own.home().resolve("deploy/sample-nasty.jar"));
      var attempts = 0;
      var answered = 0;
      for (int leg = 1; leg <= LEGS; leg++) {
        try (var generator = new Generator(new World(own), TERMS)) {
          eventually("the plugin is there: it gives nobody one of no lines", () -> generator.call(new Staying("lines-0-")).out.awaitFailed(SOON).status() == 486, DEPLOYED);
          Found found = leg(own, generator, leg == LEGS);
          attempts += generator.made().size();
          answered += found.calls();
        }
      }
      System.out.printf("| counters | %d calls, %d of them answered, %d kill -9 | nothing counted, held or listed but what was up; one CDR for each who paid |%n", attempts, answered, LEGS - 1);
    }
  }

  private Found leg(Switch own, Generator generator, boolean last) throws Exception {
    var staying = new ArrayList<Made>();
    for (int i = 0; i < STAYING; i++) {
      Made made = generator.call(new Staying("lines-1000-"));
      made.out.awaitAnswered(SOON);
      staying.add(made);
    }
    // Each in the last leg at least; before, those that take long only where there is time.
    Iterator<Troubled> first = last || Size.FULL ? Troubled.ofEach(random, Size.FULL).iterator() : Collections.emptyIterator();
    generator.start(PER_SECOND, () -> first.hasNext() ? first.next() : Troubled.some(random, Size.FULL));
    int before = generator.made().size();
    Waiting.until("so many calls", () -> generator.made().size() >= before + CALLS / LEGS, Duration.ofSeconds(60L + 2 * CALLS / LEGS / PER_SECOND));
    generator.pause();
    check(own, generator);
    if (last) {
      fill(own, generator);
      generator.made().forEach(made -> made.out.hangup());
      check(own, generator);
      if (Size.FULL) {
        // Half a minute after the last message (RFC 3261 17); in small size nobody waits for that.
        eventually("no SIP transaction is left", () -> meters(own).get("sip.transactions.server").asLong() + meters(own).get("sip.transactions.client").asLong() == 0, QUIET, () -> meters(own).toString());
      }
      Audit audit = Audit.of(own).balanced();
      assertThat(audit.journalled()).isZero();
      return audit.check(generator.seen(), Kill.NONE);
    }
    generator.resume();
    long again = System.nanoTime();
    Waiting.until("calls are under way again", () -> System.nanoTime() - again > AGAIN.toNanos(), AGAIN.plus(SOON));
    Kill kill = Kill.now(own);
    List<Generator.Seen> seen = generator.seen();
    generator.close();
    own.start();
    checkNothing(own, generator);
    Audit audit = Audit.of(own).balanced();
    assertThat(audit.journalled()).isZero();
    return audit.check(seen, kill);
  }

  /** The switch's list becomes that of the ends, and everything it counts is of that list. */
  private static void check(Switch own, Generator generator) {
    Waiting.until("every script is done", generator::isIdle, QUIET);
    var world = new World(own);
    eventually("the switch lists what is up", () -> numbers(world.rest.get("/calls")).equals(numbers(generator)), QUIET, () -> "the switch " + numbers(world.rest.get("/calls")) + ", the ends " + numbers(generator));
    long up = numbers(generator).size();
    if (up > 0) {
      JsonNode listed = json(own.shell("call:list --json"));
      assertThat(numbers(listed)).as("call:list").isEqualTo(numbers(generator));
      assertThat(listed).allMatch(call -> call.get("state").asText().equals("connected"));
    }
    long lines = generator.up().stream().filter(made -> made.out.invite().uri().contains("lines-")).count();
    eventually("the counters are those of " + up + " calls on " + lines + " lines", () -> isOf(meters(own), up, lines), QUIET, () -> meters(own).toString());
    for (Subscriber payer : generator.payers) {
      eventually("what is held for " + payer.name() + " is for what is up", () -> world.held(payer).compareTo(granted(world, payer)) == 0, SOON, () -> world.held(payer) + ", granted " + granted(world, payer));
    }
    eventually("in the journal, too, the callers hold for what is up, and a carrier, who has no limit, for nothing", () -> limited(own).equals(List.of(up, 0L)), SOON, () -> "for " + up + " calls hold " + limited(own));
  }

  /** Of the journal's calls: those for which an account holds, and those for which a carrier does. */
  private static List<Long> limited(Switch own) {
    try (Connection connection = Postgres.connect(own); var select = connection.createStatement();
        var found = select.executeQuery("select count(*) filter (where shares ~ 'ACCOUNT\\t[0-9]+\\ttrue'), count(*) filter (where shares ~ 'CARRIER\\t[0-9]+\\ttrue') from ledger.journal")) {
      found.next();
      return List.of(found.getLong(1), found.getLong(2));
    } catch (IOException | SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** After a start nothing is up, whatever the ends believe. */
  private static void checkNothing(Switch own, Generator before) {
    var world = new World(own);
    assertThat(world.rest.get("/calls")).isEmpty();
    assertThat(isOf(meters(own), 0, 0)).as("%s", meters(own)).isTrue();
    for (Subscriber payer : before.payers) {
      assertThat(world.held(payer)).isZero();
    }
  }

  private static boolean isOf(JsonNode meters, long up, long lines) {
    // A call is known by itself and its two dialogs; it takes a place of the carrier and perhaps a line of the caller.
    return meters.get("calls.up").asLong() == up && meters.get("calls.entries").asLong() == 3 * up && meters.get("calls.slots").asLong() == up + lines
        && meters.get("sip.dialogs").asLong() == 2 * up && meters.get("ledger.calls.holding").asLong() == up && meters.get("ledger.calls.unsettled").asLong() == 0
        && meters.get("ledger.calls.noted").asLong() == 0;
  }

  /** The carrier has as many places left as are said to be free, and so has a caller lines: not one more, not one less. */
  private static void fill(Switch own, Generator generator) {
    var world = new World(own);
    int up = generator.up().size();
    world.rest.patch("/carriers/" + generator.carrier, "{\"capacity\":" + (up + 2) + "}");
    for (int i = 0; i < 2; i++) {
      generator.call(new Staying("")).out.awaitAnswered(SOON);
    }
    assertThat(generator.call(new Staying("")).out.awaitFailed(SOON).status()).as("a call more than the carrier takes").isEqualTo(503);
    world.rest.patch("/carriers/" + generator.carrier, "{\"capacity\":10000}");
    int payer = generator.payers.get(0).id();
    long taken = generator.up().stream().filter(made -> made.payer.id() == payer && made.out.invite().uri().contains("lines-")).count();
    String order = "lines-" + (taken + 1) + "-";
    generator.call(0, new Staying(order)).out.awaitAnswered(SOON);
    assertThat(generator.call(0, new Staying(order)).out.awaitFailed(SOON).status()).as("a call more than the caller has lines").isEqualTo(486);
  }

  private static Set<String> numbers(JsonNode calls) {
    var numbers = new TreeSet<String>();
    calls.forEach(call -> numbers.add(call.get("cld").asText()));
    assertThat(numbers).as("each call once").hasSize(calls.size());
    return numbers;
  }

  private static Set<String> numbers(Generator generator) {
    var numbers = new TreeSet<String>();
    generator.up().forEach(made -> numbers.add(made.number));
    return numbers;
  }

  /** What the payer's calls that are up were granted, in money. */
  private static BigDecimal granted(World world, Subscriber payer) {
    BigDecimal granted = BigDecimal.ZERO;
    for (JsonNode call : world.rest.get("/calls")) {
      if (call.get("caller").asInt() == payer.id()) {
        granted = granted.add(A_SECOND.multiply(new BigDecimal(call.get("granted").asText())));
      }
    }
    return granted;
  }

  private static JsonNode meters(Switch own) {
    return json(own.shell("switch:meters --json"));
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(text, e);
    }
  }

  private static void eventually(String what, BooleanSupplier condition, Duration limit) {
    eventually(what, condition, limit, () -> "");
  }

  /** Looked at now and then: each look costs the switch something. */
  private static void eventually(String what, BooleanSupplier condition, Duration limit, java.util.function.Supplier<String> otherwise) {
    long[] last = {System.nanoTime() - LOOK.toNanos()};
    try {
      Waiting.until(what, () -> {
        if (System.nanoTime() - last[0] < LOOK.toNanos()) {
          return false;
        }
        boolean holds = condition.getAsBoolean();
        last[0] = System.nanoTime();
        return holds;
      }, limit);
    } catch (org.strowger.phone.PhoneTimeout e) {
      throw new AssertionError(e.getMessage() + ": " + otherwise.get(), e);
    }
  }
}

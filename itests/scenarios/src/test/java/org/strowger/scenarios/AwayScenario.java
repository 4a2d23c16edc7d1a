package org.strowger.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.strowger.scenarios.World.SOON;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.strowger.phone.Behaviour;
import org.strowger.phone.Call.State;
import org.strowger.phone.Carrier;
import org.strowger.phone.OutgoingCall;
import org.strowger.phone.Phone;
import org.strowger.phone.Waiting;
import org.strowger.scenarios.World.Subscriber;

/** PostgreSQL is there and answers nobody: calls stay up and are extended, ends are on the local disk, also when the switch is killed meanwhile. */
@OwnSwitch
class AwayScenario {

  private static final int CALLS = Size.of(10, 200);
  private static final Duration AWAY = Duration.ofSeconds(Size.of(14, 60));
  private static final List<String> CORE = List.of("rating", "routing", "accounts", "registrar", "calls");
  /** Half a second of rounding, and what the messages take. */
  private static final Duration EXACT = Duration.ofMillis(1_200);
  private static final BigDecimal A_SECOND = new BigDecimal("0.01");
  private static final BigDecimal CEILING = new BigDecimal("0.35");

  private record Up(OutgoingCall call, String number) {}

  @Test
  void callsOutliveTheOutageAndEachSecondIsPaidOnce() throws Exception {
    try (Switch own = Switch.start("away"); var world = new World(own)) {
      var peer = world.peer().otherwise(Behaviour.answer());
      Subscriber alice = world.account(world.plan(world.tariff("", "1=0.60")), world.group(world.carrier(peer, null, "")), "500", "0");
      Phone phone = world.phone(alice, builder -> builder.obeyRetryAfter(false));
      var up = new ArrayList<Up>();
      for (int i = 0; i < CALLS; i++) {
        String number = "1416555%04d".formatted(i);
        OutgoingCall call = phone.call(number);
        call.awaitAnswered(SOON);
        up.add(new Up(call, number));
      }

      List<ProcessHandle> database = Postgres.processes(own);
      Postgres.signal("STOP", database);
      try {
        long begin = System.nanoTime();
        elapse(begin, Duration.ofSeconds(5));
        assertThat(phone.call("14165559999").awaitFinal(SOON).status()).as("a new call").isEqualTo(503);
        List<Up> ending = up.subList(0, CALLS / 2);
        ending.forEach(each -> each.call().hangup());
        Waiting.until(() -> ending.stream().allMatch(each -> each.call().state() == State.ENDED), SOON);
        elapse(begin, AWAY);
        assertThat(up.subList(CALLS / 2, CALLS)).as("after %s, the first slice being 10 s", AWAY).allMatch(each -> each.call().state() != State.ENDED);
        assertThat(noted(own)).as("ends on the local disk").isEqualTo(CALLS / 2 + 1);
      } finally {
        Postgres.signal("CONT", database);
      }

      Waiting.until("the journal is booked", () -> !Files.exists(journal(own)), Duration.ofSeconds(60));
      up.subList(CALLS / 2, CALLS).forEach(each -> each.call().hangup());
      List<JsonNode> cdrs = world.cdrs(alice, CALLS + 1).stream().filter(cdr -> cdr.get("result").asInt() == 0).toList();
      assertThat(cdrs).hasSize(CALLS);
      BigDecimal charged = BigDecimal.ZERO;
      for (Up each : up) {
        List<JsonNode> mine = cdrs.stream().filter(cdr -> cdr.get("cld").asText().equals(each.number())).toList();
        assertThat(mine).as("CDRs of %s", each.number()).hasSize(1);
        Duration talked = talked(each.call());
        long billed = mine.get(0).get("billedSeconds").asLong();
        assertThat(Duration.ofSeconds(billed)).as("billed of %s", each.number()).isBetween(talked.minus(EXACT), talked.plus(EXACT));
        assertThat(mine.get(0).get("crashed").asBoolean()).isFalse();
        BigDecimal cost = new BigDecimal(mine.get(0).at("/cost/amount").asText());
        assertThat(cost).isEqualByComparingTo(A_SECOND.multiply(BigDecimal.valueOf(billed)));
        charged = charged.add(cost);
      }
      assertThat(world.balance(alice)).isEqualByComparingTo(new BigDecimal("500").subtract(charged));
      assertThat(world.held(alice)).isZero();
      OutgoingCall again = phone.call("14165550001");
      again.awaitAnswered(SOON);
      again.hangup();

      killedMeanwhile(own, world, alice, phone);
      replacedMeanwhile(own, phone);
      allowedMeanwhile(own, world, peer);
    }
  }

  private static void killedMeanwhile(Switch own, World world, Subscriber alice, Phone phone) throws Exception {
    List<JsonNode> before = world.cdrs(alice, CALLS + 2);
    OutgoingCall ends = phone.call("14165558001");
    ends.awaitAnswered(SOON);
    OutgoingCall stays = phone.call("14165558002");
    stays.awaitAnswered(SOON);
    List<ProcessHandle> database = Postgres.processes(own);
    Postgres.signal("STOP", database);
    try {
      long begin = System.nanoTime();
      elapse(begin, Duration.ofSeconds(5));
      ends.hangup();
      elapse(begin, Duration.ofSeconds(8));
      own.kill();
    } finally {
      Postgres.signal("CONT", database);
    }
    Duration stayed = Duration.ofNanos(System.nanoTime() - stays.answeredNanos());
    own.start();

    List<JsonNode> cdrs = world.cdrs(alice, before.size() + 2);
    assertThat(cdrs).hasSize(before.size() + 2);
    JsonNode ended = cdrs.stream().filter(cdr -> cdr.get("cld").asText().equals("14165558001")).findFirst().orElseThrow();
    Duration talked = talked(ends);
    assertThat(ended.get("crashed").asBoolean()).as("crashed, of a call that ended 3 s before the kill").isFalse();
    assertThat(Duration.ofSeconds(ended.get("billedSeconds").asLong())).isBetween(talked.minus(EXACT), talked.plus(EXACT));
    JsonNode crashed = cdrs.stream().filter(cdr -> cdr.get("cld").asText().equals("14165558002")).findFirst().orElseThrow();
    assertThat(crashed.get("crashed").asBoolean()).isTrue();
    assertThat(Duration.ofSeconds(crashed.get("billedSeconds").asLong())).as("of %s", stayed).isBetween(stayed.minusMillis(3_600), stayed.plusMillis(600));
    assertThat(journal(own)).doesNotExist();
    assertThat(world.held(alice)).isZero();
    BigDecimal charged = cdrs.stream().filter(cdr -> cdr.get("result").asInt() == 0).map(cdr -> new BigDecimal(cdr.at("/cost/amount").asText())).reduce(BigDecimal.ZERO, BigDecimal::add);
    assertThat(world.balance(alice)).isEqualByComparingTo(new BigDecimal("500").subtract(charged));
  }

  /** Nobody waits for the database where bundles are started, and what could not be opened is opened when it is back. */
  private static void replacedMeanwhile(Switch own, Phone phone) throws Exception {
    Waiting.until("all is well after the start", () -> isWell(own), SOON);
    List<ProcessHandle> database = Postgres.processes(own);
    Postgres.signal("STOP", database);
    try {
      for (String part : CORE) {
        own.shell("bundle:update org.strowger." + part);
      }
      Waiting.until("each says that it cannot be opened, and waits", () -> {
        String health = own.tell("switch:health").output();
        return CORE.stream().allMatch(part -> health.contains(part + " cannot be opened"));
      }, Duration.ofSeconds(60));
    } finally {
      Postgres.signal("CONT", database);
    }
    Waiting.until("a call goes through", () -> {
      OutgoingCall call = phone.call("14165550002");
      boolean through = call.awaitFinal(SOON).status() == 200;
      call.hangup();
      return through;
    }, Duration.ofSeconds(60));
    Waiting.until("all is well again", () -> isWell(own), SOON);
  }

  /** Where new calls are allowed: on money that is known in memory, up to the ceiling; and booked once, though the switch is killed before the database is back. */
  private static void allowedMeanwhile(Switch own, World world, Carrier peer) throws Exception {
    Files.writeString(own.home().resolve("etc/org.strowger.ledger.cfg"), "outageCalls = ALLOW\noutageCeiling = " + CEILING + "\n");
    Waiting.until("the ledger is told", () -> own.tell("config:list '(service.pid=org.strowger.ledger)'").output().contains("outageCeiling = " + CEILING), SOON);
    Waiting.until("all is well with it", () -> isWell(own), SOON);
    Subscriber known = world.account(world.plan(world.tariff("", "1=0.60")), world.group(world.carrier(peer, null, "")), "500", "0");
    Phone phone = world.phone(known, builder -> builder.obeyRetryAfter(false));
    Waiting.until("it is known whose number is nobody's", () -> {
      String names = own.tell("switch:meters --json accounts.cache.names").output();
      return names.contains("cache.names") && !names.contains(":0");
    }, SOON);
    BigDecimal opening = world.balance(known);
    // Its first call, and the database is gone right after it.
    OutgoingCall before = phone.call("14165558010");
    before.awaitAnswered(SOON);
    BigDecimal held = world.held(known);
    OutgoingCall during;
    List<ProcessHandle> database = Postgres.processes(own);
    Postgres.signal("STOP", database);
    try {
      elapse(System.nanoTime(), Duration.ofSeconds(5));
      // A number that nobody has dialled yet.
      during = phone.call("14165558011");
      during.awaitAnswered(SOON);
      Waiting.until("both are cut at the ceiling", () -> before.state() == State.ENDED && during.state() == State.ENDED, Duration.ofSeconds(60));
      Waiting.until("both ends are on the local disk", () -> noted(own) == 2, SOON);
      assertThat(before.endedByRemote() && during.endedByRemote()).as("the switch ended both").isTrue();
      own.kill();
    } finally {
      Postgres.signal("CONT", database);
    }
    own.start();

    List<JsonNode> cdrs = world.cdrs(known, 2);
    assertThat(cdrs).hasSize(2).allSatisfy(cdr -> assertThat(cdr.get("reason").asText()).isEqualTo("granted time over"));
    BigDecimal charged = BigDecimal.ZERO;
    for (OutgoingCall call : List.of(before, during)) {
      JsonNode cdr = cdrs.stream().filter(each -> each.get("sipCallId").asText().equals(call.callId())).findFirst().orElseThrow();
      assertThat(Duration.ofSeconds(cdr.get("billedSeconds").asLong())).as("of %s", cdr).isBetween(talked(call).minus(EXACT), talked(call).plus(EXACT));
      charged = charged.add(new BigDecimal(cdr.at("/cost/amount").asText()));
    }
    assertThat(charged).as("what both cost, %s having been held at the beginning", held).isGreaterThan(held).isLessThanOrEqualTo(held.add(CEILING));
    assertThat(world.balance(known)).isEqualByComparingTo(opening.subtract(charged));
    assertThat(world.held(known)).isZero();
  }

  private static boolean isWell(Switch own) {
    return !own.tell("switch:health").output().matches("(?s).*(DOWN|DEGRADED).*");
  }

  private static Duration talked(OutgoingCall call) {
    return Duration.ofNanos(call.endedNanos() - call.answeredNanos());
  }

  private static void elapse(long begin, Duration time) {
    Waiting.until(() -> System.nanoTime() - begin > time.toNanos(), time.plus(SOON));
  }

  /** The one file of this start; some path that does not exist if there is none. */
  private static Path journal(Switch at) {
    try (Stream<Path> files = Files.list(Files.createDirectories(at.home().resolve("journal")))) {
      return files.findFirst().orElse(at.home().resolve("journal/none"));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static long noted(Switch at) {
    try {
      return Files.exists(journal(at)) ? Files.readString(journal(at)).lines().filter(line -> line.startsWith("S1\t", 9)).count() : 0;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}

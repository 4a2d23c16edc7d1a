package org.strowger.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.strowger.scenarios.World.SOON;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.strowger.phone.Behaviour;
import org.strowger.phone.Call.State;
import org.strowger.phone.OutgoingCall;
import org.strowger.phone.Phone;
import org.strowger.phone.TransportKind;
import org.strowger.phone.Waiting;
import org.strowger.scenarios.World.Subscriber;

/** Bundles come, are replaced and go while a call is up; nobody notices but those who are meant to. */
@ExtendWith(SharedSwitch.class)
@Execution(ExecutionMode.SAME_THREAD)
class HotDeployScenario {

  private static final Duration DEPLOYED = Duration.ofSeconds(20);
  private static final long PAST_FIRST_SLICE = 11_000_000_000L;

  private World world;
  private Subscriber alice;
  private Subscriber bob;
  private UpCall up;

  @BeforeEach
  void callIsUp(Switch at) {
    world = new World(at);
    int plan = world.plan(world.tariff(""));
    alice = world.account(plan, null, "5", "0");
    bob = world.account(plan, null, "5", "0");
    up = UpCall.begin(world, alice, bob);
  }

  @AfterEach
  void close() throws Exception {
    world.close();
  }

  private int status() {
    return up.dial(bob.name()).status();
  }

  private String curfew() {
    return world.rest.get("/accounts/" + alice.id()).at("/features/curfew").toString();
  }

  /** Bundle id and the time of its last change, of all but the one that is played with. */
  private Map<String, String> others(String except) {
    var bundles = new TreeMap<String, String>();
    world.at.shell("bundle:list -t 0 -s --no-format").lines().filter(line -> !line.contains(except)).forEach(line -> bundles.put(line, line));
    return bundles;
  }

  @Test
  void aPolicyIsDroppedInAndTakenOut() throws Exception {
    Map<String, String> before = others("org.strowger.sample");
    Path jar = world.at.home().resolve("deploy/sample-policy.jar");
    assertThat(status()).isEqualTo(200);
    assertThat(world.rest.send("PATCH", "/accounts/" + alice.id(), "{\"features\":{\"curfew\":{\"refuseCalls\":true}}}").status()).isBetween(400, 409);

    Files.copy(Path.of(System.getProperty("strowger.sample")), jar);
    Waiting.until(() -> curfew().contains("false"), DEPLOYED);
    assertThat(status()).isEqualTo(200);
    world.rest.patch("/accounts/" + alice.id(), "{\"features\":{\"curfew\":{\"refuseCalls\":true}}}");
    assertThat(status()).isEqualTo(403);
    Waiting.until(() -> world.cdrs(alice, 1).stream().anyMatch(cdr -> cdr.get("reason").asText().contains("curfew")), SOON);

    Files.delete(jar);
    Waiting.until(() -> status() == 200, DEPLOYED);
    assertThat(curfew()).contains("\"installed\":false").contains("true");
    assertThat(world.rest.send("PATCH", "/accounts/" + alice.id(), "{\"features\":{\"curfew\":{\"refuseCalls\":false}}}").status()).isEqualTo(409);

    Files.copy(Path.of(System.getProperty("strowger.sample")), jar);
    Waiting.until(() -> status() == 403, DEPLOYED);
    Files.delete(jar);
    Waiting.until(() -> status() == 200, DEPLOYED);

    assertThat(others("org.strowger.sample")).isEqualTo(before);
    up.assertUnharmed();
  }

  /** While the accounts are away calls are told of those that were there last: with every change that was made before. */
  @Test
  void whoWasBlockedBeforeTheAccountsAreReplacedIsRefusedMeanwhile() {
    assertThat(status()).isEqualTo(200);
    block(true);
    var refused = new TreeSet<Integer>();
    var update = CompletableFuture.runAsync(() -> world.at.shell("bundle:update org.strowger.accounts"));
    Waiting.until("the accounts are replaced and open again", () -> {
      refused.add(status());
      return update.isDone() && world.rest.send("GET", "/accounts/" + alice.id(), null).status() == 200;
    }, DEPLOYED);
    update.join();
    assertThat(refused).as("answers to the calls of one who is blocked").contains(403).isSubsetOf(403, 503);
    block(false);
    assertThat(status()).isEqualTo(200);
    up.assertUnharmed();
  }

  private void block(boolean blocked) {
    world.rest.patch("/accounts/" + alice.id(), "{\"blocked\":" + blocked + "}");
  }

  /** Two calls that cost a cent a second: one is extended while bundles are replaced, the other ends while there is no ledger. */
  @Test
  void paidCallsAreExtendedAndChargedExactly() {
    var peer = world.peer().otherwise(Behaviour.answer());
    Subscriber payer = world.account(world.plan(world.tariff("", "1=0.60")), world.group(world.carrier(peer, null, "")), "5", "0");
    Phone phone = world.phone(payer, TransportKind.UDP);
    OutgoingCall extended = phone.call("14165550100");
    OutgoingCall ends = phone.call("14165550101");
    extended.awaitAnswered(SOON);
    ends.awaitAnswered(SOON);
    for (String bundle : List.of("org.strowger.rating", "org.strowger.ledger", "org.strowger.accounts", "org.strowger.routing")) {
      world.at.shell("bundle:update " + bundle);
    }
    Waiting.until(() -> talked(extended) > PAST_FIRST_SLICE, DEPLOYED);

    world.at.shell("bundle:stop org.strowger.ledger");
    ends.hangup();
    long last = talked(ends);
    assertThat(extended.state()).isEqualTo(State.ANSWERED);
    world.at.shell("bundle:start org.strowger.ledger");
    Waiting.until("the ledger is back", () -> world.rest.send("GET", "/cdrs?account=" + payer.id(), null).status() == 200, DEPLOYED);
    assertCharged(world.cdrs(payer, 1).get(0), last);

    extended.hangup();
    long all = talked(extended);
    JsonNode cdr = world.cdrs(payer, 2).stream().filter(each -> each.get("cld").asText().equals("14165550100")).findFirst().orElseThrow();
    assertCharged(cdr, all);
    Waiting.until(() -> world.held(payer).signum() == 0, SOON);
    long seconds = world.cdrs(payer, 2).stream().mapToLong(each -> each.get("billedSeconds").asLong()).sum();
    assertThat(world.balance(payer)).isEqualByComparingTo(new BigDecimal(500 - seconds).movePointLeft(2));
    assertThat(world.at.shell("call:explain " + cdr.get("call").asText())).contains("are paid for");
    phone.assertClean();
  }

  private static long talked(OutgoingCall call) {
    return System.nanoTime() - call.answeredNanos();
  }

  /** The second that was under way is rounded; what lies between the phone's clock and the switch's is far less than another one. */
  private static void assertCharged(JsonNode cdr, long nanos) {
    assertThat(cdr.get("result").asInt()).isZero();
    long seconds = cdr.get("billedSeconds").asLong();
    assertThat(seconds).isBetween(nanos / 1_000_000_000L, nanos / 1_000_000_000L + 1);
    assertThat(new BigDecimal(cdr.at("/cost/amount").asText())).isEqualByComparingTo(new BigDecimal(seconds).movePointLeft(2));
  }
}

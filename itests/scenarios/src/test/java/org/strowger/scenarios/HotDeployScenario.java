package org.strowger.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.strowger.scenarios.World.SOON;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.strowger.phone.Behaviour;
import org.strowger.phone.Call.State;
import org.strowger.phone.IncomingCall;
import org.strowger.phone.OutgoingCall;
import org.strowger.phone.Phone;
import org.strowger.phone.Waiting;
import org.strowger.scenarios.World.Subscriber;

/** Bundles come, are replaced and go while a call is up; nobody notices but those who are meant to. */
@ExtendWith(SharedSwitch.class)
@Execution(ExecutionMode.SAME_THREAD)
class HotDeployScenario {

  private static final Duration DEPLOYED = Duration.ofSeconds(20);

  private World world;
  private Subscriber alice;
  private Subscriber bob;
  private Phone from;
  private OutgoingCall up;
  private IncomingCall answered;

  @BeforeEach
  void callIsUp(Switch at) {
    world = new World(at);
    int plan = world.plan(world.tariff(""));
    alice = world.account(plan, null, "5", "0");
    bob = world.account(plan, null, "5", "0");
    from = world.registered(alice);
    Phone to = world.registered(bob);
    up = from.call(bob.name());
    answered = to.awaitIncoming(SOON);
    answered.answer();
    up.awaitAnswered(SOON);
    to.onCall(Behaviour.answer());
  }

  @AfterEach
  void close() throws Exception {
    world.close();
  }

  private void callStays() {
    assertThat(up.state()).isEqualTo(State.ANSWERED);
    up.hold().await(SOON);
    up.resume().await(SOON);
    up.hangup();
    answered.awaitHangup(SOON);
    from.assertClean();
  }

  private int status() {
    OutgoingCall call = from.call(bob.name());
    int status = call.awaitFinal(SOON).status();
    if (status == 200) {
      call.hangup();
    }
    return status;
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
    callStays();
  }

  @Test
  void coreBundlesAreUpdatedUnderTheCall() {
    for (String bundle : List.of("org.strowger.accounts", "org.strowger.rating", "org.strowger.ledger", "org.strowger.routing")) {
      world.at.shell("bundle:update " + bundle);
      Waiting.until(() -> status() == 200, DEPLOYED);
    }
    assertThat(world.rest.get("/accounts/" + alice.id()).get("name").asText()).isEqualTo(alice.name());
    callStays();
    assertThat(world.cdrs(alice, 2)).allSatisfy(cdr -> assertThat(cdr.get("result").asInt()).isIn(0, 503));
  }
}

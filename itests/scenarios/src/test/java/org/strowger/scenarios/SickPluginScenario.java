package org.strowger.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.strowger.scenarios.World.SOON;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.strowger.phone.OutgoingCall;
import org.strowger.phone.Waiting;
import org.strowger.scenarios.World.Subscriber;

/** A plugin that throws, hangs, leaks and talks nonsense is dropped in while a call is up: calls go on by its failure policies, and operators see why. */
@ExtendWith(SharedSwitch.class)
@Execution(ExecutionMode.SAME_THREAD)
class SickPluginScenario {

  private static final Duration DEPLOYED = Duration.ofSeconds(20);
  private static final int MOST_THREADS = 20;

  private World world;
  private Subscriber alice;
  private Subscriber bob;
  private UpCall up;
  private Path jar;
  private Path settings;
  /** Ends the threads that the plugin leaked. */
  private Path end;

  @BeforeEach
  void callIsUpAndThePluginIsThere(Switch at) throws Exception {
    settings = at.home().resolve("etc/org.strowger.plugins.cfg");
    Files.writeString(settings, "threads = " + MOST_THREADS + "\nthreads.seconds = 1\n");
    end = at.home().resolve("nasty-leak.end");
    world = new World(at);
    int plan = world.plan(world.tariff(""));
    alice = world.account(plan, null, "5", "0");
    bob = world.account(plan, null, "5", "0");
    up = UpCall.begin(world, alice, bob);
    jar = at.home().resolve("deploy/sample-nasty.jar");
    Files.copy(Path.of(System.getProperty("strowger.nasty")), jar);
    Waiting.until(() -> status("open-fine-") == 200 && plugin("nasty-open") != null && plugin("nasty-closed") != null, DEPLOYED);
  }

  @AfterEach
  void close() throws Exception {
    Files.deleteIfExists(jar);
    Files.writeString(end, "");
    try {
      Waiting.until("nothing is left of it, threads included", () -> !world.at.shell("switch:plugins").contains("nasty"), DEPLOYED);
    } finally {
      Files.deleteIfExists(end);
      Files.deleteIfExists(settings);
      world.close();
    }
  }

  /** What calling bob comes to. @param order what the plugin is to do */
  private int status(String order) {
    return up.dial(order + bob.name()).status();
  }

  private JsonNode plugin(String id) {
    try {
      for (JsonNode row : new ObjectMapper().readTree(world.at.shell("switch:plugins --json"))) {
        if (row.get("plugin").asText().equals(id)) {
          return row;
        }
      }
      return null;
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private String explained(String what) {
    JsonNode cdr = world.rest.get("/cdrs?account=" + alice.id() + "&limit=1000").get(0);
    String told = world.at.shell("call:explain " + cdr.get("call").asText());
    assertThat(told).contains(what);
    return told;
  }

  @Test
  void callsGoOnByItsFailurePolicies() throws Exception {
    for (String what : List.of("throw", "null", "nonsense", "leak", "hang")) {
      assertThat(status("open-" + what + "-")).as("open, %s", what).isEqualTo(200);
    }
    assertThat(status("closed-throw-")).isEqualTo(503);
    int before = world.cdrs(alice, 1).size();
    assertThat(status("closed-nonsense-")).isEqualTo(503);
    Waiting.until(() -> world.cdrs(alice, 1).size() > before, SOON);
    explained("answered nonsense: phrase with a control character");

    for (int i = 0; i < 4; i++) {
      assertThat(status("closed-hang-")).isEqualTo(503);
    }
    JsonNode closed = plugin("nasty-closed");
    assertThat(closed.get("state").asText()).isEqualTo("quarantined");
    assertThat(closed.get("why").asText()).contains("4 calls");
    assertThat(closed.get("abandoned").asInt()).as("the four, and who had no processor for its 50 ms").isBetween(4, 5);
    assertThat(status("open-fine-")).as("the sick one answers for nobody, closed").isEqualTo(503);
    Waiting.until(() -> world.rest.get("/cdrs?account=" + alice.id() + "&limit=1000").get(0).get("reason").asText().contains("nasty-closed"), SOON);
    assertThat(plugin("nasty-open").get("faults").asInt()).isGreaterThanOrEqualTo(4);
    assertThat(world.at.run(Duration.ofSeconds(60), "client", "switch:health").output()).contains("quarantined").contains("nasty-closed");

    Files.delete(jar);
    Waiting.until(() -> status("") == 200, DEPLOYED);
    Waiting.until(() -> world.at.shell("switch:meters --json plugins.stuck").contains(":0"), DEPLOYED);
    up.assertUnharmed();
  }

  /** What hangs is the list, not the plugin that asks it: nobody else's calls are refused for it. */
  @Test
  void aListThatHangsCostsOnlyItsOwnAnswers() {
    world.at.shell("feature:install strowger-dncl");
    try {
      Waiting.until(() -> plugin("nasty-list") != null && plugin("dncl") != null, DEPLOYED);
      world.rest.patch("/accounts/" + alice.id(), "{\"features\":{\"dncl\":{\"lookup\":true}}}");
      Waiting.until(() -> status("") == 200, DEPLOYED);
      // All at once: a phone that is told Retry-After takes its time for the next one.
      List<OutgoingCall> calls = List.of("666001", "666002", "666003", "666004", "666005", "666006").stream().map(up.from()::call).toList();
      calls.forEach(call -> assertThat(call.awaitFinal(SOON).status()).isEqualTo(503));
      JsonNode list = plugin("nasty-list");
      assertThat(list.get("state").asText()).isEqualTo("quarantined");
      assertThat(list.get("why").asText()).contains("4 calls");
      assertThat(plugin("dncl").get("state").asText()).isEqualTo("active");
      assertThat(plugin("dncl").get("abandoned").asInt()).isZero();
      world.rest.patch("/accounts/" + alice.id(), "{\"features\":{\"dncl\":{\"lookup\":false}}}");
      int asked = plugin("dncl").get("calls").asInt();
      Waiting.until(() -> status("") == 200, DEPLOYED);
      assertThat(plugin("dncl").get("calls").asInt()).as("it is not asked about who does not want it").isEqualTo(asked);
      up.assertUnharmed();
    } finally {
      world.at.tell("feature:uninstall strowger-dncl");
    }
  }

  @Test
  void threadsThatItBeginsAndForgetsAreSeenWhileItIsThereAndWhenItHasGone() throws Exception {
    for (int i = 0; i <= MOST_THREADS; i++) {
      assertThat(status("open-leak-")).isEqualTo(200);
    }
    Waiting.until("it is seen", () -> plugin("nasty-open").get("why").asText().contains("nasty-leak"), DEPLOYED);
    JsonNode leaks = plugin("nasty-open");
    assertThat(leaks.get("why").asText()).isEqualTo("runs " + (MOST_THREADS + 1) + " threads of its own, more than " + MOST_THREADS + ": nasty-leak");
    assertThat(leaks.get("faults").asInt()).isPositive();
    assertThat(health()).contains("DEGRADED").contains("threads: ").contains("nasty-open").contains("nasty-leak");

    Files.delete(jar);
    String left = "has gone and left " + (MOST_THREADS + 1) + " threads running: nasty-leak";
    Waiting.until("what it left is seen", () -> {
      JsonNode gone = plugin("nasty-open");
      return gone != null && gone.get("state").asText().equals("gone") && gone.get("why").asText().equals(left);
    }, DEPLOYED);
    assertThat(health()).contains("nasty-open").contains("has gone and left");
    assertThat(status("")).isEqualTo(200);
    up.assertUnharmed();
    Files.writeString(end, "");
    Waiting.until("they have ended", () -> plugin("nasty-open") == null && !health().contains("nasty"), DEPLOYED);
  }

  private String health() {
    return world.at.tell("switch:health").output();
  }
}

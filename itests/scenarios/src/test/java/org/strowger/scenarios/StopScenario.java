package org.strowger.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.strowger.scenarios.World.SOON;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.strowger.phone.Behaviour;
import org.strowger.phone.Call.State;
import org.strowger.phone.IncomingCall;
import org.strowger.phone.OutgoingCall;
import org.strowger.phone.Phone;
import org.strowger.phone.SipMessage;
import org.strowger.phone.TransportKind;
import org.strowger.phone.Waiting;
import org.strowger.scenarios.World.Subscriber;

/** A stop with calls up ends them in order: both sides are told, and what they owe is booked as of any other call. Drained before, it cuts nobody. */
@OwnSwitch
class StopScenario {

  private static final String MISSED = "mandatory plugins are missing: anonymous-calling";

  @Test
  void callsThatAreUpAreSettledByTheStop() throws Exception {
    try (Switch own = Switch.start("stop"); var world = new World(own)) {
      var peer = world.peer();
      peer.on("14165550101", Behaviour.ringForEver()).otherwise(Behaviour.answer());
      Subscriber alice = world.account(world.plan(world.tariff("", "1=0.60")), world.group(world.carrier(peer, null, "")), "5", "0");
      Phone phone = world.phone(alice, TransportKind.UDP);
      Phone registered = world.registered(world.subscriber());
      OutgoingCall up = phone.call("14165550100");
      up.awaitAnswered(SOON);
      OutgoingCall rings = phone.call("14165550101");
      rings.awaitRinging(SOON);
      Waiting.until(() -> System.nanoTime() - up.answeredNanos() > 2_000_000_000L, SOON);

      own.stop();
      up.awaitHangup(SOON);
      long talked = (up.endedNanos() - up.answeredNanos()) / 1_000_000_000L;
      IncomingCall out = peer.calls("14165550100").get(0);
      out.awaitHangup(SOON);
      assertThat(rings.awaitFinal(SOON).status()).isGreaterThanOrEqualTo(480);
      Files.writeString(plugins(own), "mandatory = anonymous-calling\n");
      aStartWaitsForAMandatoryPlugin(own);

      assertThat(world.cdrs(alice, 2)).hasSize(2).allSatisfy(cdr -> assertThat(cdr.get("crashed").asBoolean()).isFalse());
      JsonNode ended = world.cdrs(alice, 2).stream().filter(cdr -> cdr.get("cld").asText().equals("14165550100")).findFirst().orElseThrow();
      assertThat(ended.get("reason").asText()).contains("stops");
      assertThat(ended.get("billedSeconds").asLong()).isBetween(talked, talked + 1);
      assertThat(world.balance(alice)).isEqualByComparingTo(new BigDecimal(500 - ended.get("billedSeconds").asLong()).movePointLeft(2));
      assertThat(own.shell("call:explain " + ended.get("call").asText())).contains("the switch stops").contains("is charged");

      whoRegisteredWhileItListenedElsewhereIsCalled(phone, registered);
      Phone hasty = world.phone(alice, builder -> builder.obeyRetryAfter(false));
      aMandatoryPluginIsMissed(own, hasty);
      aDrainedPluginIsAskedByNoCall(own, hasty);
      OutgoingCall first = answered(hasty);
      assertThat(own.shell("switch:drain --wait 1 --stay")).contains("New calls get 503", "1 calls are up", "1 calls are still up after 1 s");
      assertRefused(hasty);
      assertThat(own.shell("switch:drain --resume")).contains("takes new calls again");
      drainedItStopsWhenTheLastCallIsOver(own, hasty, first, answered(hasty));
    }
  }

  private static void whoRegisteredWhileItListenedElsewhereIsCalled(Phone from, Phone to) {
    OutgoingCall call = from.call(to.user());
    IncomingCall in = to.awaitIncoming(SOON);
    assertThat(in.invite().header("From").orElseThrow()).as("listening on every address, it names the one it is known by").contains("@127.0.0.1>");
    in.answer();
    call.awaitAnswered(SOON);
    in.awaitAck(SOON);
    call.hangup();
    in.awaitHangup(SOON);
    to.assertClean();
  }

  private static OutgoingCall answered(Phone phone) {
    OutgoingCall call = phone.call("14165550100");
    call.awaitAnswered(SOON);
    return call;
  }

  private static void assertRefused(Phone phone) {
    SipMessage refused = phone.call("14165550100").awaitFailed(SOON);
    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.header("Retry-After")).isPresent();
  }

  private static Path plugins(Switch own) {
    return own.home().resolve("etc/org.strowger.plugins.cfg");
  }

  /** The ports stay closed, and whoever asks is told for what; they open as soon as it is there. */
  private static void aStartWaitsForAMandatoryPlugin(Switch own) throws Exception {
    var start = CompletableFuture.supplyAsync(() -> own.tryStart("--sip-host", "0.0.0.0"));
    Waiting.until("health names what is missed", () -> start.isDone() || isMissed(own), Duration.ofSeconds(120));
    Switch.Result status = own.run(Duration.ofSeconds(60), "status");
    assertThat(status.status()).as(status.output()).isEqualTo(3);
    assertThat(status.output()).contains("SIP does not answer", MISSED);
    assertThat(own.listens()).as("somebody has the SIP port").isFalse();
    assertThat(start).isNotDone();
    own.shell("feature:install strowger-anonymous-calling");
    Switch.Result started = start.get(SOON.toSeconds(), TimeUnit.SECONDS);
    assertThat(started.status()).as(started.output()).isZero();
    assertThat(own.listens()).as("somebody has the SIP port").isTrue();
  }

  /** False, too, as long as the shell is not there. */
  private static boolean isMissed(Switch own) {
    try {
      return own.tell("switch:health").output().contains(MISSED);
    } catch (UncheckedIOException | AssertionError notYet) {
      return false;
    }
  }

  /** Once they are open they stay open: who calls while it is not there gets 503. */
  private static void aMandatoryPluginIsMissed(Switch own, Phone phone) throws IOException {
    assertThat(goesThrough(phone)).as("a call goes through with it").isTrue();
    own.shell("feature:uninstall strowger-anonymous-calling");
    Waiting.until("calls are refused without it", () -> !goesThrough(phone), SOON);
    assertRefused(phone);
    assertThat(own.listens()).isTrue();
    Files.writeString(plugins(own), "mandatory =\n");
    Waiting.until("calls go through when nobody asks for it", () -> goesThrough(phone), SOON);
    Files.writeString(plugins(own), "mandatory = anonymous-calling\n");
    Waiting.until("health names what is missed", () -> isMissed(own), SOON);
    assertRefused(phone);
    own.shell("feature:install strowger-anonymous-calling");
    Waiting.until("calls go through with it", () -> goesThrough(phone), SOON);
    Files.writeString(plugins(own), "mandatory =\n");
    own.shell("feature:uninstall strowger-anonymous-calling");
    Waiting.until("calls go through when it is gone and nobody asks for it", () -> goesThrough(phone), SOON);
  }

  private static boolean goesThrough(Phone phone) {
    OutgoingCall call = phone.call("14165550100");
    boolean through = call.awaitFinal(SOON).status() == 200;
    call.hangup();
    return through;
  }

  private static void aDrainedPluginIsAskedByNoCall(Switch own, Phone phone) {
    assertThat(own.shell("switch:drain routing")).contains("routing takes no new uses", "routing has no leases: it can go");
    assertRefused(phone);
    assertThat(own.tell("switch:health").output()).contains("no policy routes calls");
    assertThat(own.shell("switch:drain --resume routing")).contains("routing takes new uses again");
  }

  private static void drainedItStopsWhenTheLastCallIsOver(Switch own, Phone phone, OutgoingCall... calls) throws Exception {
    ProcessHandle process = ProcessHandle.of(own.pid()).orElseThrow();
    var drain = CompletableFuture.supplyAsync(() -> own.run(Duration.ofSeconds(120), "client", "switch:drain --wait 100"));
    Waiting.until("the switch is drained", () -> own.tell("switch:health").output().contains("drained"), Duration.ofSeconds(30));
    assertRefused(phone);
    for (OutgoingCall call : calls) {
      assertThat(process.isAlive()).as("the switch runs while a call is up").isTrue();
      assertThat(call.state()).isEqualTo(State.ANSWERED);
      call.hangup();
    }
    process.onExit().orTimeout(60, TimeUnit.SECONDS).join();
    assertThat(calls).noneMatch(OutgoingCall::endedByRemote);
    assertThat(drain.get(120, TimeUnit.SECONDS).output()).contains("2 calls are up", "No call is up: the switch stops").doesNotContain("are ended");
    assertThat(own.run(Duration.ofSeconds(20), "status").status()).as("exit status of strowger status").isEqualTo(4);
  }
}

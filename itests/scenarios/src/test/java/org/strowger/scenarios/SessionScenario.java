package org.strowger.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.strowger.scenarios.World.NUMBER;
import static org.strowger.scenarios.World.SOON;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.strowger.phone.Call;
import org.strowger.phone.Call.State;
import org.strowger.phone.CallOptions;
import org.strowger.phone.SipMessage;
import org.strowger.phone.Waiting;
import org.strowger.scenarios.LongCalls.Kind;
import org.strowger.scenarios.LongCalls.LongCall;
import org.strowger.scenarios.World.Trunk;

/** Session timers, RFC 4028: on each leg for itself, and who is silent is cut off on both. */
@ExtendWith(SharedSwitch.class)
@Order(Integer.MAX_VALUE)
class SessionScenario {

  /** A refresher of a 90 s session is given up after 60 s (RFC 4028 10), and was awaited up to 45 s. */
  private static final Duration AFTER_90_S = Duration.ofSeconds(75);

  private static void await(LongCall up, String what, java.util.function.BooleanSupplier condition) {
    try {
      Waiting.until(what, condition, AFTER_90_S);
    } catch (RuntimeException e) {
      throw new AssertionError(e.getMessage() + "\n" + up.call().print() + "\n" + up.out().print(), e);
    }
  }

  private static long received(Call call, String method) {
    return call.requests().stream().filter(r -> r.method().equals(method)).count();
  }

  private static JsonNode hangUp(LongCalls all, LongCall up) {
    assertThat(up.call().state()).isEqualTo(State.ANSWERED);
    assertThat(up.out().state()).isEqualTo(State.ANSWERED);
    up.call().hangup();
    up.out().awaitHangup(SOON);
    return all.world.paid(up.trunk());
  }

  /** @return its CDR */
  private static JsonNode cutAfter60s(LongCalls all, LongCall up, String who) {
    await(up, "BYE on both legs", () -> up.call().state() == State.ENDED && up.out().state() == State.ENDED);
    assertThat(up.call().endedByRemote()).isTrue();
    assertThat(up.out().endedByRemote()).isTrue();
    assertThat(up.call().endedNanos() - up.call().answeredNanos()).isBetween(59_000_000_000L, 63_000_000_000L);
    JsonNode cdr = all.world.paid(up.trunk());
    assertThat(cdr.get("billedSeconds").asLong()).isBetween(59L, 63L);
    assertThat(cdr.get("releaseSource").asText()).isEqualTo("SWITCH");
    assertThat(cdr.get("reason").asText()).contains("session timer: " + who + " did not refresh");
    assertThat(all.world.explain(cdr)).contains("did not refresh");
    return cdr;
  }

  @Test
  void whoRefreshesStays(LongCalls all) {
    LongCall up = all.of(Kind.BOTH_REFRESH);
    await(up, "a refresh by each", () -> up.call().refreshes() > 0 && received(up.out(), "UPDATE") > 0);
    long at = System.nanoTime();
    assertThat(at - up.call().answeredNanos()).isGreaterThan(44_000_000_000L);
    assertThat(received(up.call(), "UPDATE") + received(up.call(), "INVITE")).as("the caller refreshes its leg itself").isZero();
    assertThat(hangUp(all, up).get("billedSeconds").asLong()).isGreaterThanOrEqualTo(44);
    up.trunk().assertClean();
  }

  @Test
  void whoKnowsNoTimersIsAskedByReinvite(LongCalls all) {
    LongCall up = all.of(Kind.CALLER_KNOWS_NO_TIMERS);
    await(up, "a re-INVITE to the caller", () -> received(up.call(), "INVITE") > 0);
    SipMessage refresh = up.call().awaitRequest("INVITE", 1, SOON);
    assertThat(refresh.hasSdp()).isTrue();
    assertThat(refresh.bodyText()).as("changes nothing").isEqualTo(up.call().remoteSdp().orElseThrow());
    hangUp(all, up);
    up.trunk().assertClean();
  }

  @Test
  void aCallerThatStopsRefreshingIsCut(LongCalls all) {
    cutAfter60s(all, all.of(Kind.CALLER_FORGETS), "caller");
    all.of(Kind.CALLER_FORGETS).trunk().assertClean();
  }

  @Test
  void aCalleeThatStopsRefreshingIsCut(LongCalls all) {
    cutAfter60s(all, all.of(Kind.CALLEE_FORGETS), "callee");
    all.of(Kind.CALLEE_FORGETS).trunk().assertClean();
  }

  @Test
  void aCalleeThatKnowsNothingOfTheCallEndsIt(LongCalls all) {
    LongCall up = all.of(Kind.CALLEE_WAS_RESTARTED);
    await(up, "BYE to the caller", () -> up.call().state() == State.ENDED);
    assertThat(up.call().endedByRemote()).isTrue();
    JsonNode cdr = all.world.paid(up.trunk());
    assertThat(cdr.get("billedSeconds").asLong()).isBetween(44L, 50L);
    assertThat(cdr.get("reason").asText()).contains("481");
    up.trunk().assertClean();
  }

  @Test
  void anIntervalThatIsTooShortIs422(Switch at) throws Exception {
    try (var world = new World(at)) {
      Trunk trunk = world.trunk();
      SipMessage refused = trunk.phone().call(NUMBER, CallOptions.standard().withSessionExpires(Duration.ofSeconds(60))).awaitFailed(SOON);
      assertThat(refused.status()).isEqualTo(422);
      assertThat(refused.header("Min-SE")).contains("90");
      world.failed(trunk, 422);
      trunk.assertClean();
    }
  }

  @Test
  void theIntervalIsAgreedOnEachLeg(Switch at) throws Exception {
    try (var world = new World(at)) {
      Trunk trunk = world.trunk();
      var call = trunk.phone().call(NUMBER, CallOptions.standard().withSessionExpires(Duration.ofSeconds(1800)));
      var out = trunk.awaitCall();
      assertThat(out.header("Session-Expires")).contains("90");
      assertThat(out.header("Min-SE")).contains("90");
      out.answer();
      SipMessage ok = call.awaitAnswered(SOON);
      assertThat(ok.header("Session-Expires")).contains("90;refresher=uac");
      assertThat(ok.lists("Require", "timer")).isTrue();
      World.talk(call);
      call.hangup();
      out.awaitHangup(SOON);
      world.paid(trunk);
      trunk.assertClean();
    }
  }
}

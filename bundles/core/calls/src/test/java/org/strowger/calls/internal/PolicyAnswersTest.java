package org.strowger.calls.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.strowger.calls.api.Change;
import org.strowger.calls.api.Leg;
import org.strowger.calls.api.Phase;
import org.strowger.calls.api.Sense;
import org.strowger.calls.api.SipStatus;
import org.strowger.calls.api.Verdict;
import org.strowger.sip.api.SipRequest;

/** Policies that answer later, never, or with nonsense. */
class PolicyAnswersTest {

  private final World world = new World();
  private final FakeStack stack = world.stack;

  @Test
  void waitsForAPolicyThatAnswersLater() {
    var verdict = new CompletableFuture<Verdict>();
    world.asyncPolicy("asks", Phase.SCREEN, (phase, call) -> verdict);
    SipRequest invite = stack.invite("alice", "bob");
    world.settle();
    assertThat(stack.status(invite)).isZero();
    assertThat(stack.sent("INVITE")).isEmpty();
    verdict.complete(Verdict.proceed(new Change.Tag("asked")));
    world.settle();
    assertThat(stack.sent("INVITE")).hasSize(1);
  }

  @Test
  void asksBothKindsInOneOrder() {
    var seen = new java.util.ArrayList<String>();
    world.policy("b", Phase.SCREEN, (phase, call) -> {
      seen.add("b");
      return Verdict.proceed();
    });
    world.asyncPolicy("a", Phase.SCREEN, (phase, call) -> {
      seen.add("a");
      return CompletableFuture.completedFuture(Verdict.proceed());
    });
    world.policy("z", Phase.SCREEN, (phase, call) -> {
      seen.add("z");
      return Verdict.proceed();
    }, "service.ranking", "0");
    stack.invite("alice", "bob");
    world.settle();
    assertThat(seen).containsExactly("a", "b", "z");
    assertThat(stack.sent("INVITE")).hasSize(1);
  }

  @Test
  void takesNothingForACallThatWasCancelledMeanwhile() {
    var verdict = new CompletableFuture<Verdict>();
    world.asyncPolicy("asks", Phase.SCREEN, (phase, call) -> verdict);
    SipRequest invite = stack.invite("alice", "bob");
    world.settle();
    stack.cancel(invite);
    world.settle();
    assertThat(stack.status(invite)).isEqualTo(487);
    verdict.complete(Verdict.proceed(new Change.Hold("slot", 1, SipStatus.BUSY_HERE)));
    world.settle();
    assertThat(stack.sent("INVITE")).isEmpty();
    world.assertEmpty();
  }

  @Test
  void goesOnWithoutThePolicyThatHangs() {
    World.Hanging hanging = (phase, call) -> Verdict.proceed();
    world.policy("stuck", Phase.SCREEN, hanging);
    stack.invite("alice", "bob");
    world.settle();
    assertThat(stack.sent("INVITE")).hasSize(1);
    world.policy("stuck", Phase.PRESENT, hanging);
    stack.invite("alice", "bob");
    world.settle();
    assertThat(stack.sent("INVITE")).hasSize(2);
    world.policy("stuck", Phase.SCREEN, hanging, "on.failure", "closed");
    SipRequest refused = stack.invite("alice", "bob");
    world.settle();
    assertThat(stack.status(refused)).isEqualTo(503);
    assertThat(world.ledger.only().end().reason()).isEqualTo("policy stuck gave no answer");
    assertThat(world.traceOf(world.kept.keySet().iterator().next())).contains("SCREEN stuck 1.0 gave no answer (did not answer within 50 ms), its failure policy is CLOSED");
    assertThat(world.simulate("alice", "bob").steps()).anySatisfy(step -> assertThat(step.what()).contains("did not answer within 50 ms"));
  }

  @Test
  void saysWhichAnswersAreNonsense() {
    var ok = SipStatus.FORBIDDEN;
    assertThat(Sense.lacking(Phase.SCREEN, Verdict.reject(null, "no"))).isEqualTo("no status");
    assertThat(Sense.lacking(Phase.SCREEN, Verdict.reject(ok, null))).isEqualTo("no reason");
    assertThat(Sense.lacking(Phase.SCREEN, Verdict.reject(ok, "x".repeat(2000)))).isEqualTo("reason of 2000 characters, 1024 are taken");
    assertThat(Sense.lacking(Phase.SCREEN, Verdict.reject(new SipStatus(403, "No\r\nVia: x"), "no"))).isEqualTo("phrase with a control character");
    assertThat(Sense.lacking(Phase.SCREEN, new Verdict.StopHunting("no"))).isEqualTo("to stop hunting is not for SCREEN");
    assertThat(Sense.lacking(Phase.RECOVER, new Verdict.StopHunting("no"))).isNull();
    assertThat(Sense.lacking(Phase.PRESENT, new Verdict.Divert("bob", "away"))).isEqualTo("a diversion is not for PRESENT");
    assertThat(Sense.lacking(Phase.ROUTE, new Verdict.Divert(" ", "away"))).isEqualTo("empty diversion");
    assertThat(Sense.lacking(Phase.SCREEN, new Verdict.Proceed(Collections.nCopies(101, new Change.HideCaller())))).isEqualTo("101 changes, 100 are taken");
    assertThat(lacking(new Change.Cld(null))).isEqualTo("no CLD");
    assertThat(lacking(new Change.Caller(null))).isEqualTo("caller without an account");
    assertThat(lacking(new Change.Header("X-A", "b\nc"))).isEqualTo("header's value with a control character");
    assertThat(lacking(new Change.MaxDuration(Duration.ofSeconds(-1)))).isEqualTo("maximum duration PT-1S");
    assertThat(lacking(new Change.Media(null))).isEqualTo("media without a need");
    assertThat(lacking(new Change.Hold("key", -1, ok))).isEqualTo("limit of -1 slots");
    assertThat(lacking(new Change.Hold("key", 1, null))).isEqualTo("no status");
    assertThat(lacking(new Change.Take("key", new BigDecimal("1e1000000000"), 1, ok))).startsWith("rate that is no");
    assertThat(lacking(new Change.Take("key", new BigDecimal(1) { }, 1, ok))).startsWith("rate that is no");
    assertThat(lacking(new Change.Once("key", null, ok))).isEqualTo("once without an end");
    assertThat(lacking(new Change.Take("key", new BigDecimal("1").movePointLeft(5), 1_000_000, ok))).isEqualTo("bucket of 1000000 that takes more than 31 days to fill");
    assertThat(lacking(new Change.Take("key", new BigDecimal("0.4"), 1_000_000, ok))).isNull();
    Instant now = world.clock.now();
    Verdict forEver = Verdict.proceed(new Change.Once("key", Instant.MAX, ok));
    assertThat(Sense.lacking(Phase.SCREEN, forEver, now)).isEqualTo("once until " + Instant.MAX + ", more than 31 days ahead");
    assertThat(Sense.lacking(Phase.SCREEN, Verdict.proceed(new Change.Once("key", now.plus(Sense.LONGEST_LIMIT), ok)), now)).isNull();
    assertThat(lacking(new Change.Legs(List.of(new Leg.OnNet(null, "bob", "alice", "bob", Leg.Timers.DEFAULT))))).isEqualTo("leg without an account");
    assertThat(lacking(new Change.Legs(List.of(World.carrier(1, 1))))).isNull();
    assertThat(lacking(new Change.Cli(""))).as("a caller without a number").isNull();
  }

  @ParameterizedTest
  @CsvSource({"open, 0", "closed, 503"})
  void itsFailurePolicyAnswersForAPolicyThatMakesMoreKeysThanAreKept(String onFailure, int status) {
    for (int i = 0; i < Room.MOST; i++) {
      world.limits.once("greedy", "before-" + i, world.clock.now().plusSeconds(3600));
    }
    world.policy("greedy", Phase.SCREEN, (phase, call) -> Verdict.proceed(new Change.Once("call-" + call.id(), world.clock.now().plusSeconds(3600), SipStatus.FORBIDDEN)), "on.failure", onFailure);
    SipRequest invite = stack.invite("alice", "bob");
    world.settle();
    assertThat(stack.status(invite)).isEqualTo(status);
    assertThat(world.limits.keys()).isEqualTo(Room.MOST);
  }

  private static String lacking(Change change) {
    return Sense.lacking(Phase.ROUTE, Verdict.proceed(change));
  }

  @Test
  void comesToAnEndWithAPolicyThatAlwaysKnowsOneMoreLeg() {
    world.policy("more", Phase.RECOVER, (phase, call) -> Verdict.proceed(new Change.Legs(List.of(call.leg().orElseThrow()))));
    world.registered.clear();
    SipRequest invite = stack.invite("alice", "bob");
    world.settle();
    assertThat(stack.status(invite)).isEqualTo(480);
    world.assertEmpty();
  }
}

package org.strowger.calls.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.strowger.accounts.api.Account;
import org.strowger.accounts.api.SettingsDocument;
import org.strowger.calls.api.Phase;
import org.strowger.calls.api.SipStatus;
import org.strowger.calls.api.Verdict;
import org.strowger.calls.internal.Chain.Outcome;
import org.strowger.calls.internal.Chain.Side;
import org.strowger.calls.spi.AsyncCallPolicy;
import org.strowger.calls.spi.CallPolicy;
import org.strowger.kernel.CallId;
import org.strowger.kernel.Time;
import org.strowger.plugins.api.PluginInfo.State;
import org.strowger.plugins.internal.RealGuard;
import org.strowger.sip.api.NameAddr;
import org.strowger.sip.api.SipHeaders;
import org.strowger.sip.api.SipRequest;
import org.strowger.sip.api.SipUri;

/** A policy is nothing to the calls of accounts that have not switched it on. */
class ConcernTest {

  private static final int MOST_OVERDUE = 32;

  private final World world = new World();
  private final FakeStack stack = world.stack;

  private Account set(String name, String setting, Object value) {
    Account before = world.accounts.get(name);
    var document = new SettingsDocument("dncl", 1, Map.of(setting, value));
    var after = new Account(before.id(), before.customer(), before.profile(), before.info(), Map.of("dncl", document), before.version() + 1);
    world.accounts.put(name, after);
    return after;
  }

  private void refusing(String... properties) {
    world.policy("strict", Phase.SCREEN, (phase, call) -> Verdict.reject(SipStatus.FORBIDDEN, "asked"), properties);
  }

  private int called() {
    SipRequest invite = stack.invite("alice", "bob");
    world.settle();
    int status = stack.status(invite);
    if (status == 0) {
      stack.cancel(invite);
      world.settle();
    }
    return status;
  }

  @Test
  void isAskedOnlyAboutAccountsThatHaveItOn() {
    refusing("call.setting", "dncl.lookup", "on.failure", "closed");
    assertThat(called()).as("nothing is set").isZero();
    assertThat(world.traceOf(world.kept.keySet().iterator().next())).contains("SCREEN strict 1.0 is not asked: dncl.lookup is off");
    assertThat(world.simulate("alice", "bob").steps()).anySatisfy(step -> assertThat(step.what()).isEqualTo("is not asked: dncl.lookup is off"));
    set("alice", "lookup", false);
    set("bob", "lookup", true);
    assertThat(called()).as("it is the caller's that counts").isZero();
    set("alice", "other", true);
    assertThat(called()).isZero();
    set("alice", "lookup", true);
    assertThat(called()).isEqualTo(403);
  }

  @Test
  void whatCannotBeReadAsASwitchIsThePolicysToJudge() {
    refusing("call.setting", "dncl.lookup");
    set("alice", "lookup", "perhaps");
    assertThat(called()).isEqualTo(403);
  }

  @Test
  void inTheCalleesScreenItIsTheCalleesSetting() {
    refusing("call.setting", "dncl.lookup", "call.side", "callee");
    set("alice", "lookup", true);
    assertThat(called()).isZero();
    set("bob", "lookup", true);
    assertThat(called()).isNotZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"dncl.lookup, other.thing", "other.thing,dncl.lookup"})
  void oneOfSeveralIsEnough(String settings) {
    refusing("call.setting", settings);
    assertThat(called()).isZero();
    set("alice", "lookup", true);
    assertThat(called()).isEqualTo(403);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "dncl", ".lookup", "dncl.", "dncl.lookup,x"})
  void whoNamesNoSettingIsAskedAboutEveryCall(String settings) {
    refusing("call.setting", settings);
    assertThat(called()).isEqualTo(403);
  }

  /** Here the guard is the switch's own. */
  @Test
  void aSickPolicyThatRefusesIsNothingToTheOthers() throws Exception {
    Account others = world.accounts.get("bob");
    Account asks = set("alice", "lookup", true);
    AsyncCallPolicy silent = (phase, call) -> new CompletableFuture<>();
    try (var guard = new RealGuard(Duration.ofMillis(50), Duration.ofMillis(60), Duration.ofSeconds(30))) {
      guard.add("silent", silent, Map.of("call.phase", "SCREEN", "call.setting", "dncl.lookup"));
      var chain = new Chain(guard, new Policies(guard.follow(CallPolicy.class), guard.follow(AsyncCallPolicy.class), () -> { }, Time.SYSTEM, () -> false), Time.SYSTEM);
      List<CompletableFuture<Outcome>> waiting = new ArrayList<>();
      for (int i = 0; i < MOST_OVERDUE; i++) {
        waiting.add(screened(chain, asks));
      }
      for (CompletableFuture<Outcome> one : waiting) {
        assertThat(one.get(10, TimeUnit.SECONDS)).isInstanceOf(Outcome.Refused.class);
      }
      assertThat(guard.list().get(0).state()).isEqualTo(State.QUARANTINED);
      assertThat(screened(chain, asks).get(10, TimeUnit.SECONDS)).as("who wants it").isInstanceOf(Outcome.Refused.class);
      long faults = guard.list().get(0).faults();
      assertThat(screened(chain, others).get(10, TimeUnit.SECONDS)).as("who does not").isSameAs(Chain.GO);
      assertThat(guard.list().get(0).faults()).isEqualTo(faults);
    }
  }

  private static CompletableFuture<Outcome> screened(Chain chain, Account caller) {
    var outcome = new CompletableFuture<Outcome>();
    var draft = new Draft(new CallId(1), Instant.EPOCH, World.CALLERS, NameAddr.of(SipUri.of(caller.name(), World.CALLERS.remote())), SipHeaders.NONE, caller.name(), "14165550100", false);
    draft.caller = Optional.of(caller);
    var trace = new Trace(draft.id, Instant.EPOCH, 0, Time.SYSTEM);
    chain.run(Phase.SCREEN, Side.CALLER, draft::view, new Changes(null, null, draft, null, trace), trace, new Desk() {
      @Override
      public boolean waits() {
        return true;
      }

      @Override
      public void later(Runnable then) {
        then.run();
      }

      @Override
      public void lost(Thread stuck, Runnable then) {
        throw new AssertionError("it gives its thread back at once");
      }
    }, outcome::complete);
    return outcome;
  }
}

package org.strowger.calls.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.strowger.calls.api.Change;
import org.strowger.calls.api.Phase;
import org.strowger.calls.api.SipStatus;
import org.strowger.calls.api.Verdict;
import org.strowger.sip.api.SipRequest;

/** Policies that leave while calls are decided: who may be done without, and who answers instead. */
class DepartedPolicyTest {

  private final World world = new World();
  private final FakeStack stack = world.stack;

  /** Who was to be asked goes while another is asked: nobody is there to decide, which is no reason to refuse. */
  @Test
  void aPolicyThatLeftBeforeItsTurnDecidesNothing() {
    world.policy("a", Phase.SCREEN, (phase, call) -> {
      world.withdraw("b");
      return Verdict.proceed();
    });
    world.policy("b", Phase.SCREEN, (phase, call) -> Verdict.reject(SipStatus.FORBIDDEN, "asked"), "on.failure", "closed");
    world.policy("c", Phase.SCREEN, (phase, call) -> Verdict.proceed(new Change.Tag("c was asked")));
    SipRequest invite = stack.invite("alice", "bob");
    world.settle();
    assertThat(stack.status(invite)).isZero();
    assertThat(stack.sent("INVITE")).hasSize(1);
    stack.cancel(invite);
    world.settle();
    assertThat(world.traceOf(world.kept.keySet().iterator().next())).contains("SCREEN b 1.0 has left and decides nothing (has gone)").contains("c was asked");
    world.assertEmpty();
  }

  @Test
  void aMandatoryPolicyThatLeftBeforeItsTurnIsNotDoneWithout() {
    world.policy("a", Phase.SCREEN, (phase, call) -> {
      world.withdraw("b");
      world.missing.add("b");
      return Verdict.proceed();
    });
    world.policy("b", Phase.SCREEN, (phase, call) -> Verdict.proceed(), "on.failure", "closed");
    SipRequest invite = stack.invite("alice", "bob");
    world.settle();
    assertThat(stack.status(invite)).isEqualTo(503);
    assertThat(world.ledger.only().end().reason()).isEqualTo("mandatory policy b has left");
    world.assertEmpty();
  }

  @Test
  void aMandatoryPolicyThatLeavesBetweenTwoPhasesIsNotDoneWithout() {
    world.policy("a", Phase.TRANSLATE, (phase, call) -> {
      leaves("b");
      return Verdict.proceed();
    });
    world.policy("b", Phase.SCREEN, (phase, call) -> Verdict.proceed(), "on.failure", "closed");
    SipRequest invite = stack.invite("alice", "bob");
    world.settle();
    assertThat(stack.status(invite)).isEqualTo(503);
    assertThat(stack.answer(invite).headers().first("Retry-After")).contains("5");
    assertThat(stack.sent("INVITE")).isEmpty();
    assertThat(world.ledger.only().end().reason()).isEqualTo("mandatory plugin b is not there");
    world.assertEmpty();
  }

  @Test
  void aMandatoryPolicyThatLeavesWhileTheCalleeIsLookedUpIsNotDoneWithout() {
    world.policy("b", Phase.PRESENT, (phase, call) -> Verdict.proceed(new Change.HideCaller()), "on.failure", "closed");
    world.policy("z", Phase.ROUTE, (phase, call) -> {
      // The callee is looked up next.
      world.lookups = question -> world.work.add(() -> {
        world.withdraw("b");
        world.missing.add("b");
        question.run();
      });
      return Verdict.proceed();
    });
    SipRequest invite = stack.invite("alice", "bob");
    world.settle();
    assertThat(stack.status(invite)).isEqualTo(503);
    assertThat(stack.sent("INVITE")).isEmpty();
    world.assertEmpty();
  }

  @Test
  void noLaterLegIsTriedWithoutAMandatoryPolicy() {
    world.carriers(World.carrier(1, 1), World.carrier(2, 1));
    world.policy("b", Phase.PRESENT, (phase, call) -> Verdict.proceed(new Change.HideCaller()), "on.failure", "closed");
    SipRequest invite = stack.invite("alice", "442071838750");
    world.settle();
    assertThat(stack.sent("INVITE")).hasSize(1);
    leaves("b");
    stack.last("INVITE").reply(500);
    world.settle();
    assertThat(stack.sent("INVITE")).hasSize(1);
    assertThat(stack.status(invite)).isEqualTo(503);
    assertThat(world.ledger.only().end().reason()).isEqualTo("mandatory plugin b is not there");
    world.assertEmpty();
  }

  /** It leaves, be it while it is asked about a leg: no other leg is tried instead. */
  @Test
  void aMandatoryPolicyThatLeavesWhileItIsAskedAboutALegEndsTheCall() {
    world.carriers(World.carrier(1, 1), World.carrier(2, 1));
    var never = new CompletableFuture<Verdict>();
    world.asyncPolicy("b", Phase.PRESENT, (phase, call) -> never, "on.failure", "closed");
    SipRequest invite = stack.invite("alice", "442071838750");
    world.settle();
    leaves("b");
    never.completeExceptionally(new IllegalStateException("closed"));
    world.settle();
    assertThat(stack.sent("INVITE")).isEmpty();
    assertThat(stack.status(invite)).isEqualTo(503);
    world.assertEmpty();
  }

  @Test
  void callsThatAreUpNeedNoMandatoryPolicy() {
    world.policy("b", Phase.PRESENT, (phase, call) -> Verdict.proceed(), "on.failure", "closed");
    SipRequest invite = stack.invite("alice", "bob");
    world.settle();
    leaves("b");
    stack.last("INVITE").reply(180);
    world.settle();
    stack.last("INVITE").reply(200);
    world.pass(Duration.ofSeconds(2));
    assertThat(stack.status(invite)).isEqualTo(200);
    assertThat(stack.sent("BYE")).isEmpty();
  }

  @Test
  void aSimulationSaysThatAMandatoryPolicyIsNotThere() {
    world.missing.add("b");
    assertThat(world.simulate("alice", "bob").steps()).anySatisfy(step -> assertThat(step.what()).isEqualTo("refused with 503: mandatory plugin b is not there"));
  }

  @Test
  void itsNextBuildIsAskedInItsPlace() {
    world.policy("a", Phase.SCREEN, (phase, call) -> {
      world.policy("b", Phase.SCREEN, (again, same) -> Verdict.reject(SipStatus.FORBIDDEN, "the next build"), "on.failure", "closed");
      return Verdict.proceed();
    });
    world.policy("b", Phase.SCREEN, (phase, call) -> Verdict.proceed(), "on.failure", "closed");
    SipRequest invite = stack.invite("alice", "bob");
    world.settle();
    assertThat(stack.status(invite)).isEqualTo(403);
    assertThat(world.traceOf(world.kept.keySet().iterator().next())).contains("SCREEN b 1.0 has left, b 1.0 is asked in its place (has gone)");
    world.assertEmpty();
  }

  /** As of a bundle that is updated while it is asked; whoever is asked after it is asked still. */
  @Test
  void itsNextBuildAnswersForTheOneThatNeverDid() {
    for (String onFailure : new String[] {"closed", "open"}) {
      var never = new CompletableFuture<Verdict>();
      world.asyncPolicy("b", Phase.SCREEN, (phase, call) -> never, "on.failure", onFailure);
      world.policy("c", Phase.SCREEN, (phase, call) -> Verdict.reject(SipStatus.FORBIDDEN, String.join(",", call.tags())));
      SipRequest invite = stack.invite("alice", "bob");
      world.settle();
      assertThat(stack.status(invite)).isZero();
      world.policy("b", Phase.SCREEN, (phase, call) -> Verdict.proceed(new Change.Tag("next-build")), "on.failure", onFailure);
      never.completeExceptionally(new IllegalStateException("did not answer within 500 ms"));
      world.settle();
      assertThat(stack.status(invite)).as(onFailure).isEqualTo(403);
      assertThat(world.ledger.settled.values()).last().satisfies(call -> assertThat(call.end().reason()).isEqualTo("next-build"));
    }
    world.assertEmpty();
  }

  @Test
  void oneSuccessorIsAskedAndNoMore() {
    var asked = new AtomicInteger();
    withdrawsItself(asked);
    SipRequest invite = stack.invite("alice", "bob");
    world.settle();
    assertThat(asked).hasValue(2);
    assertThat(stack.status(invite)).isZero();
    assertThat(stack.sent("INVITE")).hasSize(1);
    world.missing.add("b");
    asked.set(0);
    SipRequest refused = stack.invite("alice", "bob");
    world.settle();
    assertThat(asked).hasValue(0);
    assertThat(stack.status(refused)).isEqualTo(503);
  }

  /** Each build fails, and another one is there by then. */
  private void withdrawsItself(AtomicInteger asked) {
    world.policy("b", Phase.SCREEN, (phase, call) -> {
      asked.incrementAndGet();
      withdrawsItself(asked);
      throw new IllegalStateException("deactivated");
    }, "on.failure", "closed");
  }

  @Test
  void aNextBuildThatDoesNotDecideInThisPhaseIsNotAskedInIt() {
    world.policy("a", Phase.SCREEN, (phase, call) -> {
      world.policy("b", Phase.RECOVER, (again, same) -> Verdict.reject(SipStatus.FORBIDDEN, "recovers only"));
      return Verdict.proceed();
    });
    world.policy("b", Phase.SCREEN, (phase, call) -> Verdict.proceed(), "on.failure", "closed");
    stack.invite("alice", "bob");
    world.settle();
    assertThat(stack.sent("INVITE")).hasSize(1);
  }

  private void leaves(String mandatory) {
    world.withdraw(mandatory);
    world.missing.add(mandatory);
  }
}

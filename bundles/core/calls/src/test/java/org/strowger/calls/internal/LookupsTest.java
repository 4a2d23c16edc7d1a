package org.strowger.calls.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.strowger.kernel.Unavailable;
import org.strowger.sip.api.DialogId;
import org.strowger.sip.api.SipBody;
import org.strowger.sip.api.SipHeaders;
import org.strowger.sip.api.SipRequest;
import org.strowger.sip.api.TransactionId;

/** Accounts that have to come from the disk hold up nobody but the call that waits for them. */
class LookupsTest {

  private final World world = new World();
  private final FakeStack stack = world.stack;
  private final ArrayDeque<Runnable> disk = new ArrayDeque<>();

  private void fromDisk() {
    disk.remove().run();
    world.settle();
  }

  @Test
  void aCallHangsUpWhileAnotherWaitsForAnAccount() {
    SipRequest up = stack.invite("alice", "bob");
    world.settle();
    stack.last("INVITE").reply(200, SipBody.sdp("v=0"));
    world.settle();
    DialogId caller = stack.dialogOf(up.transaction());
    stack.user.acknowledged(caller, SipBody.NONE);
    world.lookups = disk::add;
    SipRequest waits = stack.invite("alice", "bob");
    world.settle();
    assertThat(disk).as("the caller's account").hasSize(1);
    TransactionId bye = stack.request(caller, "BYE", SipHeaders.NONE, SipBody.NONE);
    world.settle();
    assertThat(stack.status(bye)).isEqualTo(200);
    assertThat(world.ledger.settled).hasSize(1);
    fromDisk();
    assertThat(disk).as("the callee's account").hasSize(1);
    assertThat(stack.sent("INVITE")).hasSize(1);
    fromDisk();
    assertThat(stack.sent("INVITE")).hasSize(2);
    stack.cancel(waits);
    world.settle();
    world.assertEmpty();
  }

  @Test
  void whoIsCancelledMeanwhileRingsNobody() {
    world.lookups = disk::add;
    SipRequest invite = stack.invite("alice", "bob");
    world.settle();
    fromDisk();
    stack.cancel(invite);
    world.settle();
    assertThat(stack.status(invite)).isEqualTo(487);
    fromDisk();
    assertThat(stack.sent("INVITE")).isEmpty();
    world.assertEmpty();
  }

  @Test
  void whoHasTheNumberIsKnownBeforeRoutesAreAsked() {
    world.lookups = disk::add;
    world.inMemory = false;
    SipRequest invite = stack.invite("alice", "bob");
    world.settle();
    fromDisk();
    assertThat(disk).as("the number dialled").hasSize(1);
    assertThat(world.table.all()).singleElement().satisfies(call -> assertThat(call.trace.print().toString()).doesNotContain("ROUTE"));
    fromDisk();
    assertThat(world.table.all()).singleElement().satisfies(call -> assertThat(call.trace.print().toString()).contains("ROUTE"));
    assertThat(disk).as("the callee's account").hasSize(1);
    fromDisk();
    assertThat(stack.sent("INVITE")).hasSize(1);
    stack.cancel(invite);
    world.settle();
    world.assertEmpty();
  }

  @Test
  void moreQuestionsThanMayWaitAre503() {
    world.lookups = question -> {
      throw new RejectedExecutionException("full");
    };
    SipRequest invite = stack.invite("alice", "bob");
    world.settle();
    assertThat(stack.status(invite)).isEqualTo(503);
    assertThat(stack.answer(invite).headers().first("Retry-After")).contains("5");
    world.lookups = disk::add;
    SipRequest second = stack.invite("alice", "bob");
    world.settle();
    world.lookups = question -> {
      throw new RejectedExecutionException("full");
    };
    fromDisk();
    assertThat(stack.status(second)).as("the callee's").isEqualTo(503);
    world.assertEmpty();
  }

  @Test
  void moreQuestionsThanMayWaitMakeASimulationUnavailable() {
    world.lookups = question -> {
      throw new RejectedExecutionException("full");
    };
    assertThatThrownBy(() -> world.simulate("alice", "bob")).isInstanceOf(CompletionException.class).cause().isInstanceOf(Unavailable.class)
        .hasMessageContaining("too many are looked up at once");
    world.assertEmpty();
  }

  @Test
  void whoGuessesPasswordsLearnsNotFromTheLoadWhoExists() {
    assertThat(guess("alice")).as("from the disk").isEqualTo(guess("nobody")).isEqualTo(401);
    assertThat(world.askedForNobody).as("the disk was asked").isZero();
    world.loginsInMemory = true;
    assertThat(guess("alice")).as("in memory").isEqualTo(401);
    assertThat(world.askedForNobody).isEqualTo(1);
    assertThat(guess("nobody")).as("who is known to be nobody").isEqualTo(401);
    assertThat(world.askedForNobody).isEqualTo(2);
    world.lookups = question -> {
      throw new RejectedExecutionException("full");
    };
    assertThat(guess("alice")).as("in memory, while no look-up is served").isEqualTo(guess("nobody")).isEqualTo(503);
    SipRequest right = stack.invite("alice", "bob");
    world.settle();
    assertThat(stack.status(right)).as("in memory, right password").isNotEqualTo(401);
  }

  private SipRequest guessed(String login) {
    SipRequest invite = stack.invite(login, "bob", SipHeaders.NONE, SipBody.sdp("v=0"), login, "wrong", 70);
    world.settle();
    return invite;
  }

  @Test
  void aGuessCountsWhatEverBecomesOfIt() {
    world.loginsInMemory = true;
    world.lookups = disk::add;
    SipRequest cancelled = guessed("alice");
    assertThat(stack.guessed).as("before the disk is asked").containsExactly(cancelled.transaction());
    stack.cancel(cancelled);
    world.settle();
    assertThat(stack.status(cancelled)).as("a CANCEL brings no other answer").isZero();
    fromDisk();
    assertThat(stack.challenged).containsExactly(cancelled.transaction());
    world.lookups = question -> {
      throw new RejectedExecutionException("full");
    };
    SipRequest unserved = guessed("alice");
    assertThat(stack.status(unserved)).isEqualTo(503);
    assertThat(stack.guessed).containsExactly(cancelled.transaction(), unserved.transaction());
    world.assertEmpty();
  }

  @Test
  void whoCancelsAndIsRightIsToldThatHeCancelled() {
    world.lookups = disk::add;
    SipRequest invite = stack.invite("alice", "bob");
    world.settle();
    stack.cancel(invite);
    world.settle();
    assertThat(stack.status(invite)).isZero();
    fromDisk();
    assertThat(stack.status(invite)).isEqualTo(487);
    assertThat(stack.guessed).isEmpty();
    assertThat(world.ledger.settled).isEmpty();
    world.assertEmpty();
  }

  @Test
  void anInviteThatHasExpiredMeanwhileRingsNobody() {
    world.lookups = disk::add;
    SipRequest invite = stack.invite("alice", "bob", SipHeaders.of("Expires", "1"), SipBody.sdp("v=0"));
    world.settle();
    fromDisk();
    world.pass(Duration.ofMillis(1500));
    fromDisk();
    assertThat(stack.sent("INVITE")).isEmpty();
    assertThat(stack.status(invite)).isEqualTo(487);
    assertThat(world.ledger.only().end().result()).isEqualTo(487);
    world.assertEmpty();
  }

  private int guess(String login) {
    SipRequest invite = guessed(login);
    return stack.challenged.contains(invite.transaction()) ? 401 : stack.status(invite);
  }

  @Test
  void anAnswerThatDoesNotComeIs503() {
    world.lookups = disk::add;
    SipRequest invite = stack.invite("alice", "bob");
    is503AfterTwoSeconds(invite);
  }

  @Test
  void aNumberThatIsNotLookedUpIs503AfterTwoSeconds() {
    world.lookups = disk::add;
    SipRequest invite = stack.invite("alice", "bob");
    world.settle();
    fromDisk();
    assertThat(disk).as("the callee's account").hasSize(1);
    is503AfterTwoSeconds(invite);
  }

  private void is503AfterTwoSeconds(SipRequest invite) {
    world.pass(Duration.ofMillis(1900));
    assertThat(stack.status(invite)).as("house plan: up to 2 s").isZero();
    world.pass(Duration.ofMillis(200));
    assertThat(stack.status(invite)).isEqualTo(503);
    fromDisk();
    world.assertEmpty();
  }

  @Test
  void whatNobodyCouldJudgeTellsNothingAndIsNoGuess() {
    world.lookups = disk::add;
    SipRequest wrong = guessed("alice");
    SipRequest unknown = guessed("nobody");
    SipRequest right = stack.invite("alice", "bob");
    world.pass(Duration.ofMillis(2100));
    assertThat(stack.status(wrong)).isEqualTo(stack.status(unknown)).isEqualTo(stack.status(right)).isEqualTo(503);
    assertThat(stack.challenged).isEmpty();
    assertThat(stack.guessed).as("an honest phone is not banned for an outage").isEmpty();
    while (!disk.isEmpty()) {
      fromDisk();
    }
    world.assertEmpty();
  }

  @Test
  void areBounded() throws InterruptedException {
    var gate = new CountDownLatch(1);
    var started = new CountDownLatch(1);
    try (var lookups = new Lookups(1, 1)) {
      lookups.execute(() -> {
        started.countDown();
        try {
          gate.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      });
      assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
      lookups.execute(() -> { });
      assertThatThrownBy(() -> lookups.execute(() -> { })).isInstanceOf(RejectedExecutionException.class);
      gate.countDown();
    }
  }
}

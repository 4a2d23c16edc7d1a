package org.strowger.calls.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.strowger.accounts.api.Account;
import org.strowger.accounts.api.AccountDirectory;
import org.strowger.billing.api.Payer;
import org.strowger.billing.api.RatingService;
import org.strowger.calls.api.CallTrace;
import org.strowger.calls.api.Change;
import org.strowger.calls.api.Phase;
import org.strowger.calls.api.SipStatus;
import org.strowger.calls.api.Verdict;
import org.strowger.kernel.AccountId;
import org.strowger.kernel.Unavailable;
import org.strowger.sip.api.SipBody;
import org.strowger.sip.api.SipHeaders;
import org.strowger.sip.api.SipRequest;

/** From the INVITE to the first leg. */
class DecidingTest {

  private static final SipBody OFFER = SipBody.sdp("v=0 offer");

  private final World world = new World(new Exchange.Settings(2, 1800, 90));
  private final FakeStack stack = world.stack;

  @Test
  void waitsForAPartThatIsBeingReplacedAndThenGoesOn() {
    RatingService rating = world.services.rating.orThrow();
    world.services.rating.unbind(rating);
    SipRequest invite = stack.invite("alice", "bob");
    world.pass(Duration.ofMillis(1500));
    assertThat(stack.status(invite)).isZero();
    world.services.rating.bind(rating);
    world.pass(Duration.ofMillis(100));
    assertThat(stack.sent("INVITE")).hasSize(1);
  }

  /** The caller is known already: what goes away then is waited for all the same. */
  @Test
  void waitsForAccountsThatGoWhileACallIsDecided() {
    AccountDirectory directory = world.services.directory.orThrow();
    world.policy("replacer", Phase.SCREEN, (phase, call) -> {
      world.services.directory.unbind(directory);
      return Verdict.proceed();
    });
    SipRequest invite = stack.invite("alice", "bob");
    world.pass(Duration.ofMillis(1500));
    assertThat(stack.status(invite)).isZero();
    world.services.directory.bind(directory);
    world.pass(Duration.ofMillis(100));
    assertThat(stack.sent("INVITE")).hasSize(1);
  }

  @Test
  void givesUpWaitingForAccountsThatGoWhileACallIsDecided() {
    AccountDirectory directory = world.services.directory.orThrow();
    world.policy("replacer", Phase.SCREEN, (phase, call) -> {
      world.services.directory.unbind(directory);
      return Verdict.proceed();
    });
    SipRequest invite = stack.invite("alice", "bob");
    world.pass(Duration.ofMillis(2200));
    assertThat(stack.status(invite)).isEqualTo(503);
    assertThat(stack.answer(invite).headers().first("Retry-After")).isPresent();
  }

  @Test
  void gives503AfterTwoSeconds() {
    world.noPolicies();
    SipRequest invite = stack.invite("alice", "bob");
    world.pass(Duration.ofMillis(2100));
    assertThat(stack.status(invite)).isEqualTo(503);
    assertThat(stack.answer(invite).headers().first("Retry-After")).isPresent();
    world.assertEmpty();
  }

  @Test
  void sheds503WhenAllCallsAreTaken() {
    stack.invite("alice", "bob");
    stack.invite("alice", "bob");
    SipRequest third = stack.invite("alice", "bob");
    assertThat(stack.status(third)).isEqualTo(503);
    world.switchboard.close();
  }

  @Test
  void refusesBlockedAccountsAndMessagesThatCannotBe() {
    Account alice = world.accounts.get("alice");
    assertThat(status("alice", SipHeaders.NONE, OFFER, 0)).isEqualTo(483);
    assertThat(status("alice", SipHeaders.of("Require", "teleport"), OFFER, 70)).isEqualTo(420);
    assertThat(status("alice", SipHeaders.NONE, new SipBody("text/plain", new byte[] {65}), 70)).isEqualTo(415);
    assertThat(status("alice", SipHeaders.NONE, new SipBody("application/sdp", new byte[20_000]), 70)).isEqualTo(413);
    assertThat(status("alice", SipHeaders.of("Accept", "text/nobodyKnowsThis"), OFFER, 70)).isEqualTo(406);
    assertThat(status("alice", SipHeaders.of("Accept", ""), SipBody.NONE, 70)).as("nothing at all is taken").isEqualTo(406);
    var p = alice.profile();
    var blocked = new org.strowger.accounts.api.AccountProfile(p.name(), p.voipLogin(), p.plan(), p.creditLimit(), null, p.timeZone(), "en", null, null, -1, true);
    world.accounts.put("alice", new Account(alice.id(), alice.customer(), blocked, alice.info(), alice.features(), 2));
    assertThat(status("alice", SipHeaders.NONE, OFFER, 70)).isEqualTo(403);
    world.assertEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/sdp", "text/plain;q=0.3, Application/SDP;level=1", "application/*", "*/*"})
  void callsWhoTakesSdp(String accept) {
    stack.invite("alice", "bob", SipHeaders.of("Accept", accept), OFFER, "alice", "right", 70);
    world.settle();
    assertThat(stack.sent("INVITE")).hasSize(1);
  }

  private int status(String from, SipHeaders headers, SipBody body, int maxForwards) {
    SipRequest invite = stack.invite(from, "bob", headers, body, from, "right", maxForwards);
    world.settle();
    return stack.status(invite);
  }

  @Test
  void believesTheNumberInFromOnlyIfItIsTheAccountsName() {
    stack.invite("5551234", "bob", SipHeaders.NONE, OFFER, "alice", "right", 70);
    world.settle();
    Call call = world.table.all().iterator().next();
    assertThat(call.draft.cliIn).isEqualTo("5551234");
    assertThat(call.draft.cli).isEqualTo("alice");
  }

  @Test
  void goesOnOrRefusesWhenAPolicyBreaks() {
    world.policy("fragile", Phase.SCREEN, (phase, call) -> {
      throw new IllegalStateException("no");
    });
    stack.invite("alice", "bob");
    world.settle();
    assertThat(stack.sent("INVITE")).hasSize(1);
    world.policy("fragile", Phase.SCREEN, (phase, call) -> {
      throw new IllegalStateException("no");
    }, "on.failure", "closed");
    SipRequest second = stack.invite("alice", "bob");
    world.settle();
    assertThat(stack.status(second)).isEqualTo(503);
    assertThat(world.ledger.only().end().reason()).isEqualTo("policy fragile gave no answer");
  }

  @Test
  void letsLaterPoliciesSeeWhatEarlierOnesChanged() {
    world.policy("translate", Phase.TRANSLATE, (phase, call) -> Verdict.proceed(new Change.Cld("bob"), new Change.Tag("translated")));
    world.policy("look", Phase.SCREEN, (phase, call) -> call.tags().contains("translated") && call.cld().equals("bob") ? Verdict.proceed()
        : Verdict.reject(SipStatus.FORBIDDEN, "not seen"));
    stack.invite("alice", "12345");
    world.settle();
    assertThat(stack.last("INVITE").outside.uri().user()).isEqualTo("bob");
  }

  @Test
  void emptiesAndRefillsABucketAndUsesAKeyOnce() {
    world.policy("cps", Phase.SCREEN, (phase, call) -> Verdict.proceed(new Change.Take("cps:alice", new BigDecimal("0.5"), 1, SipStatus.BUSY_HERE)));
    SipRequest first = stack.invite("alice", "bob");
    SipRequest second = stack.invite("alice", "bob");
    world.settle();
    assertThat(stack.status(second)).isEqualTo(486);
    stack.cancel(first);
    world.pass(Duration.ofMillis(2010));
    SipRequest third = stack.invite("alice", "bob");
    world.settle();
    assertThat(stack.status(third)).isZero();
    stack.cancel(third);
    world.settle();
    world.policy("cps", Phase.SCREEN, (phase, call) -> Verdict.proceed(new Change.Once("welcome", world.clock.now().plusSeconds(60), SipStatus.FORBIDDEN)));
    SipRequest fourth = stack.invite("alice", "bob");
    SipRequest fifth = stack.invite("alice", "bob");
    world.settle();
    assertThat(stack.status(fourth)).isZero();
    assertThat(stack.status(fifth)).isEqualTo(403);
  }

  @Test
  void simulatesWithoutTakingHoldingOrSendingAnything() {
    world.policy("sessions", Phase.SCREEN, (phase, call) -> {
      assertThat(call.simulated()).isTrue();
      return Verdict.proceed(new Change.Hold("account:1", 1, SipStatus.BUSY_HERE));
    });
    world.policy("router", Phase.ROUTE, (phase, call) -> Verdict.proceed(new Change.Legs(List.of(World.carrier(1, 1), World.carrier(2, 1)))));
    CallTrace trace = world.simulate("alice", "442071838750");
    List<String> what = trace.steps().stream().map(CallTrace.Step::what).toList();
    assertThat(what).contains("one of 1 slots of account:1", "leg 1: carrier carrier1", "leg 2: the first minute costs account:1 0.6 USD", "leg 2: the first minute costs carrier:2 0.3 USD");
    assertThat(stack.sent).isEmpty();
    world.assertEmpty();
    assertThat(world.simulate("alice", "bob").steps()).isNotEmpty();
  }

  /** A vendor's policy routes some numbers; the switch's own, which routes the rest, is being replaced. */
  @Test
  void waitsForRoutingWhereAnotherPolicyKnowsNoRoute() {
    world.policy("router", Phase.ROUTE, (phase, call) -> Verdict.proceed());
    SipRequest unknown = stack.invite("alice", "bob");
    world.settle();
    assertThat(stack.status(unknown)).as("there never was any other").isEqualTo(404);
    world.policy("routing", Phase.ROUTE, (phase, call) -> world.onNet(call.cld()));
    world.withdraw("routing");
    SipRequest waits = stack.invite("alice", "bob");
    world.pass(Duration.ofMillis(1500));
    assertThat(stack.status(waits)).isLessThan(200);
    assertThat(stack.sent("INVITE")).isEmpty();
    world.policy("routing", Phase.ROUTE, (phase, call) -> world.onNet(call.cld()));
    world.pass(Duration.ofMillis(100));
    assertThat(stack.sent("INVITE")).hasSize(1);

    world.withdraw("routing");
    SipRequest never = stack.invite("alice", "carol");
    world.pass(Duration.ofMillis(2100));
    assertThat(stack.status(never)).isEqualTo(503);
    stack.last("INVITE").reply(486, SipBody.NONE);
    world.pass(Duration.ofSeconds(1));
  }

  @Test
  void waitsNoLongerForRoutingThatWasTakenOut() {
    world.policy("router", Phase.ROUTE, (phase, call) -> Verdict.proceed());
    world.policy("routing", Phase.ROUTE, (phase, call) -> world.onNet(call.cld()));
    world.withdraw("routing");
    world.pass(Duration.ofSeconds(29));
    SipRequest waits = stack.invite("alice", "bob");
    world.settle();
    assertThat(stack.status(waits)).isZero();
    world.pass(Duration.ofMillis(1100));
    assertThat(stack.status(waits)).as("30 s are over").isEqualTo(404);
    SipRequest unknown = stack.invite("alice", "bob");
    world.settle();
    assertThat(stack.status(unknown)).isEqualTo(404);
    world.policy("routing", Phase.ROUTE, (phase, call) -> world.onNet(call.cld()));
    world.withdraw("routing");
    SipRequest again = stack.invite("alice", "bob");
    world.pass(Duration.ofMillis(1500));
    assertThat(stack.status(again)).as("it was there again, and left").isZero();
    world.pass(Duration.ofSeconds(1));
    world.assertEmpty();
  }

  /** Nobody rings, and nobody pays. */
  @Test
  void aCallWhoseInviteTheStackHasAnsweredEnds() {
    SipRequest invite = stack.invite("alice", "bob");
    stack.gone.add(invite.transaction());
    world.settle();
    assertThat(stack.sent("INVITE")).isEmpty();
    assertThat(world.ledger.only().end().reason()).isEqualTo("the caller's INVITE is over");
    world.assertEmpty();
  }

  @Test
  void simulatesWhatWouldBeHeldAndWhetherItCanBePaid() {
    world.policy("router", Phase.ROUTE, (phase, call) -> Verdict.proceed(new Change.Legs(List.of(World.carrier(1, 1), World.carrier(2, 1)))));
    world.ledger.balances.put(Payer.of(new AccountId(1)), new BigDecimal("1.00"));
    assertThat(said("alice", "442071838750")).contains("leg 1: 0.1 USD of 1 USD available would be held of account:1 for the first 10 s", "leg 1: 10 s would be paid for at first",
        "leg 2: 10 s would be paid for at first");
    world.ledger.balances.put(Payer.of(new AccountId(1)), BigDecimal.ZERO);
    assertThat(said("alice", "442071838750")).contains("leg 1: nothing would be held: account:1 has too little", "refused with 402: insufficient funds: account:1 has too little")
        .doesNotContain("leg 2: carrier carrier2");
    world.ledger.away = true;
    assertThatThrownBy(() -> world.simulate("alice", "442071838750")).rootCause().isInstanceOf(Unavailable.class);
    world.ledger.away = false;
    world.assertEmpty();
  }

  private List<String> said(String account, String cld) {
    return world.simulate(account, cld).steps().stream().map(CallTrace.Step::what).toList();
  }

  @Test
  void simulatesAnOnNetCall() {
    CallTrace trace = world.simulate("alice", "bob");
    assertThat(trace.steps().stream().map(CallTrace.Step::what)).contains("leg 1 rings bob at 1 contact(s)", "leg 1: the first minute costs account:1 0 USD");
  }

  @Test
  void disconnectsCallsInEveryState() {
    SipRequest ringing = stack.invite("alice", "bob");
    world.settle();
    world.table.all().forEach(call -> call.tell(() -> call.state().disconnect("disconnected by root")));
    world.settle();
    assertThat(stack.status(ringing)).isEqualTo(480);
    assertThat(stack.last("INVITE").cancelled).isTrue();
    stack.invite("alice", "bob");
    world.settle();
    stack.last("INVITE").reply(200, OFFER);
    world.settle();
    world.table.all().forEach(call -> call.tell(() -> call.state().disconnect("disconnected by root")));
    world.settle();
    assertThat(stack.sent("BYE")).hasSize(2);
    assertThat(world.ledger.settled).hasSize(2);
    world.assertEmpty();
  }

  @Test
  void endsABrokenCallInOrder() {
    stack.invite("alice", "bob");
    world.settle();
    stack.last("INVITE").reply(200, OFFER);
    world.settle();
    world.table.all().forEach(call -> call.tell(() -> {
      throw new IllegalStateException("a bug");
    }));
    world.settle();
    assertThat(stack.sent("BYE")).hasSize(2);
    assertThat(world.ledger.only().end().reason()).isEqualTo("internal error");
    assertThat(world.ledger.only().end().answered()).isTrue();
    world.assertEmpty();
  }
}

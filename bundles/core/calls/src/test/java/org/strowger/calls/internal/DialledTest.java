package org.strowger.calls.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.strowger.billing.api.Quote;
import org.strowger.calls.api.CallTrace;
import org.strowger.calls.api.Change;
import org.strowger.calls.api.Leg;
import org.strowger.calls.api.Phase;
import org.strowger.calls.api.Verdict;
import org.strowger.kernel.InvalidInput;
import org.strowger.sip.api.SipHeaders;
import org.strowger.sip.api.SipRequest;

/** What is written into a number hides neither its price nor that it is forbidden, and what is no number gets no further than the door. */
class DialledTest {

  private final World world = new World();
  private final FakeStack stack = world.stack;
  private final List<String> routed = new ArrayList<>();

  /** A carrier that takes every number as it was routed; 1 is cheap, 1900 forbidden. */
  @BeforeEach
  void prices() {
    world.policy("router", Phase.ROUTE, (phase, call) -> {
      routed.add(call.cld());
      Leg.Carrier to = World.carrier(1, 0);
      return world.accounts.containsKey(call.cld()) ? world.onNet(call.cld()) : Verdict.proceed(new Change.Legs(List.of(new Leg.Carrier(to.carrier(), to.name(), to.cli(), call.cld(),
          to.hop(), to.transport(), to.login(), to.tariff(), to.rounding(), 0, to.stopCodes(), to.timers()))));
    });
    world.selling = (cld, onNet) -> !onNet && cld.startsWith("1900") ? new Quote.Forbidden("1900") : new Quote.Priced(World.rate("0.60", 1, 1));
  }

  private SipRequest dial(String user) {
    SipRequest invite = stack.invite("alice", user);
    world.settle();
    return invite;
  }

  @ParameterizedTest
  @ValueSource(strings = {"19005550100", "1-9005550100", "1(900)5550100", "1.900.555.0100", "1%20900%20555%200100", "1%2D9005550100", "19005550100;phone-context=x", "(1)900-5550100"})
  void aForbiddenPrefixIsForbiddenHoweverItIsWritten(String user) {
    assertThat(stack.status(dial(user))).isEqualTo(403);
    assertThat(stack.sent).isEmpty();
    assertThat(world.ledger.only().end().reason()).isEqualTo("prefix 1900 is forbidden in plan 1");
    assertThat(world.ledger.only().facts().cld()).isEqualTo("19005550100");
    world.assertEmpty();
  }

  @ParameterizedTest
  @CsvSource({"1-416-555-0100,14165550100", "+1(416)5550100,+14165550100", "1;9005550100,1", "*31#1-416,*31#1416", "carol.jones,carol.jones"})
  void theCarrierGetsTheNumberThatIsPriced(String user, String number) {
    dial(user);
    assertThat(stack.last("INVITE").outside.uri().user()).isEqualTo(number);
    assertThat(routed).containsExactly(number);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1!9005550100", "1/900", "1,900", "1_900", "1+900", "1-900x-5550100", "%D9%A1900", "1%C2%A0900", "1%E2%80%91900"})
  void whatIsNoNumberIsNotPricedAsOne(String user) {
    assertThat(stack.status(dial(user))).isEqualTo(484);
    assertThat(stack.sent).isEmpty();
    world.assertEmpty();
  }

  @Test
  void anAccountsNameStaysAsItIs() {
    world.account(3, "12-34");
    world.register("12-34", 1);
    dial("12-34");
    assertThat(routed).containsExactly("12-34");
    assertThat(stack.sent("INVITE")).hasSize(1);
    world.inMemory = false;
    dial("12-34;x=y");
    assertThat(routed).containsExactly("12-34", "12-34");
  }

  @Test
  void aSimulationSaysWhatACallWouldGet() {
    assertThat(said("1-9005550100")).contains("CLD becomes 19005550100", "refused with 403: prefix 1900 is forbidden in plan 1");
    assertThat(said("1/9005550100")).anyMatch(what -> what.startsWith("refused with 484: '1/9005550100' is no number"));
    assertThatThrownBy(() -> world.simulate("alice", "1\r\n2")).isInstanceOf(InvalidInput.class).hasMessageContaining("control character");
    assertThatThrownBy(() -> world.simulate("alice", "1".repeat(129))).isInstanceOf(InvalidInput.class).hasMessageContaining("128 characters");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1-9005550100", "19005550100;x=y", "1 (900) 555.0100"})
  void aDiversionHidesNothingEither(String to) {
    world.policy("divert", Phase.TRANSLATE, (phase, call) -> call.cld().equals("carol") ? new Verdict.Divert(to, "away") : Verdict.proceed());
    assertThat(stack.status(dial("carol"))).isEqualTo(403);
    assertThat(routed).containsExactly("19005550100");
    assertThat(world.ledger.only().end().reason()).isEqualTo("prefix 1900 is forbidden in plan 1");
    assertThat(said("carol")).contains("refused with 403: prefix 1900 is forbidden in plan 1");
    world.assertEmpty();
  }

  @Test
  void aSimulationLetsNoWorkerOfCallsWaitForTheDisk() {
    var disk = new java.util.ArrayDeque<Runnable>();
    world.lookups = disk::add;
    world.policy("divert", Phase.TRANSLATE, (phase, call) -> call.cld().equals("carol") ? new Verdict.Divert("bob", "away") : Verdict.proceed());
    var simulated = world.simulator.start(new org.strowger.calls.api.Simulation("alice", "carol", null, null));
    world.settle();
    assertThat(disk).as("whom it is diverted to").hasSize(1);
    disk.remove().run();
    world.settle();
    assertThat(disk).as("the callee").hasSize(1);
    assertThat(simulated).isNotDone();
    disk.remove().run();
    world.settle();
    assertThat(simulated).isDone();
    assertThat(simulated.join().steps().stream().map(CallTrace.Step::what).toList()).anyMatch(what -> what.startsWith("leg 1"));
  }

  private List<String> said(String cld) {
    return world.simulate("alice", cld).steps().stream().map(CallTrace.Step::what).toList();
  }

  @Test
  void aCallersNonsenseIsNoFaultOfAPolicy() {
    world.policy("router", Phase.ROUTE, (phase, call) -> Verdict.proceed(new Change.Legs(List.of(new Leg.OnNet(world.accounts.get("bob").id(), "bob", call.cli(), call.cld(), Leg.Timers.DEFAULT)))),
        "on.failure", "closed");
    world.policy("first", Phase.IDENTIFY, (phase, call) -> {
      routed.add(call.cldIn());
      return Verdict.proceed();
    });
    assertThat(stack.status(dial("1416%0d%0aX"))).isEqualTo(400);
    assertThat(stack.status(dial("1416%00"))).isEqualTo(400);
    assertThat(stack.status(dial("1".repeat(129)))).isEqualTo(484);
    SipRequest from = stack.invite("alice%0aX-Evil:%201", "bob", SipHeaders.NONE, org.strowger.sip.api.SipBody.sdp("v=0"), "alice", "right", 70);
    world.settle();
    assertThat(stack.status(from)).isEqualTo(400);
    assertThat(routed).as("policies that were asked").isEmpty();
    assertThat(world.ledger.settled.values()).allSatisfy(call -> assertThat(call.facts().cldIn() + call.facts().cliIn()).doesNotContainPattern("\\p{Cntrl}"));
    world.assertEmpty();
  }
}

package org.strowger.calls.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.strowger.calls.api.Change;
import org.strowger.calls.api.Locations;
import org.strowger.calls.api.Phase;
import org.strowger.calls.api.SipStatus;
import org.strowger.calls.api.Verdict;
import org.strowger.sip.api.OutgoingRequest;
import org.strowger.sip.api.SipBody;
import org.strowger.sip.api.SipClient.Failure;
import org.strowger.sip.api.SipHeaders;
import org.strowger.billing.api.Quote;
import org.strowger.kernel.CarrierId;
import org.strowger.sip.api.SipRequest;
import org.strowger.sip.api.SipUri;

/** Which leg is tried when, and what the caller is told in the end. */
class HuntingTest {

  private final World world = new World();
  private final FakeStack stack = world.stack;

  private SipRequest dial() {
    SipRequest invite = stack.invite("alice", "442071838750");
    world.settle();
    return invite;
  }

  private String lastHop() {
    return stack.last("INVITE").outside.uri().host();
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 502, 503, 504, 408, 401, 407})
  void goesToTheNextCarrier(int status) {
    world.carriers(World.carrier(1, 0), World.carrier(2, 0));
    SipRequest invite = dial();
    stack.last("INVITE").reply(status);
    world.settle();
    assertThat(lastHop()).isEqualTo("203.0.113.2");
    assertThat(stack.status(invite)).isLessThan(200);
  }

  @ParameterizedTest
  @ValueSource(ints = {403, 404, 480, 484, 486, 488, 600, 603})
  void takesARefusalForTheLastWord(int status) {
    world.carriers(World.carrier(1, 0), World.carrier(2, 0));
    SipRequest invite = dial();
    stack.last("INVITE").reply(status);
    world.settle();
    assertThat(stack.sent("INVITE")).hasSize(1);
    assertThat(stack.status(invite)).isEqualTo(status);
    world.assertEmpty();
  }

  @Test
  void stopsAtTheCarriersStopCode() {
    world.carriers(World.carrier(1, 0, 503), World.carrier(2, 0));
    SipRequest invite = dial();
    stack.last("INVITE").reply(503);
    world.settle();
    assertThat(stack.sent("INVITE")).hasSize(1);
    assertThat(stack.status(invite)).isEqualTo(500);
  }

  @Test
  void givesUpASilentCarrierAfterItsTimersAndHangsUpItsLate200() {
    world.carriers(World.carrier(1, 0), World.carrier(2, 0));
    dial();
    FakeStack.Sent first = stack.last("INVITE");
    world.pass(Duration.ofMillis(4900));
    assertThat(stack.sent("INVITE")).hasSize(1);
    world.pass(Duration.ofMillis(200));
    assertThat(stack.sent("INVITE")).hasSize(2);
    assertThat(first.cancelled).isTrue();
    first.reply(200, SipBody.sdp("v=0"));
    world.settle();
    assertThat(stack.acked).containsKey(first.dialog("t"));
    assertThat(stack.last("BYE").inside).isEqualTo(first.dialog("t"));
  }

  @Test
  void givesUpACarrierWithoutProgressAndOneWithoutAnswer() {
    world.carriers(World.carrier(1, 0), World.carrier(2, 0), World.carrier(3, 0));
    dial();
    stack.last("INVITE").reply(100);
    world.pass(Duration.ofSeconds(21));
    assertThat(lastHop()).isEqualTo("203.0.113.2");
    stack.last("INVITE").reply(180);
    world.pass(Duration.ofSeconds(121));
    assertThat(lastHop()).isEqualTo("203.0.113.3");
  }

  @Test
  void goesOnWhenACarrierCannotBeReached() {
    world.carriers(World.carrier(1, 0), World.carrier(2, 0));
    SipRequest invite = dial();
    stack.last("INVITE").fail(Failure.TRANSPORT);
    world.settle();
    assertThat(lastHop()).isEqualTo("203.0.113.2");
    stack.last("INVITE").fail(Failure.TIMEOUT);
    world.settle();
    assertThat(stack.status(invite)).isEqualTo(408);
    world.assertEmpty();
  }

  @Test
  void passesOverAFullCarrierAndFreesItsSlot() {
    world.carriers(World.carrier(1, 1), World.carrier(2, 0));
    dial();
    FakeStack.Sent first = stack.last("INVITE");
    dial();
    assertThat(lastHop()).isEqualTo("203.0.113.2");
    first.reply(486);
    world.settle();
    dial();
    assertThat(lastHop()).isEqualTo("203.0.113.1");
  }

  @Test
  void theCdrNamesTheCarrierThatWasCalledLastNotOneThatWasPassedOver() {
    world.carriers(World.carrier(1, 0), World.carrier(2, 0), World.carrier(3, 0));
    int[] asked = {0};
    world.buying = cld -> ++asked[0] == 3 ? new Quote.NoRate() : new Quote.Priced(World.rate("0.30", 1, 1));
    dial();
    stack.last("INVITE").reply(500);
    world.settle();
    stack.last("INVITE").reply(503);
    world.settle();
    assertThat(stack.sent("INVITE")).hasSize(2);
    assertThat(world.ledger.only().facts().carrier()).isEqualTo(new CarrierId(2));
    world.assertEmpty();
  }

  @Test
  void theCdrOfACallThatNoCarrierGotNamesNone() {
    world.carriers(World.carrier(1, 0));
    world.buying = cld -> new Quote.NoRate();
    SipRequest invite = dial();
    assertThat(stack.status(invite)).isEqualTo(503);
    assertThat(stack.answer(invite).headers().first("Retry-After")).contains("5");
    assertThat(world.ledger.only().facts().carrier()).isNull();
  }

  /** RFC 3261 21.5.4: to whoever calls us through a trunk, 503 is the end of us. */
  @ParameterizedTest
  @ValueSource(ints = {503, 401, 407})
  void thatTheLastCarrierIsOutOfServiceIsNotSaidOfUs(int status) {
    world.carriers(World.carrier(1, 0), World.carrier(2, 0));
    SipRequest invite = dial();
    stack.last("INVITE").reply(503);
    world.settle();
    stack.last("INVITE").reply(status);
    world.settle();
    assertThat(stack.status(invite)).isEqualTo(500);
    assertThat(stack.answer(invite).headers().first("Retry-After")).isEmpty();
    assertThat(world.ledger.only().end().result()).isEqualTo(500);
    world.assertEmpty();
  }

  @Test
  void aCarrierThatCannotBeReachedIsNotTheEndOfUsEither() {
    world.carriers(World.carrier(1, 0));
    SipRequest invite = dial();
    stack.last("INVITE").fail(Failure.TRANSPORT);
    world.settle();
    assertThat(stack.status(invite)).isEqualTo(500);
  }

  @Test
  void aPhoneThatIsGoneOrNotReadyIsAwayForNow() {
    for (Runnable happens : List.<Runnable>of(() -> stack.last("INVITE").fail(Failure.TRANSPORT), () -> stack.last("INVITE").reply(503))) {
      SipRequest invite = stack.invite("alice", "bob");
      world.settle();
      happens.run();
      world.settle();
      assertThat(stack.status(invite)).isEqualTo(480);
      assertThat(stack.answer(invite).headers().first("Retry-After")).isEmpty();
    }
    world.assertEmpty();
  }

  @Test
  void tells503WhenEveryCarrierIsFull() {
    world.carriers(World.carrier(1, 1));
    dial();
    SipRequest second = dial();
    assertThat(stack.status(second)).isEqualTo(503);
    assertThat(stack.answer(second).headers().first("Retry-After")).contains("5");
    assertThat(world.ledger.only().end().reason()).isEqualTo("carrier carrier1 has its 1 calls up");
  }

  @Test
  void recoversWithMoreLegsOrDivertsOrStops() {
    world.account(3, "carol");
    world.register("carol", 1);
    world.policy("follow-me", Phase.RECOVER, (phase, call) -> switch (call.failure().orElseThrow().status()) {
      case 486 -> Verdict.proceed(new Change.Legs(List.of(World.carrier(9, 0))));
      case 480 -> new Verdict.Divert("carol", "not there");
      default -> new Verdict.StopHunting("enough");
    });
    stack.invite("alice", "bob");
    world.settle();
    stack.last("INVITE").reply(486);
    world.settle();
    assertThat(lastHop()).isEqualTo("203.0.113.9");
    stack.last("INVITE").reply(480);
    world.settle();
    assertThat(stack.last("INVITE").outside.uri().user()).isEqualTo("carol");
    stack.last("INVITE").reply(503);
    world.settle();
    assertThat(world.ledger.only().end().result()).isEqualTo(480);
    world.assertEmpty();
  }

  @Test
  void divertsAtMostFiveTimes() {
    world.policy("ring-a-ring", Phase.SCREEN, (phase, call) -> new Verdict.Divert("bob", "again"));
    SipRequest invite = stack.invite("alice", "bob");
    world.settle();
    assertThat(stack.status(invite)).isEqualTo(482);
    world.assertEmpty();
  }

  @Test
  void asksTheCalleesPoliciesForTheCalleeOnly() {
    world.policy("dnd", Phase.SCREEN, (phase, call) -> {
      assertThat(call.callee().orElseThrow().name()).isEqualTo("bob");
      return Verdict.reject(SipStatus.TEMPORARILY_UNAVAILABLE, "do not disturb");
    }, "call.side", "callee");
    SipRequest invite = stack.invite("alice", "bob");
    world.settle();
    assertThat(stack.status(invite)).isEqualTo(480);
    assertThat(world.ledger.only().end().reason()).isEqualTo("do not disturb");
    world.assertEmpty();
  }

  @Test
  void ringsEveryContactAndReportsTheAnswerThatSaysMost() {
    world.register("bob", 3);
    SipRequest invite = stack.invite("alice", "bob");
    world.settle();
    List<FakeStack.Sent> all = stack.sent("INVITE");
    assertThat(all).hasSize(3);
    all.get(0).reply(480);
    all.get(1).reply(486);
    world.settle();
    assertThat(stack.status(invite)).isZero();
    all.get(2).fail(Failure.TIMEOUT);
    world.settle();
    assertThat(stack.status(invite)).isEqualTo(486);
    world.assertEmpty();
  }

  @Test
  void goesByThePathOfARegistrationAndElseTheWayItCame() {
    var direct = new Locations.Binding(SipUri.parse("sip:bob@198.51.100.8:5064"), List.of(), World.CALLEES, world.clock.now().plusSeconds(60), 1000, "phone");
    var edge = new Locations.Binding(direct.contact(), List.of(SipUri.parse("sip:edge.example;lr")), World.CALLEES, direct.expires(), 1000, "phone");
    world.registered.put(world.accounts.get("bob").id(), List.of(direct, edge));
    stack.invite("alice", "bob");
    world.settle();
    assertThat(stack.sent("INVITE").get(0).outside.flow()).contains(World.CALLEES);
    assertThat(stack.sent("INVITE").get(1).outside.flow()).as("by which the Path is judged").contains(World.CALLEES);
    assertThat(stack.sent("INVITE").get(1).outside.route()).hasToString("[sip:edge.example;lr]");
  }

  /** Which address the caller used is nobody else's business: the stack knows what the callee's side calls us. */
  @Test
  void fromAndToAreAtTheSwitchAsTheOtherSideKnowsIt() {
    stack.invite("alice", "bob");
    world.settle();
    var phone = stack.last("INVITE").outside;
    assertThat(List.of(phone.from().uri().hostPort(), phone.to().uri().hostPort())).containsOnly(OutgoingRequest.OUR_HOST);
    world.carriers(World.carrier(1, 0));
    dial();
    var carrier = stack.last("INVITE").outside;
    assertThat(carrier.from().uri()).hasToString("sip:alice@switch.invalid");
    assertThat(carrier.to().uri().host()).isEqualTo("203.0.113.1");
    assertThat(carrier.toString()).doesNotContain("192.0.2.1");
  }

  @Test
  void cancelsTheOthersWhenOneDeclinesForAll() {
    world.register("bob", 2);
    SipRequest invite = stack.invite("alice", "bob");
    world.settle();
    List<FakeStack.Sent> all = stack.sent("INVITE");
    all.get(0).reply(603);
    world.settle();
    assertThat(all.get(1).cancelled).isTrue();
    assertThat(stack.status(invite)).isEqualTo(603);
    world.assertEmpty();
  }

  @Test
  void presentsTheCallerAsPoliciesSay() {
    world.policy("clir", Phase.PRESENT, (phase, call) -> Verdict.proceed(new Change.HideCaller(), new Change.Header("P-Asserted-Identity", "<sip:alice@example.org>"),
        new Change.Header("Route", "<sip:evil@example.org>")));
    stack.invite("alice", "bob", SipHeaders.of("X-Secret", "topology").with("Subject", "lunch").with("Via", "SIP/2.0/UDP 10.0.0.1"), SipBody.sdp("v=0"));
    world.settle();
    var out = stack.last("INVITE").outside;
    assertThat(out.from().uri()).hasToString("sip:anonymous@anonymous.invalid");
    assertThat(out.headers().first("Privacy")).contains("id");
    assertThat(out.headers().first("P-Asserted-Identity")).contains("<sip:alice@example.org>");
    assertThat(out.headers().all()).noneMatch(h -> h.name().matches("(?i)x-secret|via|route|subject"));
  }

  @Test
  void whatACallerWhoIsNotHiddenSendsPassesWordForWord() {
    SipBody offer = SipBody.sdp("v=0\no=alice 1 1 IN IP4 h\ns=Lunch\ni=of alice\n");
    stack.invite("alice", "bob", SipHeaders.of("Subject", "lunch"), offer);
    world.settle();
    assertThat(stack.last("INVITE").outside.body()).isSameAs(offer);
    assertThat(stack.last("INVITE").outside.headers().first("Subject")).contains("lunch");
  }

  @Test
  void asksAgainWithALongerSessionAfter422() {
    stack.invite("alice", "bob");
    world.settle();
    stack.last("INVITE").reply(422, "t", SipHeaders.of("Min-SE", "3600"), SipBody.NONE);
    world.settle();
    assertThat(stack.sent("INVITE")).hasSize(2);
    assertThat(stack.last("INVITE").headers.first("Session-Expires")).contains("3600");
    stack.last("INVITE").reply(422, "t", SipHeaders.of("Min-SE", "7200"), SipBody.NONE);
    world.settle();
    assertThat(stack.sent("INVITE")).hasSize(2);
    world.assertEmpty();
  }

  @Test
  void aHiddenCallerIsNamedOnlyToWhomAPolicyTrusts() {
    world.policy("hide", Phase.PRESENT, (phase, call) -> Verdict.proceed(new Change.HideCaller(), new Change.AssertIdentity(call.cli())));
    world.carriers(World.carrier(1, 0), World.carrier(2, 0));
    dial();
    var first = stack.last("INVITE").outside;
    assertThat(first.from().displayName()).isEqualTo("Anonymous");
    assertThat(first.from().uri()).hasToString("sip:anonymous@anonymous.invalid");
    assertThat(first.headers().values("Privacy")).containsExactly("id");
    assertThat(first.headers().values("P-Asserted-Identity")).containsExactly("<sip:alice@switch.invalid>");

    world.policy("hide", Phase.PRESENT, (phase, call) -> Verdict.proceed(new Change.HideCaller()));
    stack.last("INVITE").reply(503);
    world.settle();
    var second = stack.last("INVITE").outside;
    assertThat(second.headers().values("P-Asserted-Identity")).isEmpty();
    assertThat(second.toString()).doesNotContain("alice");
  }

  @Test
  void anIdentityIsAssertedOnALegOnly() {
    world.policy("early", Phase.SCREEN, (phase, call) -> Verdict.proceed(new Change.AssertIdentity("1")));
    world.carriers(World.carrier(1, 0));
    dial();
    assertThat(stack.last("INVITE").outside.headers().values("P-Asserted-Identity")).isEmpty();
    assertThat(world.simulate("alice", "1").toString()).contains("identity 1 is asserted is not for this phase");
  }
}

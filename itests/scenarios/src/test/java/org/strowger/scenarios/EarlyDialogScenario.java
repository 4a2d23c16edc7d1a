package org.strowger.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.strowger.scenarios.World.NUMBER;
import static org.strowger.scenarios.World.SOON;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.strowger.phone.Behaviour;
import org.strowger.phone.CallOptions;
import org.strowger.phone.Carrier;
import org.strowger.phone.IncomingCall;
import org.strowger.phone.OutgoingCall;
import org.strowger.phone.Phone;
import org.strowger.phone.SipMessage;
import org.strowger.phone.TraceEntry;
import org.strowger.phone.Waiting;
import org.strowger.scenarios.World.Subscriber;

/**
 * A call that several carriers or phones speak in before one of them answers. To the caller each is an early dialog of its own
 * (RFC 3261 12.1, 13.2.2.4): its phone takes a second SDP answer, or a leap of RSeq, in one dialog for a broken rule.
 */
@ExtendWith(SharedSwitch.class)
class EarlyDialogScenario {

  private World world;

  @BeforeEach
  void open(Switch at) {
    world = new World(at);
  }

  @AfterEach
  void close() throws Exception {
    world.close();
  }

  /** Somebody with 5.00 and two carriers, the second for what the first fails at. */
  private record Detour(Subscriber alice, Phone phone, Carrier first, Carrier second) {

    void assertClean() {
      phone.assertClean();
      first.phone().assertClean();
      second.phone().assertClean();
    }
  }

  private Detour detour() {
    Carrier first = world.keep(new Carrier(Phone.builder().local("127.0.0.3:0").build())).otherwise(Behaviour.manual());
    Carrier second = world.keep(new Carrier(Phone.builder().local("127.0.0.4:0").build())).otherwise(Behaviour.manual());
    int group = world.group(world.carrier(first, null, ""), world.carrier(second, null, ""));
    Subscriber alice = world.account(world.plan(world.tariff("", "1=0.60")), group, "5", "0");
    return new Detour(alice, world.phone(alice, builder -> builder.local("127.0.0.2:0")), first, second);
  }

  /** Somebody, and two phones of somebody else. */
  private record Household(Subscriber alice, Phone phone, Subscriber bob, List<Phone> phones) {

    List<IncomingCall> awaitRinging() {
      return phones.stream().map(each -> each.awaitIncoming(SOON)).toList();
    }

    void assertClean() {
      phone.assertClean();
      phones.forEach(Phone::assertClean);
    }
  }

  private Household household() {
    Subscriber alice = world.subscriber();
    Subscriber bob = world.subscriber();
    return new Household(alice, world.registered(alice), bob, List.of(world.registered(bob), world.registered(bob)));
  }

  private static boolean isPrack(SipMessage message) {
    return message.isRequest() && message.method().equals("PRACK");
  }

  private static boolean isPrackAnswered(OutgoingCall call) {
    return call.first(e -> e.received() && e.is(200) && e.message().method().equals("PRACK")).isPresent();
  }

  private static List<SipMessage> with(OutgoingCall call, int status) {
    return call.provisionals().stream().filter(p -> p.status() == status).toList();
  }

  /** Both talk in this dialog, and the call is not cut. */
  private static void talkAndHangUp(OutgoingCall call, IncomingCall out) {
    World.talk(call);
    out.awaitAck(SOON);
    assertThat(call.answeredTags()).hasSize(1);
    assertThat(call.hold().await(SOON).status()).isEqualTo(200);
    assertThat(out.remoteSdp().orElseThrow()).contains("a=sendonly");
    assertThat(call.endedByRemote()).isFalse();
    call.hangup();
    out.awaitHangup(SOON);
  }

  @Test
  void theNextCarriersAudioComesInADialogOfItsOwn() {
    Detour detour = detour();
    OutgoingCall call = detour.phone().call(NUMBER);
    IncomingCall failing = detour.first().awaitCall(NUMBER, 1, SOON);
    failing.ring(183, true, false);
    SipMessage early = call.awaitProvisional(183, SOON);
    assertThat(early.bodyText()).contains("127.0.0.3");
    failing.reject(503);
    IncomingCall out = detour.second().awaitCall(NUMBER, 1, SOON);
    out.ring(183, true, false);
    Waiting.until("the second 183", () -> with(call, 183).size() == 2, SOON);
    SipMessage next = with(call, 183).get(1);
    assertThat(next.bodyText()).contains("127.0.0.4");
    assertThat(next.to().tag()).isNotEqualTo(early.to().tag());
    out.answer();
    assertThat(call.awaitAnswered(SOON).bodyText()).contains("127.0.0.4");
    assertThat(call.answeredTags()).containsExactly(next.to().tag());
    talkAndHangUp(call, out);
    assertThat(world.paid(detour.alice(), "5", "0.01").get("result").asInt()).isZero();
    detour.assertClean();
  }

  /** The caller's PRACK is lost once, and comes again when another carrier has answered. */
  @Test
  void aPrackForACarrierThatFailedEndsNoCall() {
    Detour detour = detour();
    detour.phone().faults().loseSent(1, EarlyDialogScenario::isPrack);
    OutgoingCall call = detour.phone().call(NUMBER, CallOptions.standard().withReliable());
    IncomingCall failing = detour.first().awaitCall(NUMBER, 1, SOON);
    failing.ring(183, true, true);
    Waiting.until("the lost PRACK", () -> call.first(TraceEntry::dropped).isPresent(), SOON);
    failing.reject(503);
    IncomingCall out = detour.second().awaitCall(NUMBER, 1, SOON);
    out.answer();
    call.awaitAnswered(SOON);
    Waiting.until("200 to the PRACK", () -> isPrackAnswered(call), SOON);
    talkAndHangUp(call, out);
    assertThat(world.paid(detour.alice(), "5", "0.01").get("result").asInt()).isZero();
    detour.assertClean();
  }

  @Test
  void aPrackThatACarrierNeverAnswersIsAnsweredWhenItFails() {
    Detour detour = detour();
    detour.first().phone().faults().loseReceived(Integer.MAX_VALUE, EarlyDialogScenario::isPrack);
    OutgoingCall call = detour.phone().call(NUMBER, CallOptions.standard().withReliable());
    IncomingCall failing = detour.first().awaitCall(NUMBER, 1, SOON);
    failing.ring(183, true, true);
    Waiting.until("the lost PRACK", () -> failing.first(TraceEntry::dropped).isPresent(), SOON);
    failing.reject(503);
    IncomingCall out = detour.second().awaitCall(NUMBER, 1, SOON);
    Waiting.until("200 to the PRACK", () -> isPrackAnswered(call), SOON);
    out.ring(183, true, true);
    Waiting.until("the PRACK of the second", out::pracked, SOON);
    out.answer();
    talkAndHangUp(call, out);
    assertThat(world.paid(detour.alice(), "5", "0.01").get("result").asInt()).isZero();
    detour.phone().assertClean();
    detour.second().phone().assertClean();
  }

  @Test
  void phonesThatRingAtOnceHaveADialogEach() {
    Household home = household();
    OutgoingCall call = home.phone().call(home.bob().name(), CallOptions.standard().withReliable());
    List<IncomingCall> ringing = home.awaitRinging();
    ringing.forEach(each -> each.ring(183, true, true));
    ringing.forEach(each -> Waiting.until("PRACK", each::pracked, SOON));
    ringing.forEach(each -> each.ring(180, false, true));
    ringing.forEach(each -> Waiting.until("the next PRACK", each::pracked, SOON));
    assertThat(with(call, 183).stream().map(p -> p.to().tag()).distinct()).hasSize(2);
    ringing.get(1).answer();
    call.awaitAnswered(SOON);
    ringing.get(0).awaitCancelled(SOON);
    talkAndHangUp(call, ringing.get(1));
    assertThat(world.paid(home.alice(), "5", "0").get("result").asInt()).isZero();
    home.assertClean();
  }

  @Test
  void aPrackForAPhoneThatDidNotGetTheCallEndsNoCall() {
    Household home = household();
    home.phone().faults().loseSent(1, EarlyDialogScenario::isPrack);
    OutgoingCall call = home.phone().call(home.bob().name(), CallOptions.standard().withReliable());
    List<IncomingCall> ringing = home.awaitRinging();
    ringing.get(0).ring(180, false, true);
    Waiting.until("the lost PRACK", () -> call.first(TraceEntry::dropped).isPresent(), SOON);
    ringing.get(1).answer();
    call.awaitAnswered(SOON);
    Waiting.until("200 to the PRACK", () -> isPrackAnswered(call), SOON);
    talkAndHangUp(call, ringing.get(1));
    assertThat(world.paid(home.alice(), "5", "0").get("result").asInt()).isZero();
    home.assertClean();
  }

  /** RFC 3261 15: a BYE in an early dialog ends that one only. */
  @Test
  void aByeInOneOfTwoEarlyDialogsLeavesTheOtherRinging() {
    Household home = household();
    OutgoingCall call = home.phone().call(home.bob().name());
    List<IncomingCall> ringing = home.awaitRinging();
    ringing.get(0).ring(183, true, false);
    call.awaitProvisional(183, SOON);
    ringing.get(1).ring(183, true, false);
    Waiting.until("the second 183", () -> with(call, 183).size() == 2, SOON);
    // Of a call that was not answered this phone speaks in the first dialog.
    assertThat(call.request(call.inDialog("BYE")).await(SOON).status()).isEqualTo(200);
    ringing.get(0).awaitCancelled(SOON);
    ringing.get(1).answer();
    talkAndHangUp(call, ringing.get(1));
    assertThat(world.paid(home.alice(), "5", "0").get("result").asInt()).isZero();
    home.assertClean();
  }
}

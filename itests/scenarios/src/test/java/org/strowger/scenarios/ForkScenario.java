package org.strowger.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.strowger.scenarios.World.NUMBER;
import static org.strowger.scenarios.World.SOON;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.strowger.phone.Call.State;
import org.strowger.phone.IncomingCall;
import org.strowger.phone.OutgoingCall;
import org.strowger.phone.Phone;
import org.strowger.phone.Waiting;
import org.strowger.scenarios.World.Subscriber;
import org.strowger.scenarios.World.Trunk;

/** One call that rings in several places: of those that answer one has it, the others are let go, and it is paid for once. */
@ExtendWith(SharedSwitch.class)
class ForkScenario {

  private World world;

  @BeforeEach
  void open(Switch at) {
    world = new World(at);
  }

  @AfterEach
  void close() throws Exception {
    world.close();
  }

  @Test
  void ofTwoAnswersFromBehindTheCarrierTheSecondIsHungUp() {
    Trunk trunk = world.trunk();
    OutgoingCall call = trunk.phone().call(NUMBER);
    IncomingCall first = trunk.awaitCall();
    IncomingCall second = first.fork();
    first.ring();
    second.ring(183, true, false);
    call.awaitProvisional(183, SOON);
    second.answer();
    first.answer();
    call.awaitAnswered(SOON);
    second.awaitAck(SOON);
    first.awaitAck(SOON);
    first.awaitHangup(SOON);
    World.talk(call);
    assertThat(second.state()).isEqualTo(State.ANSWERED);
    assertThat(call.answeredTags()).as("the caller sees one dialog").hasSize(1);
    assertThat(call.hold().await(SOON).status()).isEqualTo(200);
    assertThat(second.remoteSdp().orElseThrow()).contains("a=sendonly");
    call.hangup();
    second.awaitHangup(SOON);
    world.paid(trunk);
    trunk.assertClean();
  }

  /** A carrier that makes dialogs without end is no reason to keep them all; the one that answers is still found. */
  @Test
  void anAnswerIsTakenHoweverManyForksRang() {
    Trunk trunk = world.trunk();
    OutgoingCall call = trunk.phone().call(NUMBER);
    IncomingCall first = trunk.awaitCall();
    var forks = new ArrayList<IncomingCall>(List.of(first));
    for (int i = 0; i < 100; i++) {
      forks.add(first.fork());
    }
    forks.forEach(IncomingCall::ring);
    call.awaitRinging(SOON);
    IncomingCall last = forks.get(forks.size() - 1);
    last.answer();
    World.talk(call);
    last.awaitAck(SOON);
    call.hangup();
    last.awaitHangup(SOON);
    world.paid(trunk);
    trunk.assertClean();
  }

  /** A call of alice's to an account with three phones, which have it. */
  private record Household(Subscriber alice, Phone from, OutgoingCall call, List<Phone> phones, List<IncomingCall> ringing) {

    void assertClean() {
      from.assertClean();
      phones.forEach(Phone::assertClean);
    }
  }

  private Household called() {
    Subscriber alice = world.subscriber();
    Subscriber bob = world.subscriber();
    List<Phone> phones = List.of(world.registered(bob), world.registered(bob), world.registered(bob));
    Phone from = world.registered(alice);
    OutgoingCall call = from.call(bob.name());
    return new Household(alice, from, call, phones, phones.stream().map(phone -> phone.awaitIncoming(SOON)).toList());
  }

  @Test
  void allPhonesOfAnAccountRingAndTheFirstToAnswerHasTheCall() {
    Household home = called();
    List<IncomingCall> ringing = home.ringing();
    OutgoingCall call = home.call();
    ringing.forEach(IncomingCall::ring);
    call.awaitRinging(SOON);
    ringing.get(1).answer();
    call.awaitAnswered(SOON);
    for (int other : new int[] {0, 2}) {
      assertThat(ringing.get(other).awaitCancelled(SOON).header("Reason").orElseThrow()).contains("200").contains("elsewhere");
    }
    ringing.get(1).awaitAck(SOON);
    ringing.get(1).hangup();
    call.awaitHangup(SOON);
    assertThat(world.paid(home.alice(), "5", "0").get("result").asInt()).isZero();
    home.assertClean();
  }

  @Test
  void twoPhonesThatPickUpAtOnceAreOneCall() {
    Household home = called();
    List<IncomingCall> ringing = home.ringing();
    OutgoingCall call = home.call();
    home.phones().get(2).faults().loseReceived(Integer.MAX_VALUE, m -> m.isRequest() && m.method().equals("CANCEL"));
    ringing.get(0).answer();
    call.awaitAnswered(SOON);
    Waiting.until("the lost CANCEL", () -> ringing.get(2).first(e -> e.dropped()).isPresent(), SOON);
    ringing.get(2).answer();
    home.phones().get(2).faults().none();
    ringing.get(2).awaitAck(SOON);
    ringing.get(2).awaitHangup(SOON);
    ringing.get(1).awaitCancelled(SOON);
    assertThat(ringing.get(0).state()).isEqualTo(State.ANSWERED);
    call.hangup();
    ringing.get(0).awaitHangup(SOON);
    assertThat(world.paid(home.alice(), "5", "0").get("result").asInt()).isZero();
    home.from().assertClean();
  }

  @Test
  void aBusyPhoneLeavesTheOthersRinging() {
    Household home = called();
    List<IncomingCall> ringing = home.ringing();
    OutgoingCall call = home.call();
    ringing.get(0).reject(486);
    ringing.get(1).ring();
    call.awaitRinging(SOON);
    ringing.get(1).reject(480);
    assertThat(call.state()).isEqualTo(State.RINGING);
    ringing.get(2).reject(486);
    assertThat(call.awaitFailed(SOON).status()).isEqualTo(486);
    assertThat(world.paid(home.alice(), "5", "0").get("result").asInt()).isEqualTo(486);
    home.assertClean();
  }

  @Test
  void whoDeclinesForAllStopsTheOthers() {
    Household home = called();
    List<IncomingCall> ringing = home.ringing();
    OutgoingCall call = home.call();
    ringing.get(1).reject(603);
    assertThat(call.awaitFailed(SOON).status()).isEqualTo(603);
    ringing.get(0).awaitCancelled(SOON);
    ringing.get(2).awaitCancelled(SOON);
    assertThat(world.paid(home.alice(), "5", "0").get("result").asInt()).isEqualTo(603);
    home.assertClean();
  }
}

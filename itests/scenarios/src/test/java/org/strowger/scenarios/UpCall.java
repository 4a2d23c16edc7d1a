package org.strowger.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.strowger.scenarios.World.SOON;

import org.strowger.phone.Behaviour;
import org.strowger.phone.Call.State;
import org.strowger.phone.CallOptions;
import org.strowger.phone.IncomingCall;
import org.strowger.phone.OutgoingCall;
import org.strowger.phone.Phone;
import org.strowger.phone.SipMessage;
import org.strowger.scenarios.World.Subscriber;

/**
 * A call of alice's to bob that is up while something is done to the switch. Bob answers further ones, too.
 *
 * @param from alice's phone
 * @param call her end of it
 * @param answered bob's
 */
record UpCall(Phone from, OutgoingCall call, IncomingCall answered) {

  static UpCall begin(World world, Subscriber alice, Subscriber bob) {
    Phone from = world.registered(alice);
    Phone to = world.registered(bob);
    OutgoingCall call = from.call(bob.name());
    IncomingCall answered = to.awaitIncoming(SOON);
    answered.answer();
    call.awaitAnswered(SOON);
    to.onCall(Behaviour.answer());
    return new UpCall(from, call, answered);
  }

  /** Another call of alice's, hung up if it is answered. @return its final answer */
  SipMessage dial(String number, CallOptions options) {
    OutgoingCall another = from.call(number, options);
    SipMessage last = another.awaitFinal(SOON);
    if (last.status() == 200) {
      another.hangup();
    }
    return last;
  }

  SipMessage dial(String number) {
    return dial(number, CallOptions.standard());
  }

  /** It is up and both its ends are heard by each other, until one of them has enough. */
  void assertUnharmed() {
    assertThat(call.state()).isEqualTo(State.ANSWERED);
    call.hold().await(SOON);
    call.resume().await(SOON);
    call.hangup();
    answered.awaitHangup(SOON);
    from.assertClean();
  }
}

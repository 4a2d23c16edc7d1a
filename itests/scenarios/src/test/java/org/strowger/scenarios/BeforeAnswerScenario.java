package org.strowger.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.strowger.scenarios.World.NUMBER;
import static org.strowger.scenarios.World.SOON;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.strowger.phone.CallOptions;
import org.strowger.phone.IncomingCall;
import org.strowger.phone.OutgoingCall;
import org.strowger.phone.Phone;
import org.strowger.phone.Sdp;
import org.strowger.phone.SipMessage;
import org.strowger.phone.Waiting;
import org.strowger.scenarios.World.Subscriber;
import org.strowger.scenarios.World.Trunk;

/** All that can happen to a call between its INVITE and its answer. */
@ExtendWith(SharedSwitch.class)
class BeforeAnswerScenario {

  private World world;
  private Trunk trunk;

  @BeforeEach
  void open(Switch at) {
    world = new World(at);
    trunk = world.trunk();
  }

  @AfterEach
  void close() throws Exception {
    world.close();
  }

  private void talkAndHangUp(OutgoingCall call, IncomingCall out) {
    World.talk(call);
    out.awaitAck(SOON);
    call.hangup();
    out.awaitHangup(SOON);
    assertThat(world.paid(trunk).get("billedSeconds").asLong()).isBetween(1L, 3L);
    trunk.assertClean();
  }

  @Test
  void ringingAndEarlyMediaPass() {
    OutgoingCall call = trunk.phone().call(NUMBER);
    IncomingCall out = trunk.awaitCall();
    out.ring();
    assertThat(call.awaitProvisional(180, SOON).hasSdp()).isFalse();
    out.ring(183, true, false);
    SipMessage early = call.awaitProvisional(183, SOON);
    assertThat(early.hasSdp()).isTrue();
    assertThat(early.bodyText()).contains("127.0.0.3");
    assertThat(early.header("RSeq")).isEmpty();
    out.answer();
    talkAndHangUp(call, out);
  }

  @Test
  void reliableProvisionalsAreAcknowledgedEndToEnd() {
    OutgoingCall call = trunk.phone().call(NUMBER, CallOptions.standard().withReliable());
    IncomingCall out = trunk.awaitCall();
    out.ring(183, true, true);
    assertThat(call.awaitProvisional(183, SOON).lists("Require", "100rel")).isTrue();
    Waiting.until("PRACK for the 183", out::pracked, SOON);
    out.ring(180, false, true);
    call.awaitProvisional(180, SOON);
    Waiting.until("PRACK for the 180", out::pracked, SOON);
    out.answer();
    talkAndHangUp(call, out);
    assertThat(call.trace().stream().filter(e -> e.sent() && e.message().method().equals("PRACK"))).hasSize(2);
  }

  @Test
  void aReliableProvisionalThatIsLostComesAgain() {
    trunk.phone().faults().loseReceived(1, m -> m.status() == 183);
    OutgoingCall call = trunk.phone().call(NUMBER, CallOptions.standard().withReliable());
    IncomingCall out = trunk.awaitCall();
    out.ring(183, true, true);
    call.awaitProvisional(183, SOON);
    Waiting.until("PRACK", out::pracked, SOON);
    out.answer();
    talkAndHangUp(call, out);
  }

  /** Who does not support it hears of no RSeq; who calls is not asked for a PRACK. */
  @Test
  void aCallerWithout100relGetsPlainProvisionals() {
    OutgoingCall call = trunk.phone().call(NUMBER);
    IncomingCall out = trunk.awaitCall();
    assertThat(out.invite().lists("Supported", "100rel")).isFalse();
    out.ring(183, true, true);
    assertThat(call.awaitProvisional(183, SOON).header("RSeq")).isEmpty();
    out.answer();
    talkAndHangUp(call, out);
  }

  @Test
  void aLateOfferIsInThe200AndItsAnswerInTheAck() {
    OutgoingCall call = trunk.phone().call(NUMBER, CallOptions.standard().withoutOffer());
    IncomingCall out = trunk.awaitCall();
    assertThat(out.invite().hasSdp()).isFalse();
    out.answer();
    assertThat(call.awaitAnswered(SOON).bodyText()).contains("127.0.0.3");
    out.awaitAck(SOON);
    assertThat(out.remoteSdp().orElseThrow()).contains("127.0.0.2");
    talkAndHangUp(call, out);
  }

  @Test
  void aLateOfferMayComeReliably() {
    OutgoingCall call = trunk.phone().call(NUMBER, CallOptions.standard().withoutOffer().withReliable());
    IncomingCall out = trunk.awaitCall();
    out.ring(183, true, true);
    Waiting.until("PRACK", out::pracked, SOON);
    assertThat(out.remoteSdp().orElseThrow()).as("the answer came with PRACK").contains("127.0.0.2");
    out.answer();
    talkAndHangUp(call, out);
  }

  @Test
  void updatePassesBothWaysBeforeTheAnswer() {
    OutgoingCall call = trunk.phone().call(NUMBER, CallOptions.standard().withReliable());
    IncomingCall out = trunk.awaitCall();
    out.ring(183, true, true);
    Waiting.until("PRACK", out::pracked, SOON);
    call.awaitProvisional(183, SOON);

    SipMessage accepted = call.update(call.nextSdp(Sdp.Flow.SENDONLY)).await(SOON);
    assertThat(accepted.status()).isEqualTo(200);
    assertThat(accepted.bodyText()).contains("127.0.0.3").contains("a=recvonly");
    assertThat(out.remoteSdp().orElseThrow()).contains("127.0.0.2").contains("a=sendonly");

    accepted = out.update(out.nextSdp(Sdp.Flow.SENDRECV)).await(SOON);
    assertThat(accepted.status()).isEqualTo(200);
    assertThat(accepted.bodyText()).contains("127.0.0.2");
    out.answer();
    talkAndHangUp(call, out);
  }

  @Test
  void aCallIsCancelledBeforeItRings() {
    OutgoingCall call = trunk.phone().call(NUMBER);
    IncomingCall out = trunk.awaitCall();
    call.cancel();
    assertThat(call.awaitFailed(SOON).status()).isEqualTo(487);
    out.awaitCancelled(SOON);
    assertThat(world.failed(trunk, 487).get("releaseSource").asText()).isEqualTo("CALLER");
    trunk.assertClean();
  }

  @Test
  void aCallIsCancelledWhileItRings() {
    OutgoingCall call = trunk.phone().call(NUMBER);
    IncomingCall out = trunk.awaitCall();
    out.ring();
    call.awaitRinging(SOON);
    assertThat(world.held(trunk.alice())).isPositive();
    call.cancel();
    assertThat(call.awaitFailed(SOON).status()).isEqualTo(487);
    out.awaitCancelled(SOON);
    world.failed(trunk, 487);
    trunk.assertClean();
  }

  @Test
  void aCallerMayHangUpAnEarlyDialogWithBye() {
    OutgoingCall call = trunk.phone().call(NUMBER);
    IncomingCall out = trunk.awaitCall();
    out.ring();
    call.awaitRinging(SOON);
    assertThat(call.request(call.inDialog("BYE")).await(SOON).status()).isEqualTo(200);
    assertThat(call.awaitFailed(SOON).status()).isEqualTo(487);
    out.awaitCancelled(SOON);
    world.failed(trunk, 487);
    trunk.assertClean();
  }

  /** The switch has sent its 200 when the CANCEL comes: the call is up, the caller acknowledges and hangs up. */
  @Test
  void aCancelThatComesTooLateEndsInBye() {
    OutgoingCall call = trunk.phone().call(NUMBER);
    IncomingCall out = trunk.awaitCall();
    out.ring();
    call.awaitRinging(SOON);
    trunk.phone().faults().loseReceived(Integer.MAX_VALUE, m -> m.status() == 200 && m.method().equals("INVITE"));
    out.answer();
    Waiting.until("the lost 200", () -> call.first(e -> e.dropped()).isPresent(), SOON);
    call.cancel();
    trunk.phone().faults().none();
    out.awaitHangup(SOON);
    JsonNode cdr = world.paid(trunk);
    assertThat(cdr.get("releaseSource").asText()).isEqualTo("CALLER");
    trunk.assertClean();
  }

  /** The callee has sent its 200 when the CANCEL comes: it is acknowledged and hung up, and nobody pays. */
  @Test
  void anAnswerThatCrossesTheCancelIsHungUp() {
    OutgoingCall call = trunk.phone().call(NUMBER);
    IncomingCall out = trunk.awaitCall();
    out.ring();
    call.awaitRinging(SOON);
    trunk.peer().phone().faults().loseReceived(Integer.MAX_VALUE, m -> m.isRequest() && m.method().equals("CANCEL"));
    call.cancel();
    Waiting.until("the lost CANCEL", () -> out.first(e -> e.dropped()).isPresent(), SOON);
    out.answer();
    trunk.peer().phone().faults().none();
    out.awaitAck(SOON);
    out.awaitHangup(SOON);
    assertThat(call.awaitFailed(SOON).status()).isEqualTo(487);
    world.failed(trunk, 487);
    trunk.phone().assertClean();
  }

  @ParameterizedTest
  @CsvSource({"486, 486", "603, 603", "480, 480", "404, 404", "488, 488", "302, 480", "500, 500", "503, 500", "401, 500", "407, 500", "420, 500"})
  void whatACarrierRefusesWithIsTold(int given, int told) {
    OutgoingCall call = trunk.phone().call(NUMBER);
    IncomingCall out = trunk.awaitCall();
    out.ring();
    call.awaitRinging(SOON);
    out.reject(given);
    SipMessage failure = call.awaitFailed(SOON);
    assertThat(failure.status()).isEqualTo(told);
    out.awaitAck(SOON);
    JsonNode cdr = world.failed(trunk, told);
    assertThat(cdr.get("releaseSource").asText()).isEqualTo("CALLEE");
    assertThat(world.explain(cdr)).contains(Integer.toString(given));
    trunk.assertClean();
  }

  @ParameterizedTest
  @CsvSource({"486, 486", "603, 603", "480, 480", "503, 480"})
  void whatAPhoneRefusesWithIsTold(int given, int status) {
    Subscriber alice = world.subscriber();
    Subscriber bob = world.subscriber();
    Phone from = world.registered(alice);
    Phone to = world.registered(bob);
    OutgoingCall call = from.call(bob.name());
    to.awaitIncoming(SOON).reject(given);
    assertThat(call.awaitFailed(SOON).status()).isEqualTo(status);
    assertThat(world.paid(alice, "5", "0").get("result").asInt()).isEqualTo(status);
    from.assertClean();
    to.assertClean();
  }

  @Test
  void nobodyAnswers() throws Exception {
    Trunk impatient = world.trunk("\"answerTimeout\":5");
    OutgoingCall call = impatient.phone().call(NUMBER);
    IncomingCall out = impatient.awaitCall();
    out.ring();
    assertThat(call.awaitFailed(SOON).status()).isEqualTo(408);
    out.awaitCancelled(SOON);
    JsonNode cdr = world.failed(impatient, 408);
    assertThat(cdr.get("reason").asText()).contains("no answer within 5 s");
    impatient.assertClean();
  }

  @Test
  void noHopsLeftIs483() {
    SipMessage refused = trunk.phone().call(NUMBER, CallOptions.standard().withEdit(m -> m.withOnly("Max-Forwards", "0"))).awaitFailed(SOON);
    assertThat(refused.status()).isEqualTo(483);
    assertThat(trunk.peer().calls()).isEmpty();
    trunk.assertClean();
  }

  /** RFC 2543 peers send none: as if it were 70. */
  @ParameterizedTest
  @CsvSource({", 69", "70, 69", "1, 0", "255, 254"})
  void hopsAreCountedThroughTheSwitch(String given, int seen) {
    OutgoingCall call = trunk.phone().call(NUMBER,
        CallOptions.standard().withEdit(m -> given == null ? m.without("Max-Forwards") : m.withOnly("Max-Forwards", given)));
    IncomingCall out = trunk.awaitCall();
    assertThat(out.header("Max-Forwards")).contains(Integer.toString(seen));
    out.answer();
    talkAndHangUp(call, out);
  }
}

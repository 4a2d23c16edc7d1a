package org.strowger.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.strowger.scenarios.World.NUMBER;
import static org.strowger.scenarios.World.SOON;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.strowger.phone.Call;
import org.strowger.phone.Call.State;
import org.strowger.phone.CallOptions;
import org.strowger.phone.Exchange;
import org.strowger.phone.IncomingCall;
import org.strowger.phone.OutgoingCall;
import org.strowger.phone.Phone;
import org.strowger.phone.Sdp;
import org.strowger.phone.SipMessage;
import org.strowger.phone.TraceEntry;
import org.strowger.phone.Waiting;
import org.strowger.scenarios.World.Trunk;

/** What the two sides of a call may do while it is up, and how it ends. */
@ExtendWith(SharedSwitch.class)
class InCallScenario {

  private World world;
  private Trunk trunk;
  private OutgoingCall call;
  private IncomingCall out;

  @BeforeEach
  void callIsUp(Switch at) {
    world = new World(at);
    trunk = world.trunk();
    call = trunk.phone().call(NUMBER, CallOptions.standard().withReliable());
    out = trunk.awaitCall();
    out.ring();
    call.awaitRinging(SOON);
    out.answer();
    call.awaitAnswered(SOON);
    out.awaitAck(SOON);
  }

  @AfterEach
  void close() throws Exception {
    world.close();
  }

  private void callStaysAndIsPaid() {
    World.talk(call);
    assertThat(call.state()).isEqualTo(State.ANSWERED);
    assertThat(out.state()).isEqualTo(State.ANSWERED);
    call.hangup();
    out.awaitHangup(SOON);
    assertThat(world.paid(trunk).get("billedSeconds").asLong()).isPositive();
    trunk.assertClean();
  }

  private static int status(Exchange exchange) {
    return exchange.await(SOON).status();
  }

  @Test
  void eitherSideHoldsAndResumes() {
    for (Call one : List.of(call, out)) {
      Call other = one == call ? out : call;
      assertThat(status(one.hold())).isEqualTo(200);
      assertThat(other.remoteSdp().orElseThrow()).contains("a=sendonly");
      assertThat(one.remoteSdp().orElseThrow()).contains("a=recvonly");
      assertThat(status(one.resume())).isEqualTo(200);
      assertThat(other.remoteSdp().orElseThrow()).contains("a=sendrecv");
    }
    callStaysAndIsPaid();
  }

  /** The offer is in the 200, its answer in the ACK, as in a first INVITE. */
  @Test
  void eitherSideAsksForAnOffer() {
    for (Call one : List.of(call, out)) {
      SipMessage ok = one.reinvite(null).await(SOON);
      assertThat(ok.status()).isEqualTo(200);
      assertThat(ok.hasSdp()).isTrue();
      Call other = one == call ? out : call;
      Waiting.until("the ACK with its answer", () -> other.trace().stream()
          .anyMatch(e -> !e.sent() && e.message().isRequest() && e.message().method().equals("ACK") && e.message().hasSdp()), SOON);
    }
    callStaysAndIsPaid();
  }

  @Test
  void updatePassesBothWays() {
    for (Call one : List.of(call, out)) {
      Call other = one == call ? out : call;
      SipMessage ok = one.update(one.nextSdp(Sdp.Flow.SENDONLY)).await(SOON);
      assertThat(ok.status()).isEqualTo(200);
      assertThat(ok.bodyText()).contains("a=recvonly");
      assertThat(other.remoteSdp().orElseThrow()).contains("a=sendonly");
      assertThat(status(one.update(one.nextSdp(Sdp.Flow.SENDRECV)))).isEqualTo(200);
    }
    callStaysAndIsPaid();
  }

  /** The callee's offer comes while the caller's is on its way to it: 491 at once, and both get through afterwards. */
  @Test
  void offersThatCrossGet491() {
    trunk.peer().phone().faults().loseReceived(Integer.MAX_VALUE, m -> m.isRequest() && m.method().equals("INVITE"));
    Exchange first = call.hold();
    Waiting.until("the lost re-INVITE", () -> out.first(e -> e.dropped()).isPresent(), SOON);
    assertThat(status(out.hold())).isEqualTo(491);
    trunk.peer().phone().faults().none();
    assertThat(status(first)).isEqualTo(200);
    assertThat(status(out.resume())).isEqualTo(200);
    callStaysAndIsPaid();
  }

  /** Sent at the same moment, both may be refused; whoever tries again succeeds. */
  @Test
  void offersOfTheSameMomentHarmNothing() {
    for (int i = 0; i < 5; i++) {
      Exchange one = call.hold();
      Exchange other = out.hold();
      assertThat(status(one)).isIn(200, 491);
      assertThat(status(other)).isIn(200, 491);
      assertThat(status(call.resume())).isEqualTo(200);
      assertThat(status(out.resume())).isEqualTo(200);
    }
    callStaysAndIsPaid();
  }

  @Test
  void aRefusedOfferLeavesTheCallAsItWas() {
    out.refuse("INVITE", 488);
    assertThat(status(call.hold())).isEqualTo(488);
    out.refuse("INVITE", 0);
    assertThat(status(call.hold())).isEqualTo(200);
    callStaysAndIsPaid();
  }

  @Test
  void aSideThatForgotTheCallEndsItForBoth() {
    World.talk(call);
    out.refuse("INVITE", 481);
    assertThat(status(call.hold())).isEqualTo(481);
    call.awaitHangup(SOON);
    assertThat(world.paid(trunk).get("releaseSource").asText()).isEqualTo("SWITCH");
    trunk.assertClean();
  }

  @Test
  void dtmfInInfoPassesAndOtherInfoDoesNot() {
    for (Call one : List.of(call, out)) {
      Call other = one == call ? out : call;
      assertThat(status(one.info("application/dtmf-relay", "Signal=5\r\nDuration=160\r\n"))).isEqualTo(200);
      assertThat(other.awaitRequest("INFO", 1, SOON).bodyText()).contains("Signal=5");
      SipMessage refused = one.info("application/media_control+xml", "<media_control/>").await(SOON);
      assertThat(refused.status()).isEqualTo(415);
      assertThat(refused.headers("Accept").toString()).contains("application/dtmf-relay");
      assertThat(status(one.request(one.inDialog("INFO")))).as("an empty one, which only asks whether the call is there").isEqualTo(200);
    }
    assertThat(out.requests().stream().filter(r -> r.method().equals("INFO"))).hasSize(1);
    callStaysAndIsPaid();
  }

  @Test
  void whatIsNotPassedIsAnsweredSensibly() {
    assertThat(status(call.refer("sip:14165550199@example.org"))).isEqualTo(603);
    assertThat(status(call.request(call.inDialog("NOTIFY").with("Contact", "<" + trunk.phone().uri() + ">").with("Event", "refer")))).isEqualTo(481);
    SipMessage options = call.request(call.inDialog("OPTIONS").with("Contact", "<" + trunk.phone().uri() + ">")).await(SOON);
    assertThat(options.status()).isEqualTo(200);
    assertThat(options.lists("Allow", "UPDATE")).isTrue();
    SipMessage message = call.request(call.inDialog("MESSAGE").withBody("text/plain", "hello")).await(SOON);
    assertThat(message.status()).isEqualTo(405);
    assertThat(message.lists("Allow", "INVITE")).isTrue();
    assertThat(status(call.request(call.inDialog("DANCE")))).isEqualTo(501);
    assertThat(out.requests()).isEmpty();
    callStaysAndIsPaid();
  }

  @Test
  void hangUpsThatCrossEndOneCall() {
    World.talk(call);
    trunk.peer().phone().faults().loseReceived(Integer.MAX_VALUE, m -> m.isRequest() && m.method().equals("BYE"));
    call.hangup();
    Waiting.until("the lost BYE", () -> out.first(e -> e.dropped()).isPresent(), SOON);
    out.hangup();
    trunk.peer().phone().faults().none();
    Waiting.until("both are answered", () -> out.first(e -> !e.sent() && e.message().status() == 200 && e.message().method().equals("BYE")).isPresent()
        && out.requests().stream().anyMatch(r -> r.method().equals("BYE")), SOON);
    assertThat(world.paid(trunk).get("releaseSource").asText()).isEqualTo("CALLER");
    trunk.assertClean();
  }

  @Test
  void somebodyAtADoorEndsTheCall() {
    World.talk(call);
    JsonNode up = world.rest.get("/calls");
    String id = null;
    for (JsonNode one : up) {
      id = one.get("caller").asInt() == trunk.alice().id() ? one.get("call").asText() : id;
    }
    assertThat(world.rest.send("DELETE", "/calls/" + id, null).status()).isEqualTo(204);
    call.awaitHangup(SOON);
    out.awaitHangup(SOON);
    assertThat(world.paid(trunk).get("releaseSource").asText()).isEqualTo("SWITCH");
    trunk.assertClean();
  }

  /** Each message of a call is lost once, on either side; repetition brings it through and nothing is charged twice. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void everyMessageMayBeLostOnce(boolean caller) {
    Phone lossy = caller ? trunk.phone() : trunk.peer().phone();
    Call side = caller ? call : out;
    var lost = new TreeSet<String>();
    lossy.faults().loseReceived(Integer.MAX_VALUE, m -> lost.add(kind(m)));
    lossy.faults().loseSent(Integer.MAX_VALUE, m -> lost.add("sent " + kind(m)));
    assertThat(status(side.hold())).isEqualTo(200);
    World.talk(call);
    side.hangup();
    (caller ? out : call).awaitHangup(SOON);
    assertThat(world.paid(trunk).get("releaseSource").asText()).isEqualTo(caller ? "CALLER" : "CALLEE");
    Waiting.until("everything was lost once", () -> lost.size() >= 5, SOON);
    trunk.assertClean();
  }

  private static String kind(SipMessage message) {
    return message.isRequest() ? message.method() : message.status() + " to " + message.method();
  }

  /** After a call with a bit of everything no header that one side saw has a word of the other side's. */
  @Test
  void neitherSideSeesTheOther() {
    call.hold().await(SOON);
    out.resume().await(SOON);
    call.info("application/dtmf-relay", "Signal=5\r\nDuration=160\r\n").await(SOON);
    OutgoingCall refused = trunk.phone().call("14165550177", CallOptions.standard().withReliable().withHeader("User-Agent", "caller's phone").withHeader("X-Secret", "a secret"));
    IncomingCall refuses = trunk.peer().awaitCall("14165550177", 1, SOON);
    refuses.ring(183, true, true);
    Waiting.until("PRACK", refuses::pracked, SOON);
    refuses.reject(486);
    refused.awaitFailed(SOON);
    World.talk(call);
    call.hangup();
    out.awaitHangup(SOON);

    Set<String> callers = words(call.trace(), "127.0.0.2");
    callers.addAll(words(refused.trace(), "127.0.0.2"));
    callers.addAll(Set.of("caller's phone", "a secret"));
    Set<String> callees = words(out.trace(), "127.0.0.3");
    callees.addAll(words(refuses.trace(), "127.0.0.3"));
    assertThat(callers).as("Call-IDs, tags, branches, addresses").hasSizeGreaterThan(10);
    assertThat(callees).hasSizeGreaterThan(10);
    assertNothingOf(callers, out.trace());
    assertNothingOf(callers, refuses.trace());
    assertNothingOf(callees, call.trace());
    assertNothingOf(callees, refused.trace());
    trunk.assertClean();
  }

  /** What identifies a leg: Call-ID, tags, branches, and the peer's address. */
  private static Set<String> words(List<TraceEntry> leg, String address) {
    var words = new TreeSet<String>(Set.of(address));
    for (TraceEntry entry : leg) {
      SipMessage message = entry.message();
      words.add(message.callId());
      words.add(message.from().tag());
      words.add(message.to().tag());
      words.add(message.via().branch());
    }
    words.remove("");
    return words;
  }

  private static void assertNothingOf(Set<String> words, List<TraceEntry> leg) {
    for (TraceEntry entry : leg) {
      if (!entry.sent()) {
        String headers = entry.message().startLine() + entry.message().headers();
        assertThat(words).as("seen in %s", headers).noneMatch(headers::contains);
      }
    }
  }
}

package org.strowger.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.strowger.scenarios.World.SOON;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.strowger.phone.Behaviour;
import org.strowger.phone.Carrier;
import org.strowger.phone.Challenger;
import org.strowger.phone.Digest;
import org.strowger.phone.IncomingCall;
import org.strowger.phone.OutgoingCall;
import org.strowger.phone.Phone;
import org.strowger.phone.SipMessage;
import org.strowger.phone.TransportKind;
import org.strowger.phone.Waiting;
import org.strowger.scenarios.World.Subscriber;

/** What two people and a carrier do with the switch, and what it says of it afterwards. */
@ExtendWith(SharedSwitch.class)
class CallsScenario {

  private World world;

  @BeforeEach
  void open(Switch at) {
    world = new World(at);
  }

  @AfterEach
  void close() throws Exception {
    world.close();
  }

  private Subscriber subscriber() {
    return world.account(world.plan(world.tariff("")), null, "5", "0");
  }

  private static BigDecimal cost(JsonNode cdr) {
    return new BigDecimal(cdr.at("/cost/amount").asText());
  }

  private String explain(JsonNode cdr) {
    return world.at.shell("call:explain " + cdr.get("call").asText());
  }

  @ParameterizedTest
  @EnumSource(value = TransportKind.class, names = {"UDP", "TCP"})
  void phonesRegisterAndCallEachOther(TransportKind transport) {
    Subscriber alice = subscriber();
    Subscriber bob = subscriber();
    Phone from = world.phone(alice, transport);
    Phone to = world.phone(bob, transport);
    from.register(Duration.ofMinutes(5));
    to.register(Duration.ofMinutes(5));

    OutgoingCall call = from.call(bob.name());
    IncomingCall rings = to.awaitIncoming(SOON);
    rings.ring();
    call.awaitRinging(SOON);
    rings.answer();
    call.awaitAnswered(SOON);
    rings.awaitAck(SOON);
    assertThat(rings.cli()).isEqualTo(alice.name());
    assertThat(rings.callId()).as("Call-ID hidden").isNotEqualTo(call.callId());
    call.hangup();
    rings.awaitHangup(SOON);

    JsonNode cdr = world.cdrs(alice, 1).get(0);
    assertThat(cdr.get("result").asInt()).isZero();
    assertThat(cost(cdr)).isZero();
    assertThat(explain(cdr)).contains(bob.name());
    from.assertClean();
    to.assertClean();
  }

  @Test
  void aCallOutCostsWhatTheTariffSays() {
    Carrier peer = world.keep(new Carrier(Phone.builder().local("127.0.0.3:0").challenger(new Challenger(407, "carrier", List.of(Digest.Algorithm.MD5)).user("trunk", "trunk-secret")).build()));
    peer.on("1416", Behaviour.answerAfter(Duration.ofMillis(100)));
    int buying = world.tariff("", "1=0.06");
    int carrier = world.carrier(peer, buying, "\"username\":\"trunk\",\"password\":\"trunk-secret\"");
    Subscriber alice = world.account(world.plan(world.tariff("\"connectFee\":\"0.05\"", "1416=0.60")), world.group(carrier), "5", "0");
    Phone phone = world.phone(alice, TransportKind.UDP);

    OutgoingCall call = phone.call("14165550100");
    call.awaitAnswered(SOON);
    IncomingCall out = peer.awaitCall("14165550100", 1, SOON);
    call.hold().await(SOON);
    call.resume().await(SOON);
    assertThat(world.held(alice)).isPositive();
    Waiting.until(() -> System.nanoTime() - call.answeredNanos() > 1_700_000_000L, SOON);
    out.hangup();
    call.awaitHangup(SOON);

    JsonNode cdr = world.cdrs(alice, 1).get(0);
    long seconds = cdr.get("billedSeconds").asLong();
    assertThat(seconds).isBetween(1L, 4L);
    BigDecimal expected = new BigDecimal("0.05").add(new BigDecimal("0.01").multiply(BigDecimal.valueOf(seconds)));
    assertThat(cost(cdr)).isEqualByComparingTo(expected);
    assertThat(world.balance(alice)).isEqualByComparingTo(new BigDecimal("5").subtract(expected));
    Waiting.until(() -> world.held(alice).signum() == 0, SOON);
    assertThat(explain(cdr)).contains(expected.toPlainString());
    JsonNode carrierCdr = world.rest.get("/cdrs?carrier=" + carrier).get(0);
    assertThat(carrierCdr.toString()).contains(cdr.get("call").asText());
    phone.assertClean();
    out.assertClean();
  }

  @Test
  void aCancelledCallRingsNoMoreAndCostsNothing() {
    Subscriber alice = subscriber();
    Subscriber bob = subscriber();
    Phone from = world.registered(alice);
    Phone to = world.registered(bob);
    OutgoingCall call = from.call(bob.name());
    IncomingCall rings = to.awaitIncoming(SOON);
    rings.ring();
    call.awaitRinging(SOON);
    call.cancel();
    assertThat(call.awaitFailed(SOON).status()).isEqualTo(487);
    rings.awaitCancelled(SOON);
    assertThat(world.cdrs(alice, 1).get(0).get("result").asInt()).isEqualTo(487);
    from.assertClean();
    to.assertClean();
  }

  @Test
  void theNextCarrierIsTriedWhenOneFailsAndNotWhenTheCalleeIsBusy() {
    Carrier broken = world.peer().otherwise(Behaviour.reject(503));
    Carrier silent = world.peer().otherwise(Behaviour.silence());
    Carrier works = world.peer().on("1905", Behaviour.busy()).otherwise(Behaviour.answer());
    int group = world.group(world.carrier(broken, null, ""), world.carrier(silent, null, "\"replyTimeout\":1"), world.carrier(works, null, ""));
    Subscriber alice = world.account(world.plan(world.tariff("", "1=0.60")), group, "5", "0");
    Phone phone = world.phone(alice, TransportKind.UDP);

    OutgoingCall call = phone.call("14165550100");
    call.awaitAnswered(SOON);
    call.hangup();
    works.awaitCall("14165550100", 1, SOON).awaitHangup(SOON);
    assertThat(explain(world.cdrs(alice, 1).get(0))).contains("503");

    assertThat(phone.call("19055550100").awaitFailed(SOON).status()).isEqualTo(486);
    phone.assertClean();
  }

  @Test
  void aCallEndsWhenTheMoneyDoes() {
    Carrier peer = world.peer().otherwise(Behaviour.answer());
    Subscriber alice = world.account(world.plan(world.tariff("", "1=0.60")), world.group(world.carrier(peer, null, "")), "0.11", "0");
    Phone phone = world.phone(alice, TransportKind.UDP);
    OutgoingCall call = phone.call("14165550100");
    call.awaitAnswered(SOON);
    IncomingCall out = peer.awaitCall("14165550100", 1, SOON);
    call.awaitHangup(Duration.ofSeconds(20));
    out.awaitHangup(SOON);

    JsonNode cdr = world.cdrs(alice, 1).get(0);
    assertThat(cdr.get("billedSeconds").asLong()).isEqualTo(11);
    assertThat(cost(cdr)).isEqualByComparingTo("0.11");
    assertThat(world.balance(alice)).isZero();
    assertThat(call.endedNanos() - call.answeredNanos()).isBetween(10_500_000_000L, 12_500_000_000L);

    SipMessage refused = phone.call("14165550100").awaitFailed(SOON);
    assertThat(refused.status()).isEqualTo(402);
    assertThat(world.cdrs(alice, 2).get(0).get("reason").asText()).contains("available");
    phone.assertClean();
  }

  @Test
  void anUnknownUserAndAWrongPasswordLookAlike() {
    Subscriber alice = subscriber();
    SipMessage wrong = world.phone(new Subscriber(alice.id(), alice.name(), "wrong-password"), TransportKind.UDP).register(Duration.ofMinutes(5));
    SipMessage unknown = world.phone(new Subscriber(0, world.name("nobody"), "wrong-password"), TransportKind.UDP).register(Duration.ofMinutes(5));
    assertThat(wrong.status()).isEqualTo(401);
    assertThat(unknown.status()).isEqualTo(401);
    assertThat(unknown.reason()).isEqualTo(wrong.reason());
  }

  @Test
  void aNumberWithoutARateIsRefusedAndTheCdrSaysWhy() {
    Carrier peer = world.peer().otherwise(Behaviour.answer());
    Subscriber alice = world.account(world.plan(world.tariff("", "1=0.60")), world.group(world.carrier(peer, null, "")), "5", "0");
    Phone phone = world.phone(alice, TransportKind.UDP);
    assertThat(phone.call("442071234567").awaitFailed(SOON).status()).isBetween(400, 499);
    assertThat(world.cdrs(alice, 1).get(0).get("reason").asText()).contains("rate");
    assertThat(peer.calls()).isEmpty();
  }
}

package org.strowger.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.strowger.scenarios.World.NUMBER;
import static org.strowger.scenarios.World.SOON;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.strowger.phone.Behaviour;
import org.strowger.phone.Digest;
import org.strowger.phone.Exchange;
import org.strowger.phone.IncomingCall;
import org.strowger.phone.OutgoingCall;
import org.strowger.phone.Phone;
import org.strowger.phone.SipMessage;
import org.strowger.phone.TraceEntry;
import org.strowger.phone.TransportKind;
import org.strowger.phone.Waiting;
import org.strowger.scenarios.World.Subscriber;
import org.strowger.scenarios.World.Trunk;

/** Who may register, where a registration leads calls, and what becomes of a digest that is old, used or wrong. */
@ExtendWith(SharedSwitch.class)
class RegistrationScenario {

  private static final Duration LONG = Duration.ofMinutes(5);

  private World world;
  private Subscriber alice;
  private Subscriber bob;

  @BeforeEach
  void open(Switch at) {
    world = new World(at);
    alice = world.subscriber();
    bob = world.subscriber();
  }

  @AfterEach
  void close() throws Exception {
    world.close();
  }

  private JsonNode bindings() {
    return world.rest.get("/accounts/" + bob.id() + "/registrations");
  }

  private Phone phone(Subscriber who) {
    return world.phone(who, UnaryOperator.identity());
  }

  @Test
  void whoHasUnregisteredIsNotCalled() {
    Phone to = world.registered(bob);
    assertThat(bindings()).hasSize(1);
    assertThat(to.unregister().status()).isEqualTo(200);
    assertThat(bindings()).isEmpty();
    assertThat(phone(alice).call(bob.name()).awaitFailed(SOON).status()).isEqualTo(480);
    JsonNode cdr = world.paid(alice, "5", "0");
    assertThat(cdr.get("result").asInt()).isEqualTo(480);
    assertThat(cdr.get("reason").asText()).contains("is not registered");
    assertThat(to.received()).isZero();
    to.assertClean();
  }

  @Test
  void onePhoneMayUnregisterAll() {
    Phone one = world.registered(bob);
    world.registered(bob);
    assertThat(bindings()).hasSize(2);
    SipMessage gone = one.registration(Duration.ZERO, m -> m.withOnly("Contact", "*")).await(SOON);
    assertThat(gone.status()).isEqualTo(200);
    assertThat(gone.headers("Contact")).isEmpty();
    assertThat(bindings()).isEmpty();
  }

  @Test
  void timesAreLimitedAndToldAndBindingsAreListed() {
    Phone phone = phone(bob);
    SipMessage brief = phone.registration(Duration.ofSeconds(5), UnaryOperator.identity()).await(SOON);
    assertThat(brief.status()).isEqualTo(423);
    assertThat(brief.header("Min-Expires")).contains("60");
    assertThat(bindings()).isEmpty();
    SipMessage years = phone.registration(Duration.ofDays(400), UnaryOperator.identity()).await(SOON);
    assertThat(years.header("Contact").orElseThrow()).contains(";expires=3600");
    Phone second = world.registered(bob);
    SipMessage asked = second.registration(LONG, m -> m.without("Contact").without("Expires")).await(SOON);
    assertThat(asked.status()).isEqualTo(200);
    assertThat(asked.headers("Contact")).hasSize(2);
  }

  /** RFC 3327: the call goes by the edge proxy that the phone registered through. */
  @Test
  void callsFollowThePath() {
    Phone edge = world.keep(Phone.builder().user("edge").build());
    Phone phone = phone(bob);
    String path = "<sip:" + edge.uri().substring("sip:edge@".length()) + ";lr>";
    SipMessage registered = phone.registration(LONG, m -> m.with("Supported", "path").with("Path", path)).await(SOON);
    assertThat(registered.headers("Path")).containsExactly(path);
    OutgoingCall call = phone(alice).call(bob.name());
    IncomingCall by = edge.awaitIncoming(SOON);
    assertThat(by.invite().headers("Route")).containsExactly(path);
    assertThat(by.invite().uri()).isEqualTo(phone.uri());
    assertThat(phone.received()).isZero();
    by.answer();
    call.awaitAnswered(SOON);
    by.awaitAck(SOON);
    call.hangup();
    by.awaitHangup(SOON);
    assertThat(world.paid(alice, "5", "0").get("result").asInt()).isZero();
    edge.assertClean();
  }

  /** What a phone behind NAT believes of itself leads nowhere: call, ACK and BYE go where its REGISTER came from. */
  @ParameterizedTest
  @EnumSource(value = TransportKind.class, names = {"UDP", "TCP"})
  void aPhoneBehindNatIsReached(TransportKind transport) {
    String inside = "<sip:" + bob.name() + "@10.9.8.7:5062" + (transport == TransportKind.TCP ? ";transport=tcp>" : ">");
    Phone phone = world.phone(bob, transport);
    Exchange registration = phone.registration(LONG, m -> m.withOnly("Contact", inside));
    assertThat(registration.await(SOON).status()).isEqualTo(200);
    assertThat(registration.await(SOON).via().params()).containsEntry("rport", Integer.toString(port(phone, transport))).containsEntry("received", "127.0.0.1");
    OutgoingCall call = phone(alice).call(bob.name());
    IncomingCall in = phone.awaitIncoming(SOON);
    assertThat(in.invite().uri()).contains("10.9.8.7:5062");
    in.answerEdited(ok -> ok.withOnly("Contact", inside));
    call.awaitAnswered(SOON);
    in.awaitAck(SOON);
    call.hangup();
    assertThat(in.awaitHangup(SOON).uri()).contains("10.9.8.7:5062");
    assertThat(world.paid(alice, "5", "0").get("result").asInt()).isZero();
  }

  /** Over TCP the port of the connection is another than the one it listens at. */
  private static int port(Phone phone, TransportKind transport) {
    if (transport == TransportKind.UDP) {
      return phone.local().getPort();
    }
    SipMessage response = phone.trace().get(phone.trace().size() - 1).message();
    return Integer.parseInt(response.via().params().get("rport"));
  }

  /** RFC 5626: the same device with a new address takes the place of its old one. */
  @Test
  void aDeviceThatMovedRingsOnce() {
    UnaryOperator<SipMessage> device = m -> m.withOnly("Contact", m.header("Contact").orElseThrow() + ";+sip.instance=\"<urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6>\";reg-id=1");
    Phone before = phone(bob);
    Phone after = phone(bob).onCall(Behaviour.answer());
    assertThat(before.registration(LONG, device).await(SOON).status()).isEqualTo(200);
    assertThat(after.registration(LONG, device).await(SOON).headers("Contact")).hasSize(1);
    OutgoingCall call = phone(alice).call(bob.name());
    call.awaitAnswered(SOON);
    call.hangup();
    assertThat(before.received()).isZero();
    assertThat(after.received()).isEqualTo(1);
    after.assertClean();
  }

  /** After the nonce's 5 s: stale, and the phone goes on with the new one without asking anybody. */
  @Test
  void anOldNonceIsStaleAndNoReproach() {
    Phone phone = world.phone(bob, builder -> builder.reuseNonce(true));
    assertThat(phone.register(LONG).status()).isEqualTo(200);
    Exchange again = phone.registration(LONG, UnaryOperator.identity());
    assertThat(again.await(SOON).status()).isEqualTo(200);
    assertThat(again.responses()).as("a nonce may be used more than once, with rising nc").hasSize(1);
    long born = System.nanoTime();
    Waiting.until(() -> System.nanoTime() - born > 5_500_000_000L, SOON);
    Exchange late = phone.registration(LONG, UnaryOperator.identity());
    assertThat(late.await(SOON).status()).isEqualTo(200);
    assertThat(late.responses()).hasSize(2);
    assertThat(late.responses().get(0).status()).isEqualTo(401);
    assertThat(late.responses().get(0).headers("WWW-Authenticate")).allMatch(challenge -> challenge.contains("stale=true"));
    phone.assertClean();
  }

  @Test
  void aRegisterOrCallThatSomebodyOverheardIsOfNoUse() {
    Trunk trunk = world.trunk();
    Phone to = phone(bob);
    Exchange registration = to.registration(LONG, UnaryOperator.identity());
    assertThat(registration.await(SOON).status()).isEqualTo(200);
    SipMessage replayed = to.replay(registration.request()).await(SOON);
    assertThat(replayed.status()).isEqualTo(401);

    trunk.peer().otherwise(Behaviour.answer());
    OutgoingCall call = trunk.phone().call(NUMBER);
    call.awaitAnswered(SOON);
    assertThat(trunk.phone().replay(call.invite()).await(SOON).status()).isEqualTo(401);
    World.talk(call);
    call.hangup();
    trunk.awaitCall().awaitHangup(SOON);
    world.paid(trunk);
    assertThat(trunk.peer().calls()).hasSize(1);
  }

  /** The same message again is no replay: it gets the same answer. */
  @Test
  void aRegisterWhoseAnswerWasLostIsAnsweredAgain() {
    Phone phone = phone(bob);
    phone.faults().loseReceived(1, m -> m.status() == 200);
    Exchange registration = phone.registration(LONG, UnaryOperator.identity());
    assertThat(registration.await(SOON).status()).isEqualTo(200);
    assertThat(phone.sentAgain()).isPositive();
    assertThat(bindings()).hasSize(1);
    phone.assertClean();
  }

  @Test
  void aUserThatIsUnknownAndAPasswordThatIsWrongLookTheSame() {
    String nobody = world.name("nobody");
    Phone unknown = phone(new Subscriber(0, nobody, "wrong-password"));
    Phone wrong = phone(new Subscriber(bob.id(), bob.name(), "wrong-password"));
    for (Digest.Algorithm algorithm : Digest.Algorithm.values()) {
      Exchange one = unknown.registration(LONG, UnaryOperator.identity());
      SipMessage first = one.await(SOON);
      Exchange other = wrong.registration(LONG, UnaryOperator.identity());
      SipMessage second = other.await(SOON);
      assertThat(first.status()).isEqualTo(401);
      assertThat(shape(first)).as("of %s", algorithm).isEqualTo(shape(second));
    }
    assertThat(shape(unknown.call(NUMBER).awaitFailed(SOON))).isEqualTo(shape(wrong.call(NUMBER).awaitFailed(SOON)));
    assertThat(world.rest.get("/cdrs?account=" + bob.id())).isEmpty();
    assertThat(bindings()).isEmpty();
  }

  /**
   * Nor does the time tell: asked by turns, both hear their 401 after the same 300 ms. From an address of their own, because who guesses twice as often
   * is banned.
   */
  @Test
  void aUserThatIsUnknownAndAPasswordThatIsWrongTakeTheSameTime() {
    UnaryOperator<Phone.Builder> elsewhere = builder -> builder.local("127.0.7.1:0");
    Phone unknown = world.phone(new Subscriber(0, world.name("nobody"), "wrong-password"), elsewhere);
    Phone wrong = world.phone(new Subscriber(bob.id(), bob.name(), "wrong-password"), elsewhere);
    for (int round = 0; round < 8; round++) {
      List<Phone> turns = round % 2 == 0 ? List.of(unknown, wrong) : List.of(wrong, unknown);
      List<Exchange> asked = turns.stream().map(phone -> phone.registration(LONG, UnaryOperator.identity())).toList();
      asked.forEach(exchange -> assertThat(exchange.await(SOON).status()).isEqualTo(401));
    }
    long ofUnknown = medianOfRefusals(unknown);
    long ofWrong = medianOfRefusals(wrong);
    assertThat(Math.min(ofUnknown, ofWrong)).as("median in ms of unknown %s, wrong %s", ofUnknown, ofWrong).isGreaterThanOrEqualTo(290);
    assertThat(Math.abs(ofUnknown - ofWrong)).as("median in ms of unknown %s, wrong %s", ofUnknown, ofWrong).isLessThan(60);
  }

  /** Milliseconds from a REGISTER with credentials to its 401. */
  private static long medianOfRefusals(Phone phone) {
    List<TraceEntry> trace = phone.trace();
    long[] times = trace.stream().filter(entry -> entry.sent() && entry.is("REGISTER") && !entry.retransmission() && entry.message().header("Authorization").isPresent())
        .mapToLong(sent -> trace.stream()
            .filter(entry -> entry.received() && entry.is(401) && entry.message().callId().equals(sent.message().callId()) && entry.message().cseq().equals(sent.message().cseq()))
            .findFirst().orElseThrow().nanos() - sent.nanos())
        .sorted().toArray();
    assertThat(times).hasSizeGreaterThanOrEqualTo(8);
    return times[times.length / 2] / 1_000_000;
  }

  /** All of a response that is not chance. */
  private static List<String> shape(SipMessage response) {
    return java.util.stream.Stream.concat(java.util.stream.Stream.of(response.startLine()), response.headers().stream()
        .filter(h -> !List.of("Via", "From", "To", "Call-ID", "CSeq").contains(h.name()))
        .map(h -> h.name() + ": " + h.value().replaceAll("nonce=\"[^\"]*\"", "nonce"))).toList();
  }

  @Test
  void nobodyRegistersForAnother() {
    Phone thief = world.phone(alice, builder -> builder.user(bob.name()).authUser(alice.name()));
    assertThat(thief.register(LONG).status()).isEqualTo(403);
    assertThat(bindings()).isEmpty();
  }
}

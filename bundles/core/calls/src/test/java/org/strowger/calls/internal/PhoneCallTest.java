package org.strowger.calls.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.strowger.billing.api.CallEnd.ReleaseSource;
import org.strowger.billing.api.DurationRounding;
import org.strowger.calls.api.Leg;
import org.strowger.calls.api.Locations;
import org.strowger.kernel.CarrierId;
import org.strowger.kernel.HostPort;
import org.strowger.kernel.TariffId;
import org.strowger.kernel.Time;
import org.strowger.phone.Behaviour;
import org.strowger.phone.CallOptions;
import org.strowger.phone.IncomingCall;
import org.strowger.phone.OutgoingCall;
import org.strowger.phone.Phone;
import org.strowger.phone.SipMessage;
import org.strowger.phone.Waiting;
import org.strowger.sip.api.Flow;
import org.strowger.sip.api.SipUri;
import org.strowger.sip.api.Transport;
import org.strowger.sip.internal.RealStack;

/** Call control on the real SIP stack, with strict phones on real sockets around it. */
class PhoneCallTest {

  private static final Duration SOON = Duration.ofSeconds(10);

  private final RealStack sip = new RealStack();
  private final Workers workers = new Workers(4, Time.SYSTEM);
  private final World world = new World(new Exchange.Settings(1000, 1800, 90), Time.SYSTEM, sip.stack(), sip.digest(), workers);
  private Phone alice;
  private Phone bob;

  @BeforeEach
  void open() {
    world.secrets = login -> sip.ha1(login, "secret");
    world.scheduler.start();
    sip.open(world.switchboard);
    alice = phone("alice");
    bob = phone("bob");
    registered("bob", bob);
  }

  @AfterEach
  void close() {
    alice.close();
    bob.close();
    sip.close();
    world.scheduler.close();
    workers.close();
  }

  private Phone phone(String user) {
    return Phone.builder().user(user).password("secret").server("127.0.0.1:" + sip.port(Transport.UDP)).build();
  }

  private void registered(String name, Phone... phones) {
    world.registered.put(world.accounts.get(name).id(), java.util.Arrays.stream(phones).map(phone -> {
      InetSocketAddress at = phone.local();
      var remote = new HostPort(at.getAddress().getHostAddress(), at.getPort());
      var flow = new Flow(Transport.UDP, new HostPort("127.0.0.1", sip.port(Transport.UDP)), remote);
      return new Locations.Binding(SipUri.of(name, remote), List.of(), flow, Time.SYSTEM.now().plusSeconds(600), 1000, "test");
    }).toList());
  }

  private static Leg.Carrier carrier(int id, Phone phone, Leg.Timers timers) {
    return new Leg.Carrier(new CarrierId(id), "carrier" + id, "alice", "442071838750", SipUri.parse("sip:127.0.0.1:" + phone.local().getPort()), Transport.UDP,
        Optional.empty(), Optional.of(new TariffId(7)), DurationRounding.ROUND, 0, List.of(), timers);
  }

  private void assertOver(Phone... phones) {
    Waiting.until("the call is settled", () -> world.table.size() == 0 && world.ledger.held() == 0, SOON);
    Waiting.until("no dialog is left", () -> sip.dialogs() == 0, SOON);
    assertThat(world.table.entries()).isZero();
    assertThat(world.limits.slotsHeld()).isZero();
    for (Phone phone : phones) {
      phone.assertClean();
    }
  }

  @Test
  void callsHoldsAndHangsUp() {
    OutgoingCall out = alice.call("bob");
    IncomingCall in = bob.awaitIncoming(SOON);
    in.ring();
    out.awaitRinging(SOON);
    in.answer();
    out.awaitAnswered(SOON);
    in.awaitAck(SOON);
    assertThat(in.cli()).isEqualTo("alice");
    assertThat(in.invite().callId()).isNotEqualTo(out.callId());
    assertThat(out.hold().await(SOON).status()).isEqualTo(200);
    assertThat(in.reinvite(in.nextSdp(org.strowger.phone.Sdp.Flow.SENDRECV)).await(SOON).status()).isEqualTo(200);
    assertThat(out.info("application/dtmf-relay", "Signal=5\r\nDuration=160\r\n").await(SOON).status()).isEqualTo(200);
    assertThat(out.refer("sip:carol@example.org").await(SOON).status()).isEqualTo(603);
    assertThat(out.request(out.inDialog("OPTIONS")).await(SOON).status()).isEqualTo(200);
    in.hangup();
    out.awaitHangup(SOON);
    assertOver(alice, bob);
    assertThat(world.ledger.only().end().releaseSource()).isEqualTo(ReleaseSource.CALLEE);
  }

  @Test
  void offersLate() {
    OutgoingCall out = alice.call("bob", CallOptions.standard().withoutOffer());
    IncomingCall in = bob.awaitIncoming(SOON);
    assertThat(in.invite().hasSdp()).isFalse();
    in.answer();
    out.awaitAnswered(SOON);
    in.awaitAck(SOON);
    assertThat(in.remoteSdp()).isPresent();
    out.hangup();
    in.awaitHangup(SOON);
    assertOver(alice, bob);
  }

  @Test
  void cancels() {
    OutgoingCall out = alice.call("bob");
    IncomingCall in = bob.awaitIncoming(SOON);
    in.ring();
    out.awaitRinging(SOON);
    out.cancel();
    in.awaitCancelled(SOON);
    assertThat(out.awaitFinal(SOON).status()).isEqualTo(487);
    assertOver(alice, bob);
  }

  @Test
  void ringsAllContactsAndTheFirstToAnswerWins() {
    try (Phone second = phone("bob")) {
      registered("bob", bob, second);
      OutgoingCall out = alice.call("bob");
      IncomingCall one = bob.awaitIncoming(SOON);
      IncomingCall two = second.awaitIncoming(SOON);
      one.ring();
      two.ring();
      two.answer();
      out.awaitAnswered(SOON);
      one.awaitCancelled(SOON);
      two.awaitAck(SOON);
      out.hangup();
      two.awaitHangup(SOON);
      assertOver(alice, bob, second);
    }
  }

  @Test
  void hangsUpTheLoserWhenAForkAnswersTwice() {
    OutgoingCall out = alice.call("bob");
    IncomingCall one = bob.awaitIncoming(SOON);
    IncomingCall two = one.fork();
    one.answer();
    two.answer();
    out.awaitAnswered(SOON);
    two.awaitHangup(SOON);
    out.hangup();
    one.awaitHangup(SOON);
    assertOver(alice, bob);
  }

  @Test
  void acknowledgesReliableProvisionalsEndToEnd() {
    OutgoingCall out = alice.call("bob", CallOptions.standard().withReliable());
    IncomingCall in = bob.awaitIncoming(SOON);
    in.ring(183, true, true);
    out.awaitProvisional(183, SOON);
    Waiting.until("PRACK", in::pracked, SOON);
    in.answer();
    out.awaitAnswered(SOON);
    out.hangup();
    in.awaitHangup(SOON);
    assertOver(alice, bob);
  }

  @Test
  void failsOverToTheNextCarrier() {
    try (Phone dead = phone("dead"); Phone broken = phone("broken"); Phone good = phone("good")) {
      dead.onCall(Behaviour.silence());
      broken.onCall(Behaviour.reject(503));
      good.onCall(Behaviour.answer());
      var quick = new Leg.Timers(Duration.ofMillis(700), Duration.ofSeconds(5), Duration.ofSeconds(20));
      world.carriers(carrier(1, dead, quick), carrier(2, broken, quick), carrier(3, good, quick));
      OutgoingCall out = alice.call("442071838750");
      out.awaitAnswered(SOON);
      out.hangup();
      Waiting.until("settled", () -> world.ledger.settled.size() == 1, SOON);
      assertThat(world.ledger.only().facts().carrier()).isEqualTo(new CarrierId(3));
      assertThat(world.ledger.only().shares()).hasSize(2);
      alice.assertClean();
      good.assertClean();
      broken.assertClean();
    }
  }

  @Test
  void cutsBothSidesAtTheGrantedLimit() {
    world.selling = (cld, onNet) -> new org.strowger.billing.api.Quote.Priced(World.rate("0.60", 1, 1));
    world.ledger.balances.put(org.strowger.billing.api.Payer.of(world.accounts.get("alice").id()), new java.math.BigDecimal("0.02"));
    bob.onCall(Behaviour.answer());
    OutgoingCall out = alice.call("bob");
    out.awaitAnswered(SOON);
    out.awaitHangup(SOON);
    bob.awaitIncoming(SOON).awaitHangup(SOON);
    assertOver(alice, bob);
    assertThat(world.ledger.only().end().duration()).isEqualTo(Duration.ofSeconds(2));
    assertThat(world.ledger.only().end().reason()).isEqualTo("granted time over");
    assertThat(Duration.ofNanos(out.endedNanos() - out.answeredNanos())).isBetween(Duration.ofMillis(1500), Duration.ofMillis(3000));
  }

  @Test
  void refusesAWrongPassword() {
    try (Phone mallory = Phone.builder().user("alice").password("guess").server("127.0.0.1:" + sip.port(Transport.UDP)).build()) {
      SipMessage answer = mallory.call("bob").awaitFinal(SOON);
      assertThat(answer.status()).isEqualTo(401);
      Waiting.until("nothing is left", () -> world.table.entries() == 0, SOON);
      assertThat(world.ledger.settled).isEmpty();
    }
  }
}

package org.strowger.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.strowger.scenarios.World.SOON;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.strowger.phone.Behaviour;
import org.strowger.phone.Carrier;
import org.strowger.phone.Digest;
import org.strowger.phone.IncomingCall;
import org.strowger.phone.OutgoingCall;
import org.strowger.phone.Phone;
import org.strowger.phone.SipMessage;
import org.strowger.phone.TransportKind;
import org.strowger.phone.Waiting;
import org.strowger.scenarios.World.Subscriber;

/** Whatever way a phone came, it reaches whoever came by another. */
@ExtendWith(SharedSwitch.class)
class TransportScenario {

  /** How a phone talks to the switch. */
  enum Way {
    UDP(TransportKind.UDP, false), TCP(TransportKind.TCP, false), UDP6(TransportKind.UDP, true), TCP6(TransportKind.TCP, true);

    private final TransportKind kind;
    private final boolean ipv6;

    Way(TransportKind kind, boolean ipv6) {
      this.kind = kind;
      this.ipv6 = ipv6;
    }

    Phone.Builder of(Phone.Builder builder, Switch at) {
      builder.transport(kind);
      return ipv6 ? builder.local("[::1]:0").server(at.sip6()) : builder;
    }
  }

  private World world;

  @BeforeEach
  void open(Switch at) {
    world = new World(at);
  }

  @AfterEach
  void close() throws Exception {
    world.close();
  }

  static List<Arguments> ways() {
    var all = new ArrayList<Arguments>();
    for (Way from : Way.values()) {
      for (Way to : Way.values()) {
        all.add(Arguments.of(from, to));
      }
    }
    return all;
  }

  private Phone registered(Subscriber subscriber, Way way) {
    Phone phone = world.phone(subscriber, builder -> way.of(builder, world.at));
    assertThat(phone.register(Duration.ofMinutes(5)).status()).isEqualTo(200);
    return phone;
  }

  /** Both ways through the dialog: hold by the caller, hang-up by the callee. */
  @ParameterizedTest
  @MethodSource("ways")
  void registersAndCalls(Way one, Way other) {
    assumeTrue(Switch.hasIpv6() || !one.ipv6 && !other.ipv6, "there is no IPv6 here");
    Subscriber alice = world.subscriber();
    Subscriber bob = world.subscriber();
    Phone from = registered(alice, one);
    Phone to = registered(bob, other);

    OutgoingCall call = from.call(bob.name());
    IncomingCall rings = to.awaitIncoming(SOON);
    rings.ring();
    call.awaitRinging(SOON);
    rings.answer();
    call.awaitAnswered(SOON);
    rings.awaitAck(SOON);
    assertThat(rings.invite().via().transport()).isEqualTo(other.kind.name());
    assertThat(rings.source().getAddress().getAddress()).hasSize(other.ipv6 ? 16 : 4);
    assertThat(call.hold().await(SOON).status()).isEqualTo(200);
    assertThat(rings.remoteSdp().orElseThrow()).contains("a=sendonly");
    rings.hangup();
    call.awaitHangup(SOON);

    JsonNode cdr = world.paid(alice, "5", "0");
    assertThat(cdr.get("result").asInt()).isZero();
    assertThat(cdr.get("releaseSource").asText()).isEqualTo("CALLEE");
    assertThat(world.explain(cdr)).contains(bob.name());
    from.assertClean();
    to.assertClean();
  }

  /** By UDP it sends from another port, and asks for no rport; its TCP connection it has closed. Its Contact says where it is. */
  @ParameterizedTest
  @EnumSource(value = TransportKind.class, names = {"UDP", "TCP"})
  void aPhoneIsCalledWhereItsContactSaysThatItListens(TransportKind kind) {
    Subscriber bob = world.subscriber();
    Subscriber alice = world.subscriber();
    Phone listens = world.phone(bob, kind);
    try (Phone sends = world.phone(bob, builder -> builder.transport(kind).rport(false))) {
      assertThat(sends.registration(Duration.ofMinutes(5), m -> m.withOnly("Contact", "<" + listens.uri() + ">")).await(SOON).status()).isEqualTo(200);
      if (kind == TransportKind.TCP) {
        sends.close();
      }
      Phone from = world.registered(alice);
      OutgoingCall call = from.call(bob.name());
      IncomingCall in = listens.awaitIncoming(SOON);
      in.answer();
      call.awaitAnswered(SOON);
      in.awaitAck(SOON);
      call.hangup();
      in.awaitHangup(SOON);
      assertThat(world.paid(alice, "5", "0").get("result").asInt()).isZero();
      assertThat(sends.received()).isZero();
      listens.assertClean();
    }
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void callsOutToACarrierThatListensThere(Way way) {
    assumeTrue(Switch.hasIpv6() || !way.ipv6, "there is no IPv6 here");
    Phone trunk = (way.ipv6 ? Phone.builder().local("[::1]:0") : Phone.builder().local("127.0.0.3:0")).transport(way.kind).build();
    Carrier peer = world.keep(new Carrier(trunk)).otherwise(Behaviour.answer());
    int carrier = world.carrier(peer, null, "\"transport\":\"" + way.kind + "\"");
    Subscriber alice = world.account(world.plan(world.tariff("", "1=0.60")), world.group(carrier), "5", "0");
    Phone from = world.phone(alice, builder -> builder);
    OutgoingCall call = from.call("14165550100");
    call.awaitAnswered(SOON);
    IncomingCall out = peer.awaitCall("14165550100", 1, SOON);
    out.awaitAck(SOON);
    Waiting.until(() -> System.nanoTime() - call.answeredNanos() > 600_000_000L, SOON);
    call.hangup();
    out.awaitHangup(SOON);
    assertThat(world.paid(alice, "5", "0.01").get("billedSeconds").asLong()).isBetween(1L, 3L);
    from.assertClean();
    trunk.assertClean();
  }

  /** RFC 8760: the phone passes over MD5, which is offered first. */
  @Test
  void aPhoneThatKnowsOnlySha256RegistersAndCalls() {
    Subscriber alice = world.subscriber();
    Subscriber bob = world.subscriber();
    Phone to = world.registered(bob).onCall(Behaviour.answer());
    Phone from = world.phone(alice, builder -> builder.algorithm(Digest.Algorithm.SHA_256));
    SipMessage registered = from.register(Duration.ofMinutes(5));
    assertThat(registered.status()).isEqualTo(200);
    OutgoingCall call = from.call(bob.name());
    call.awaitAnswered(SOON);
    assertThat(call.invite().header("Authorization").orElseThrow()).contains("algorithm=SHA-256");
    call.hangup();
    assertThat(world.paid(alice, "5", "0").get("result").asInt()).isZero();
    from.assertClean();
    to.assertClean();
  }
}

package org.strowger.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.strowger.scenarios.World.NUMBER;
import static org.strowger.scenarios.World.SOON;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.strowger.phone.Behaviour;
import org.strowger.phone.Carrier;
import org.strowger.phone.IncomingCall;
import org.strowger.phone.OutgoingCall;
import org.strowger.phone.Phone;
import org.strowger.phone.SipMessage;
import org.strowger.scenarios.World.Subscriber;
import org.strowger.scenarios.World.Trunk;

/** An account registers somebody else's address as its phone, and another calls it for nothing: nobody is called but who registered. */
@ExtendWith(SharedSwitch.class)
class ContactFraudScenario {

  private static final String PREMIUM = "19005550100";

  private World world;
  private Subscriber bob;
  private Phone thief;

  @BeforeEach
  void open(Switch at) {
    world = new World(at);
    bob = world.subscriber();
    thief = world.phone(bob, builder -> builder.local("127.0.0.9:0"));
  }

  @AfterEach
  void close() throws Exception {
    world.close();
  }

  private SipMessage registers(String contact, UnaryOperator<SipMessage> with) {
    return thief.registration(Duration.ofMinutes(5), m -> with.apply(m.withOnly("Contact", "<" + contact + ">"))).await(SOON);
  }

  private static String host(Carrier peer) {
    return peer.address().substring(0, peer.address().lastIndexOf(':'));
  }

  /** %1$s is the carrier's address and port, %2$s its address, %3$s the phone's own. */
  @ParameterizedTest
  @ValueSource(strings = {"sip:" + PREMIUM + "@%1$s", "sip:" + PREMIUM + "@%2$s:5999", "sip:" + PREMIUM + "@%2$s", "sip:" + PREMIUM + "@%3$s;maddr=%2$s", "sip:" + PREMIUM + "@%1$s;transport=tcp"})
  void nobodyRegistersACarriersAddress(String form) throws IOException {
    Trunk trunk = world.trunk();
    trunk.peer().otherwise(Behaviour.answer());
    String own = thief.uri().substring(thief.uri().indexOf('@') + 1);
    SipMessage refused = registers(form.formatted(trunk.peer().address(), host(trunk.peer()), own), m -> m);
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.startLine()).contains("Contact Is A Carrier's Address");
    assertThat(world.rest.get("/accounts/" + bob.id() + "/registrations")).isEmpty();
    assertThat(trunk.phone().call(bob.name()).awaitFailed(SOON).status()).isEqualTo(480);
    assertThat(trunk.peer().phone().received()).as("calls to the carrier").isZero();
    assertThat(Files.readString(world.at.home().resolve("log/security.log"))).contains("gets 403, Contact Is A Carrier's Address: Contact [sip:" + PREMIUM + "@");
  }

  @Test
  void nobodyRegistersAPathToACarrier() {
    Trunk trunk = world.trunk();
    for (String path : new String[] {"<sip:" + trunk.peer().address() + ";lr>", "<sip:127.0.0.9:5060;lr>, <sip:" + trunk.peer().address() + ";lr>"}) {
      SipMessage refused = registers(thief.uri(), m -> m.with("Supported", "path").with("Path", path));
      assertThat(refused.status()).isEqualTo(403);
      assertThat(refused.startLine()).contains("Path Is A Carrier's Address");
    }
    SipMessage elsewhere = registers(thief.uri(), m -> m.with("Supported", "path").with("Path", "<sip:127.0.0.10:5060;lr>"));
    assertThat(elsewhere.status()).isEqualTo(403);
    assertThat(elsewhere.startLine()).contains("Path Leads Elsewhere");
    assertThat(trunk.phone().call(bob.name()).awaitFailed(SOON).status()).isEqualTo(480);
    assertThat(trunk.peer().phone().received()).isZero();
  }

  /** The switch became this carrier's customer after the phone had registered. */
  @Test
  void aCarrierThatIsNewIsNoPhoneEither() {
    Phone gateway = world.keep(Phone.builder().local("127.0.0.9:0").build().onCall(Behaviour.answer()));
    String contact = gateway.uri().replaceFirst("sip:[^@]*@", "sip:" + PREMIUM + "@");
    assertThat(registers(contact, m -> m).status()).as("the phone's own host").isEqualTo(200);
    Subscriber alice = world.account(world.plan(world.tariff("", "1=0.60")), world.group(world.carrier(contact.substring(contact.indexOf('@') + 1), null, "")), "5", "0");
    Phone from = world.phone(alice, UnaryOperator.identity());
    assertThat(from.call(bob.name()).awaitFailed(SOON).status()).isEqualTo(480);
    assertThat(gateway.received()).isZero();
    OutgoingCall paid = from.call(NUMBER);
    World.talk(paid);
    paid.hangup();
    world.cdrs(alice, 2);
    assertThat(world.balance(alice)).as("who calls the carrier as a carrier pays").isLessThan(new BigDecimal("5"));
  }

  /** A gateway that trusts the switch's address, and that the switch does not know: by address, by maddr, by a name. */
  @ParameterizedTest
  @ValueSource(strings = {"sip:" + PREMIUM + "@127.0.0.1:%d", "sip:" + PREMIUM + "@127.0.0.9:%d;maddr=127.0.0.1", "sip:" + PREMIUM + "@localhost:%d"})
  void noOtherHostIsCalled(String form) {
    Phone stranger = world.keep(Phone.builder().build().onCall(Behaviour.answer()));
    Subscriber alice = world.subscriber();
    for (boolean rport : new boolean[] {true, false}) {
      thief = world.phone(bob, builder -> builder.local("127.0.0.9:0").rport(rport));
      assertThat(registers(form.formatted(stranger.local().getPort()), m -> m).status()).isEqualTo(200);
      OutgoingCall call = world.phone(alice, UnaryOperator.identity()).call(bob.name());
      IncomingCall in = thief.awaitIncoming(SOON);
      assertThat(in.invite().uri()).contains(PREMIUM);
      in.answer();
      call.awaitAnswered(SOON);
      call.hangup();
      in.awaitHangup(SOON);
    }
    assertThat(stranger.received()).isZero();
    for (JsonNode cdr : world.cdrs(alice, 2)) {
      assertThat(cdr.get("result").asInt()).isZero();
    }
  }

  @Test
  void nothingOnThisMachineIsConnectedTo() throws IOException {
    try (var inside = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
      thief = world.phone(bob, builder -> builder.local("127.0.0.9:0").rport(false));
      assertThat(registers("sip:x@localhost:" + inside.getLocalPort() + ";transport=tcp", m -> m).status()).isEqualTo(200);
      OutgoingCall call = world.phone(world.subscriber(), UnaryOperator.identity()).call(bob.name());
      thief.awaitIncoming(SOON).answer();
      call.awaitAnswered(SOON);
      call.hangup();
      inside.setSoTimeout(500);
      assertThatThrownBy(inside::accept).isInstanceOf(SocketTimeoutException.class);
    }
  }
}

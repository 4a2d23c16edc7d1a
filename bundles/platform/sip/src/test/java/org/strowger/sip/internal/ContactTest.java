package org.strowger.sip.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.strowger.kernel.HostPort;
import org.strowger.kernel.Time;
import org.strowger.sip.api.DialogId;
import org.strowger.sip.api.Flow;
import org.strowger.sip.api.NameAddr;
import org.strowger.sip.api.OutgoingRequest;
import org.strowger.sip.api.SipAnswer;
import org.strowger.sip.api.SipBody;
import org.strowger.sip.api.SipHeaders;
import org.strowger.sip.api.SipRequest;
import org.strowger.sip.api.SipResponse;
import org.strowger.sip.api.SipUri;
import org.strowger.sip.api.Transport;
import org.strowger.sip.internal.admission.Admission;

/** A Contact is where its owner listens; the way it came is used where that cannot be. */
class ContactTest {

  private static final String SDP = "v=0\r\n";
  private Rig rig;

  @BeforeEach
  void open() {
    rig = new Rig();
    rig.onRequest = request -> rig.engine.respond(request.transaction(), SipAnswer.of(200));
  }

  @AfterEach
  void close() {
    rig.close();
  }

  /** Registers, with its own Contact replaced, and what the switch knows of it then. */
  private SipRequest registers(Peer phone, String contact, boolean rport) {
    String register = phone.request("REGISTER", "sip:127.0.0.1", "r" + contact.hashCode(), 1, "r" + contact.hashCode(), "x", "", "", "")
        .replaceFirst("Contact: .*", "Contact: <" + contact + ">");
    phone.send(rport ? register : register.replace(";rport", ""));
    return rig.request();
  }

  private void call(SipRequest register, String... path) {
    SipUri contact = register.contacts().get(0).uri();
    rig.engine.send(new OutgoingRequest("INVITE", contact, NameAddr.of(SipUri.parse("sip:100@strowger")), NameAddr.of(contact), 69, Arrays.stream(path).map(SipUri::parse).toList(), Optional.of(register.flow()),
        Optional.empty(), register.flow().transport(), Optional.empty(), SipHeaders.NONE, SipBody.sdp(SDP)), rig);
  }

  private void reaches(Peer listens, String contact) {
    listens.expect("INVITE " + contact + " SIP/2.0");
  }

  /** RFC 3261 19.1.1 and 19.1.5: a Request-URI has none, and what a peer asks for by them is not done. */
  @Test
  void aContactWithHeadersIsCalledWithoutThem() {
    try (Peer phone = rig.udp()) {
      String contact = "sip:bob@127.0.0.1:" + phone.port();
      SipRequest register = registers(phone, contact + "?Route=%3Csip:127.0.0.9%3E&Subject=hello", true);
      assertThat(register.contacts().get(0).uri().headers()).isNotEmpty();
      phone.expect("SIP/2.0 200");
      call(register);
      String invite = phone.expect("INVITE " + contact + " SIP/2.0");
      assertThat(invite).contains("To: <" + contact + ">\r\n").doesNotContain("Route", "Subject");
      phone.send(phone.answer(invite, 200, "b1", "", SDP).replaceFirst("(Contact: <[^>]+)>", "$1?Route=%3Csip:127.0.0.9%3E>"));
      SipResponse ok = rig.response(200);
      rig.engine.ack(ok.dialog().orElseThrow(), ok.cseq(), SipBody.NONE);
      assertThat(phone.expect("ACK sip:")).doesNotContain("?", "Route");
    }
  }

  @Test
  void aPhoneThatSendsFromAnotherPortAndAsksForNoRportIsCalledWhereItListens() {
    try (Peer sends = rig.udp(); Peer listens = rig.udp()) {
      String contact = "sip:bob@127.0.0.1:" + listens.port();
      SipRequest register = registers(sends, contact, false);
      assertThat(register.flow()).isEqualTo(new Flow(Transport.UDP, new HostPort("127.0.0.1", rig.port(Transport.UDP)), new HostPort("127.0.0.1", sends.port()), false));
      call(register);
      String invite = listens.expect("INVITE " + contact);
      // it answers from where it sends, and is still where it listens
      sends.send(listens.answer(invite, 200, "b1", "", SDP));
      SipResponse ok = rig.response(200);
      rig.engine.ack(ok.dialog().orElseThrow(), ok.cseq(), SipBody.NONE);
      listens.expect("ACK " + contact);
      rig.engine.send(ok.dialog().orElseThrow(), "BYE", SipHeaders.NONE, SipBody.NONE, rig);
      listens.expect("BYE " + contact);
    }
  }

  @Test
  void oneThatAsksForRportIsCalledWhereItSendsFrom() {
    try (Peer sends = rig.udp(); Peer listens = rig.udp()) {
      String contact = "sip:bob@127.0.0.1:" + listens.port();
      call(registers(sends, contact, true));
      reaches(sends, contact);
    }
  }

  @Test
  void whatIsNotReachableIsReachedOverTheFlow() {
    try (Peer phone = rig.udp()) {
      for (String contact : List.of("sip:bob@192.168.77.3:5066", "sip:bob@127.0.0.1:5066;transport=tls")) {
        call(registers(phone, contact, true));
        reaches(phone, contact);
      }
      String contact = "sip:bob@127.0.0.1:5066;transport=ws";
      call(registers(phone, contact, false));
      reaches(phone, contact);
    }
  }

  /** By address, by maddr, by a name; with rport and without: it would be told to call whom it likes. */
  @ParameterizedTest
  @ValueSource(strings = {"sip:19005550100@127.0.0.1:%d", "sip:19005550100@127.0.0.9:%d;maddr=127.0.0.1", "sip:19005550100@localhost:%d"})
  void anotherHostIsNotCalled(String form) {
    try (Peer phone = Peer.udp("127.0.0.9", "127.0.0.1", rig.port(Transport.UDP)); Peer stranger = rig.udp()) {
      for (boolean rport : new boolean[] {false, true}) {
        String contact = form.formatted(stranger.port()) + ";way=" + rport;
        call(registers(phone, contact, rport));
        reaches(phone, contact);
      }
      assertThat(stranger.receive(200)).isEmpty();
    }
  }

  @Test
  void noConnectionIsMadeToAnotherHost() throws IOException {
    try (var listening = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1")); Peer phone = Peer.udp("127.0.0.9", "127.0.0.1", rig.port(Transport.UDP))) {
      String contact = "sip:bob@127.0.0.1:" + listening.getLocalPort() + ";transport=tcp";
      call(registers(phone, contact, false));
      reaches(phone, contact);
      listening.setSoTimeout(300);
      assertThatThrownBy(listening::accept).isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void anotherHostIsCalledThereForAProxy() {
    rig.close();
    rig = new Rig(Rig.settings(4, Duration.ofSeconds(60)), Time.SYSTEM, new Admission(Rig.PATIENT.trusting("127.0.0.1"), Time.SYSTEM, 1));
    rig.onRequest = request -> rig.engine.respond(request.transaction(), SipAnswer.of(200));
    try (Peer sends = rig.udp(); Peer listens = Peer.udp("127.0.0.7", "127.0.0.1", rig.port(Transport.UDP))) {
      String contact = "sip:bob@127.0.0.7:" + listens.port();
      call(registers(sends, contact, false));
      reaches(listens, contact);
    }
  }

  @Test
  void aTrunkIsNoPhone() {
    try (Peer phone = Peer.udp("127.0.0.9", "127.0.0.1", rig.port(Transport.UDP)); Peer carrier = rig.udp()) {
      SipRequest register = registers(phone, "sip:19005550100@127.0.0.1:" + carrier.port(), false);
      rig.trunks.bind(() -> List.of(new HostPort("127.0.0.1", carrier.port())));
      call(register);
      Rig.waitUntil("no call", () -> rig.events().contains("failed TRANSPORT"));
      assertThat(carrier.receive(200)).isEmpty();
    }
  }

  /** RFC 3327: by the proxy that sent the REGISTER; whoever else a Path names is not asked. */
  @Test
  void aPathLeadsToWhoSentIt() {
    try (Peer edge = Peer.udp("127.0.0.9", "127.0.0.1", rig.port(Transport.UDP)); Peer listens = Peer.udp("127.0.0.9", "127.0.0.1", rig.port(Transport.UDP)); Peer stranger = rig.udp()) {
      SipRequest register = registers(edge, "sip:bob@10.0.0.5", true);
      call(register, "sip:127.0.0.9:" + listens.port() + ";lr");
      assertThat(Peer.header(listens.expect("INVITE sip:bob@10.0.0.5"), "Route")).isEqualTo("<sip:127.0.0.9:" + listens.port() + ";lr>");
      String named = "sip:localhost:" + stranger.port() + ";lr";
      call(register, named);
      assertThat(Peer.header(edge.expect("INVITE sip:bob@10.0.0.5"), "Route")).isEqualTo("<" + named + ">");
      call(register, "sip:127.0.0.1:" + stranger.port() + ";lr");
      Rig.waitUntil("no call", () -> rig.events().contains("failed TRANSPORT"));
      assertThat(stranger.receive(200)).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {";transport=tcp", ""})
  void aTcpPhoneThatClosedItsConnectionIsCalledWhereItListens(String transport) throws IOException {
    try (var listening = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
      listening.setSoTimeout(10_000);
      SipRequest register;
      String contact = "sip:bob@127.0.0.1:" + listening.getLocalPort() + transport;
      try (Peer phone = rig.tcp()) {
        register = registers(phone, contact, true);
        call(register);
        reaches(phone, contact);
      }
      Rig.waitUntil("closed", () -> rig.meter("connections") == 0);
      call(register);
      try (Socket afresh = listening.accept()) {
        afresh.setSoTimeout(10_000);
        byte[] begin = afresh.getInputStream().readNBytes(60);
        assertThat(new String(begin, StandardCharsets.US_ASCII)).startsWith("INVITE " + contact + " SIP/2.0");
      }
    }
  }

  /** RFC 3261 12.2.1.1: no NAT is between us, so its Contact is meant. */
  @Test
  void aCarrierThatSignalsFromAnotherPortGetsAckAndByeAtItsContact() {
    try (Peer signals = rig.udp(); Peer contact = rig.udp()) {
      var uri = SipUri.of("bob", new HostPort("127.0.0.1", signals.port()));
      rig.engine.send(new OutgoingRequest("INVITE", uri, NameAddr.of(SipUri.parse("sip:100@strowger")), NameAddr.of(uri), 69, List.of(), Optional.empty(), Optional.empty(),
          Transport.UDP, Optional.empty(), SipHeaders.NONE, SipBody.sdp(SDP)), rig);
      signals.send(contact.answer(signals.expect("INVITE "), 200, "b1", "", SDP));
      SipResponse ok = rig.response(200);
      rig.engine.ack(ok.dialog().orElseThrow(), ok.cseq(), SipBody.NONE);
      contact.expect("ACK sip:bob@127.0.0.1:" + contact.port());
      rig.engine.send(ok.dialog().orElseThrow(), "BYE", SipHeaders.NONE, SipBody.NONE, rig);
      contact.expect("BYE sip:bob@127.0.0.1:" + contact.port());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aCallersContactIsMeantUnlessANatRewritesItsPort(boolean nat) {
    try (Peer signals = rig.udp(); Peer contact = rig.udp()) {
      String own = "127.0.0.1:" + signals.port();
      String invite = signals.request("INVITE", "sip:200@127.0.0.1", "c", 1, "a", "x", "", "", SDP).replace("Contact: <sip:alice@" + own, "Contact: <sip:alice@127.0.0.1:" + contact.port());
      signals.send(nat ? invite.replace("UDP " + own, "UDP 127.0.0.1:5999") : invite);
      String tag = Peer.tag(signals.expect("SIP/2.0 200"), "To");
      signals.send(signals.request("ACK", "sip:200@127.0.0.1", "c", 1, "ack", "x", tag, "", ""));
      Rig.waitUntil("acknowledged", () -> rig.events().contains("acknowledged"));
      rig.engine.send(new DialogId("c", tag, "x"), "BYE", SipHeaders.NONE, SipBody.NONE, rig);
      (nat ? signals : contact).expect("BYE sip:alice@127.0.0.1:" + contact.port());
    }
  }
}

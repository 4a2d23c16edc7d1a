package org.strowger.sip.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.strowger.kernel.HostPort;
import org.strowger.kernel.Time;
import org.strowger.sip.api.Flow;
import org.strowger.sip.api.NameAddr;
import org.strowger.sip.api.OutgoingRequest;
import org.strowger.sip.api.SipBody;
import org.strowger.sip.api.SipHeaders;
import org.strowger.sip.api.SipResponse;
import org.strowger.sip.api.SipUri;
import org.strowger.sip.api.Transport;

/** From which of our addresses messages go, and what we are called there. */
class PointsTest {

  private static Rig listening(String advertised, String... hosts) {
    SipSettings one = Rig.settings(2, Duration.ofSeconds(60));
    var points = new ArrayList<SipSettings.Listen>();
    for (String host : hosts) {
      points.add(new SipSettings.Listen(Transport.UDP, new HostPort(host, 0)));
      points.add(new SipSettings.Listen(Transport.TCP, new HostPort(host, 0)));
    }
    return new Rig(new SipSettings(points, advertised, "strowger", one.algorithms(), one.firstAlgorithmOnly(), one.nonceLifetime(), one.t1(), 8192, "", 2), Time.SYSTEM);
  }

  private static OutgoingRequest invite(Peer to, Optional<Flow> flow) {
    var uri = SipUri.of("bob", new HostPort("127.0.0.1", to.port()));
    NameAddr us = NameAddr.of("Alice", SipUri.of("alice", OutgoingRequest.OUR_HOST));
    return new OutgoingRequest("INVITE", uri, us, NameAddr.of(SipUri.of("bob", OutgoingRequest.OUR_HOST)), 69, List.of(), flow, Optional.empty(), Transport.UDP, Optional.empty(),
        SipHeaders.of("P-Asserted-Identity", "<" + us.uri() + ">").with("X-Thing", "1"), SipBody.NONE);
  }

  /** Loopback's own address is 127.0.0.1: from there every address of it is reached. */
  @Test
  void ofSeveralPointsTheOneOnTheWayIsUsed() {
    try (Rig rig = listening("", "127.0.0.2", "127.0.0.1"); Peer bob = Peer.udp(1)) {
      rig.engine.send(invite(bob, Optional.empty()), rig);
      String invite = bob.expect("INVITE ");
      int second = rig.engine.listening().stream().filter(flow -> flow.transport() == Transport.UDP).skip(1).findFirst().orElseThrow().local().port();
      assertThat(Peer.header(invite, "Via")).startsWith("SIP/2.0/UDP 127.0.0.1:" + second);
      assertThat(Peer.header(invite, "Contact")).isEqualTo("<sip:127.0.0.1:" + second + ">");
    }
  }

  @ParameterizedTest
  @CsvSource({
    // points in their order, the peer, our address on the way there, the point
    "127.0.0.1 192.0.2.7, 198.51.100.1, 192.0.2.7, 192.0.2.7",
    "192.0.2.7 127.0.0.1, 127.0.0.9, 127.0.0.1, 127.0.0.1",
    "127.0.0.1 0.0.0.0, 198.51.100.1, 192.0.2.7, 0.0.0.0",
    "127.0.0.1 ::, 198.51.100.1, 192.0.2.7, ::",
    "127.0.0.1 10.0.0.1, 198.51.100.1, 192.0.2.7, 127.0.0.1",
    "127.0.0.1 10.0.0.1, 198.51.100.1, '', 127.0.0.1",
    "::1 2001:db8::7, 2001:db8::9, 2001:db8:0:0:0:0:0:7, 2001:db8::7",
  })
  void theRoutingTableSaysWhich(String points, String peer, String ours, String which) {
    List<HostPort> all = Arrays.stream(points.split(" ")).map(host -> new HostPort(host, 5060)).toList();
    assertThat(Ports.point(all, peer, remote -> Optional.of(ours).filter(one -> !one.isEmpty()))).contains(new HostPort(which, 5060));
  }

  @Test
  void theSystemIsAskedOnceAMinuteAndNeverForASinglePoint() {
    var time = new RegisterTest.StandingTime();
    var asked = new ArrayList<String>();
    var routes = new Routes(time, remote -> {
      asked.add(remote);
      return remote.equals("192.0.2.1") ? Optional.empty() : Optional.of("10.0.0.1");
    });
    Function<Integer, Integer> repeat = times -> {
      for (int i = 0; i < times; i++) {
        assertThat(routes.towards("198.51.100.1")).contains("10.0.0.1");
        assertThat(routes.towards("192.0.2.1")).isEmpty();
      }
      return asked.size();
    };
    assertThat(repeat.apply(1000)).isEqualTo(2);
    time.move(Routes.KEEP_FAILURE);
    assertThat(repeat.apply(1000)).as("where there was no way").isEqualTo(3);
    time.move(Routes.KEEP);
    assertThat(repeat.apply(1000)).isEqualTo(5);
    for (int i = 0; i < 25_000; i++) {
      routes.towards("10." + i / 65536 + "." + i / 256 % 256 + "." + i % 256);
    }
    assertThat(routes.size()).isBetween(1, 10_000);
    Ports.point(List.of(new HostPort("0.0.0.0", 5060)), "198.51.100.1", remote -> {
      throw new AssertionError("asked for one point");
    });
  }

  /** A phone that registered while the switch listened elsewhere. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aFlowFromAPointThatIsNoMoreGoesByAnother(boolean symmetric) {
    try (Rig rig = listening("", "127.0.0.1"); Peer bob = rig.udp()) {
      var flow = new Flow(Transport.UDP, new HostPort("127.0.0.9", 5060), new HostPort("127.0.0.1", bob.port()), symmetric);
      rig.engine.send(invite(bob, Optional.of(flow)), rig);
      String invite = bob.expect("INVITE ");
      String us = "127.0.0.1:" + rig.port(Transport.UDP);
      assertThat(Peer.header(invite, "Via")).startsWith("SIP/2.0/UDP " + us + ";");
      assertThat(Peer.header(invite, "Contact")).isEqualTo("<sip:" + us + ">");
      bob.send(bob.answer(invite, 200, "b1", "", "v=0\r\n"));
      SipResponse ok = rig.response(200);
      rig.engine.ack(ok.dialog().orElseThrow(), ok.cseq(), SipBody.NONE);
      bob.expect("ACK ");
      var hidden = new OutgoingRequest("INVITE", SipUri.parse("sip:bob@192.168.77.3"), invite(bob, Optional.empty()).from(), invite(bob, Optional.empty()).to(), 69, List.of(),
          Optional.of(new Flow(Transport.UDP, flow.local(), flow.remote())), Optional.empty(), Transport.UDP, Optional.empty(), SipHeaders.NONE, SipBody.NONE);
      rig.engine.send(hidden, rig);
      assertThat(Peer.header(bob.expect("INVITE sip:bob@192.168.77.3"), "Via")).as("over the flow itself").startsWith("SIP/2.0/UDP " + us + ";");
      Ports open = rig.engine.ports;
      open.send("straight on".getBytes(java.nio.charset.StandardCharsets.US_ASCII), flow, null, () -> rig.events.add("failed"));
      assertThat(bob.expect("straight on")).isNotEmpty();
      assertThat(rig.events()).doesNotContain("failed");
    }
  }

  @ParameterizedTest
  @CsvSource({"'', 127.0.0.1, 127.0.0.1", "'', 0.0.0.0, 127.0.0.1", "sip.example.org, 127.0.0.1, sip.example.org", "2001:db8::1, 127.0.0.1, [2001:db8::1]"})
  void fromToAndIdentitySayWhatWeAreCalledOnThatSide(String advertised, String host, String called) {
    try (Rig rig = listening(advertised, host); Peer bob = Peer.udp(rig.port(Transport.UDP))) {
      rig.engine.send(invite(bob, Optional.empty()), rig);
      String invite = bob.expect("INVITE ");
      assertThat(Peer.header(invite, "From")).startsWith("\"Alice\" <sip:alice@" + called + ">;tag=");
      assertThat(Peer.header(invite, "To")).isEqualTo("<sip:bob@" + called + ">");
      assertThat(Peer.header(invite, "P-Asserted-Identity")).isEqualTo("<sip:alice@" + called + ">");
      assertThat(Peer.header(invite, "X-Thing")).isEqualTo("1");
      bob.send(bob.answer(invite, 200, "b1", "", "v=0\r\n"));
      SipResponse ok = rig.response(200);
      rig.engine.ack(ok.dialog().orElseThrow(), ok.cseq(), SipBody.NONE);
      String ack = bob.expect("ACK ");
      assertThat(Peer.header(ack, "From")).isEqualTo(Peer.header(invite, "From"));
      rig.engine.send(ok.dialog().orElseThrow(), "BYE", SipHeaders.NONE, SipBody.NONE, rig);
      assertThat(Peer.header(bob.expect("BYE "), "From")).isEqualTo(Peer.header(invite, "From"));
    }
  }
}

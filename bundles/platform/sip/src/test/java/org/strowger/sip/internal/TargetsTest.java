package org.strowger.sip.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.strowger.kernel.HostPort;
import org.strowger.kernel.Time;
import org.strowger.sip.api.Flow;
import org.strowger.sip.api.SipUri;
import org.strowger.sip.api.Transport;
import org.strowger.sip.internal.admission.Admission;
import org.strowger.sip.spi.Trunks;
import org.strowger.testkit.MovedTime;

/** Whose address is whose: a phone is called where it registers from, a proxy's phones further outward, nobody at a carrier. */
class TargetsTest {

  /** One by address on the usual port, one on another, one by a name of two addresses. */
  private static final List<HostPort> CARRIERS = List.of(new HostPort("198.51.100.66", 0), new HostPort("2001:db8::66", 5070), new HostPort("SBC.carrier.example", 5080));

  private final MovedTime time = new MovedTime();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private volatile Set<String> found = Set.of("198.51.100.80", "198.51.100.81");
  private final TrunkHosts trunks = new TrunkHosts(time, name -> {
    asked.add(name);
    return found;
  });
  private final Targets targets = new Targets(trunks, new Admission(Rig.PATIENT.trusting("203.0.113.20, 10.0.0.20, 127.0.0.20"), Time.SYSTEM, 1), "", () -> null);

  @AfterEach
  void close() {
    trunks.stop();
  }

  private static Flow from(String address) {
    return new Flow(Transport.UDP, new HostPort("192.0.2.1", 5060), HostPort.parse(address, 40001));
  }

  private void known() {
    trunks.bind(() -> CARRIERS);
    trunks.portsAt("198.51.100.80");
    Rig.waitUntil("the carrier's name is known", () -> !trunks.portsAt("198.51.100.80").isEmpty());
  }

  @ParameterizedTest
  @CsvSource({
    // the address that was found, where the REGISTER came from, whether it may be called there
    "203.0.113.9:5060, 203.0.113.9, true",
    "203.0.113.9:22, 203.0.113.9, true",
    "[2001:DB8:0:0::9]:5060, [2001:db8::9]:5060, true",
    "[::ffff:203.0.113.9]:5060, 203.0.113.9, true",
    "203.0.113.10:5060, 203.0.113.9, false",
    "10.0.0.5:5060, 10.0.0.5, true",
    "10.0.0.6:5060, 10.0.0.5, false",
    "127.0.0.1:5060, 203.0.113.9, false",
    // of a proxy: outward only
    "203.0.113.10:5060, 203.0.113.20, true",
    "10.0.0.5:5060, 203.0.113.20, false",
    "127.0.0.1:5060, 203.0.113.20, false",
    "169.254.169.254:80, 203.0.113.20, false",
    "[::1]:5060, 203.0.113.20, false",
    "[::ffff:127.0.0.1]:5060, 203.0.113.20, false",
    "[fe80::1]:5060, 203.0.113.20, false",
    "[fd00::1]:5060, 203.0.113.20, false",
    "10.0.0.5:5060, 10.0.0.20, true",
    "203.0.113.10:5060, 10.0.0.20, true",
    "127.0.0.1:5060, 10.0.0.20, false",
    "169.254.169.254:80, 10.0.0.20, false",
    "10.0.0.5:5060, 127.0.0.20, true",
    "127.0.0.1:5060, 127.0.0.20, true",
    // nobody's
    "0.0.0.0:5060, 127.0.0.20, false",
    "224.0.1.75:5060, 127.0.0.20, false",
    "255.255.255.255:5060, 127.0.0.20, false",
    "[::]:5060, 127.0.0.20, false",
    // carriers', whoever says so
    "198.51.100.66:5060, 203.0.113.9, false",
    "198.51.100.66:9, 203.0.113.20, false",
    "[2001:db8::66]:5060, 203.0.113.20, false",
    "198.51.100.81:5060, 203.0.113.20, false",
    // who is at a carrier's address himself may name another port than that which we call
    "198.51.100.66:5060, 198.51.100.66, false",
    "198.51.100.66:5062, 198.51.100.66, true",
  })
  void mayBeCalled(String at, String source, boolean may) {
    known();
    assertThat(targets.mayCall(HostPort.parse(at, 0), from(source))).isEqualTo(may);
  }

  @ParameterizedTest
  @CsvSource({
    // Contact, Path, where the REGISTER came from, what is said of it
    "sip:1@198.51.100.66:5060, '', 203.0.113.9, Contact Is A Carrier's Address",
    "sip:1@198.51.100.66:7, '', 203.0.113.20, Contact Is A Carrier's Address",
    "sip:1@203.0.113.9;maddr=198.51.100.66, '', 203.0.113.9, Contact Is A Carrier's Address",
    "sip:1@198.51.100.66;maddr=203.0.113.9, '', 203.0.113.9, Contact Is A Carrier's Address",
    "'sip:1@[2001:DB8:0::66]', '', 203.0.113.9, Contact Is A Carrier's Address",
    "sip:1@sbc.Carrier.example., '', 203.0.113.9, Contact Is A Carrier's Address",
    "sip:1@198.51.100.81, '', 203.0.113.9, Contact Is A Carrier's Address",
    "sip:1@198.51.100.66, sip:203.0.113.20;lr, 203.0.113.20, Contact Is A Carrier's Address",
    "sip:1@10.0.0.5, sip:198.51.100.66;lr, 203.0.113.20, Path Is A Carrier's Address",
    "sip:1@10.0.0.5, sip:203.0.113.20;lr sip:198.51.100.66;lr, 203.0.113.20, Path Is A Carrier's Address",
    "sip:1@10.0.0.5, sip:203.0.113.10;lr, 203.0.113.9, Path Leads Elsewhere",
    "sip:1@10.0.0.5, sip:203.0.113.9;maddr=203.0.113.10;lr, 203.0.113.9, Path Leads Elsewhere",
    "sip:1@10.0.0.5, sip:203.0.113.10;lr, 203.0.113.20, ''",
    "sip:1@10.0.0.5, sip:203.0.113.9:5062;lr, 203.0.113.9, ''",
    "sip:1@10.0.0.5, sip:edge.example;lr, 203.0.113.9, ''",
    // these are called over their flow: a phone behind NAT knows no better
    "sip:1@10.0.0.5:5060, '', 203.0.113.9, ''",
    "sip:1@127.0.0.1:5060, '', 203.0.113.9, ''",
    "sip:1@203.0.113.10:5060, '', 203.0.113.9, ''",
    "sip:1@999.1.1.1, '', 203.0.113.9, ''",
    // a carrier's very port: nobody else's phones come from there, unless the operator says so
    "sip:1@10.0.0.5, '', 198.51.100.66:5060, Registered Through A Carrier",
    "sip:1@10.0.0.5, '', 198.51.100.66:5062, ''",
  })
  void mayBeRegistered(String contact, String path, String source, String why) {
    known();
    List<SipUri> hops = Arrays.stream(path.split(" ")).filter(hop -> !hop.isEmpty()).map(SipUri::parse).toList();
    assertThat(targets.unfit(SipUri.parse(contact), hops, from(source)).orElse("")).isEqualTo(why);
  }

  /** Phones and trunks behind one SBC: named as a proxy, it is believed about itself. */
  @Test
  void aProxyThatLeadsToCarriersTooMayNameItself() {
    trunks.bind(() -> List.of(new HostPort("203.0.113.20", 5060)));
    Flow proxy = from("203.0.113.20:5060");
    assertThat(targets.unfit(SipUri.parse("sip:token@203.0.113.20:5060"), List.of(SipUri.parse("sip:203.0.113.20;lr")), proxy)).isEmpty();
    assertThat(targets.mayCall(new HostPort("203.0.113.20", 5060), proxy)).isTrue();
    assertThat(targets.unfit(SipUri.parse("sip:token@203.0.113.20:5060"), List.of(), from("203.0.113.9"))).isPresent();
  }

  @Test
  void ourOwnAddressesAreNoPhones() {
    try (Rig rig = new Rig()) {
      int port = rig.port(Transport.UDP);
      var phone = new Flow(Transport.UDP, new HostPort("127.0.0.1", port), new HostPort("127.0.0.1", 40001));
      assertThat(rig.engine.unfit(SipUri.parse("sip:1@127.0.0.1:" + port), List.of(), phone)).contains("Contact Is Our Own Address");
      assertThat(rig.engine.targets.mayCall(new HostPort("127.0.0.1", port), phone)).isFalse();
      assertThat(rig.engine.unfit(SipUri.parse("sip:1@127.0.0.1:40001"), List.of(), phone)).isEmpty();
    }
  }

  @Test
  void aTrunksNameIsAskedForOnceAMinuteAndAllItsAddressesOfTheLastHourCount() {
    known();
    for (int i = 0; i < 1000; i++) {
      trunks.portsAt("192.0.2." + i % 256);
    }
    assertThat(asked).containsExactly("sbc.carrier.example");
    found = Set.of("198.51.100.82");
    time.move(TrunkHosts.KEEP);
    Rig.waitUntil("the new address", () -> trunks.portsAt("198.51.100.82").equals(Set.of(5080)));
    assertThat(trunks.portsAt("198.51.100.80")).containsExactly(5080);
    found = Set.of();
    time.move(TrunkHosts.KEEP_OLD);
    assertThat(trunks.portsAt("198.51.100.80")).isEmpty();
    assertThat(trunks.portsAt("198.51.100.66")).containsExactly(5060);
  }

  @Test
  void carriersStayKnownWhileWhoKnowsThemIsReplaced() {
    Collection<HostPort> all = new ArrayList<>(CARRIERS);
    Trunks routing = () -> all;
    trunks.bind(routing);
    assertThat(trunks.portsAt("198.51.100.66")).containsExactly(5060);
    trunks.unbind(routing);
    assertThat(trunks.portsAt("198.51.100.66")).containsExactly(5060);
    trunks.bind(List::of);
    assertThat(trunks.portsAt("198.51.100.66")).isEmpty();
  }
}

package org.strowger.sip.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.strowger.kernel.HostPort;
import org.strowger.sip.api.DialogId;
import org.strowger.sip.api.Flow;
import org.strowger.sip.api.SipUri;
import org.strowger.sip.api.Transport;

/** Where requests in a dialog go. */
class DialogTest {

  private static Dialog dialog(Transport transport, String remote, String contact, List<String> routes, boolean symmetric, boolean rewritten) {
    var flow = new Flow(transport, new HostPort("203.0.113.1", 5060), HostPort.parse(remote, 5060));
    return new Dialog(new DialogId("c", "l", "r"), "<sip:us@x>;tag=l", "<sip:them@x>;tag=r", SipUri.parse(contact), routes, flow, symmetric, rewritten, Optional.empty());
  }

  @ParameterizedTest
  @CsvSource({
    // transport, sent from, Contact, over the flow? and if its port was not rewritten? and if it is not symmetric?
    "UDP, 198.51.100.7:5060, sip:a@198.51.100.7, false, false, false",
    "UDP, 198.51.100.7:40000, sip:a@192.168.1.4:5060, true, true, true",
    "UDP, 198.51.100.7:40000, sip:a@198.51.100.7:5060, true, false, false",
    "UDP, 198.51.100.7:40000, sip:a@198.51.100.7:5060;transport=tcp, false, false, false",
    "UDP, 198.51.100.7:40000, sip:a@198.51.100.7:5061;transport=tls, true, true, false",
    "UDP, 198.51.100.7:40000, sip:a@100.64.3.3:5060, true, true, true",
    "UDP, 198.51.100.7:5060, sip:a@198.51.100.99:5080, false, false, false",
    "UDP, 198.51.100.7:5060, sip:a@phone.example.org, false, false, false",
    "UDP, 192.168.1.4:5062, sip:a@192.168.1.4:5062, false, false, false",
    "UDP, 192.168.1.4:5062, sip:a@192.168.1.4:5070, true, false, false",
    "UDP, 192.168.1.1:5062, sip:a@192.168.1.4:5062, true, true, false",
    "UDP, [2001:db8:0:0:0:0:0:7]:5062, sip:a@[2001:db8::7]:5062, false, false, false",
    "UDP, [fd00:0:0:0:0:0:0:7]:5062, sip:a@[fd00::7]:5062, false, false, false",
    "TCP, 198.51.100.7:40000, sip:a@192.168.1.4:5060;transport=tcp, true, true, true",
    "TCP, 198.51.100.7:40000, sip:a@192.168.1.4:5060, true, true, true",
    "TCP, 198.51.100.7:40000, sip:a@198.51.100.7:5060;transport=tcp, true, true, false",
    "TCP, 198.51.100.7:40000, sip:a@198.51.100.7:5060, true, true, false",
    "TCP, 198.51.100.7:40000, sip:a@198.51.100.7:5060;transport=udp, false, false, false",
    "TCP, 198.51.100.7:40000, sip:a@198.51.100.99:5060;transport=tcp, false, false, false",
  })
  void aContactThatCannotBeMeantIsReplacedByTheFlow(Transport transport, String from, String contact, boolean byFlow, boolean samePort, boolean oneWay) {
    assertThat(dialog(transport, from, contact, List.of(), true, true).way().direct().isPresent()).isEqualTo(byFlow);
    assertThat(dialog(transport, from, contact, List.of(), true, false).way().direct().isPresent()).as("no NAT rewrites its port").isEqualTo(samePort);
    assertThat(dialog(transport, from, contact, List.of(), false, false).way().direct().isPresent()).as("a peer that is not symmetric").isEqualTo(oneWay);
  }

  @Test
  void whoseConnectionIsGoneIsLookedForWhereItListens() {
    var flow = new Flow(Transport.TCP, new HostPort("203.0.113.1", 5060), new HostPort("198.51.100.7", 40_000));
    assertThat(Reach.otherwise(SipUri.parse("sip:a@198.51.100.7:5070;transport=tcp"), flow)).isEqualTo(new HostPort("198.51.100.7", 5070));
    assertThat(Reach.otherwise(SipUri.parse("sip:a@198.51.100.7"), flow)).isEqualTo(new HostPort("198.51.100.7", 5060));
    assertThat(Reach.otherwise(SipUri.parse("sip:a@192.168.1.4:5070;transport=tcp"), flow)).as("behind NAT").isNull();
    assertThat(Reach.otherwise(SipUri.parse("sip:a@198.51.100.7:5070;transport=udp"), flow)).isNull();
  }

  @Test
  void looseAndStrictRouting() {
    Dialog.Way loose = dialog(Transport.UDP, "198.51.100.7", "sip:a@192.168.1.4", List.of("<sip:p1;lr>", "<sip:p2;lr>"), true, true).way();
    assertThat(loose.requestUri()).hasToString("sip:a@192.168.1.4");
    assertThat(loose.routes()).containsExactly("<sip:p1;lr>", "<sip:p2;lr>");
    assertThat(loose.next()).hasToString("sip:p1;lr");
    assertThat(loose.direct()).isEmpty();
    Dialog.Way strict = dialog(Transport.UDP, "198.51.100.7", "sip:a@192.168.1.4", List.of("<sip:p1>", "<sip:p2;lr>"), true, true).way();
    assertThat(strict.requestUri()).hasToString("sip:p1");
    assertThat(strict.routes()).containsExactly("<sip:p2;lr>", "<sip:a@192.168.1.4>");
    assertThat(strict.next()).hasToString("sip:p1");
  }

  @Test
  void numbersOfThePeerOnlyGrow() {
    Dialog dialog = dialog(Transport.UDP, "198.51.100.7", "sip:a@198.51.100.7", List.of(), true, true);
    assertThat(dialog.takeRemote(5)).isTrue();
    assertThat(dialog.takeRemote(5)).isFalse();
    assertThat(dialog.takeRemote(4)).isFalse();
    assertThat(dialog.takeRemote(9)).isTrue();
    dialog.startLocal(2, "");
    assertThat(dialog.nextCseq()).isEqualTo(3);
    assertThat(dialog.inviteCseq()).isEqualTo(2);
    assertThat(dialog.nextInviteCseq()).isEqualTo(4);
    assertThat(dialog.inviteCseq()).isEqualTo(4);
  }
}

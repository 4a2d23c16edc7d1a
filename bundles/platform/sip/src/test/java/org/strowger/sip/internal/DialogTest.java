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

  private static Dialog dialog(Transport transport, String remote, String contact, List<String> routes, boolean symmetric) {
    var flow = new Flow(transport, new HostPort("203.0.113.1", 5060), HostPort.parse(remote, 5060));
    return new Dialog(new DialogId("c", "l", "r"), "<sip:us@x>;tag=l", "<sip:them@x>;tag=r", SipUri.parse(contact), routes, flow, symmetric, Optional.empty());
  }

  @ParameterizedTest
  @CsvSource({
    // transport, sent from, Contact, over the flow?
    "UDP, 198.51.100.7:5060, sip:a@198.51.100.7, false",
    "UDP, 198.51.100.7:40000, sip:a@192.168.1.4:5060, true",
    "UDP, 198.51.100.7:40000, sip:a@198.51.100.7:5060, true",
    "UDP, 198.51.100.7:40000, sip:a@100.64.3.3:5060, true",
    "UDP, 198.51.100.7:5060, sip:a@198.51.100.99:5080, false",
    "UDP, 192.168.1.4:5062, sip:a@192.168.1.4:5062, false",
    "TCP, 198.51.100.7:40000, sip:a@192.168.1.4:5060;transport=tcp, true",
    "TCP, 198.51.100.7:40000, sip:a@198.51.100.7:5060;transport=tcp, true",
    "TCP, 198.51.100.7:40000, sip:a@198.51.100.99:5060;transport=tcp, false",
  })
  void aContactThatCannotBeMeantIsReplacedByTheFlow(Transport transport, String from, String contact, boolean byFlow) {
    assertThat(dialog(transport, from, contact, List.of(), true).way().direct().isPresent()).isEqualTo(byFlow);
    assertThat(dialog(transport, from, contact, List.of(), false).way().direct()).as("a peer that is not symmetric").isEmpty();
  }

  @Test
  void looseAndStrictRouting() {
    Dialog.Way loose = dialog(Transport.UDP, "198.51.100.7", "sip:a@192.168.1.4", List.of("<sip:p1;lr>", "<sip:p2;lr>"), true).way();
    assertThat(loose.requestUri()).hasToString("sip:a@192.168.1.4");
    assertThat(loose.routes()).containsExactly("<sip:p1;lr>", "<sip:p2;lr>");
    assertThat(loose.next()).hasToString("sip:p1;lr");
    assertThat(loose.direct()).isEmpty();
    Dialog.Way strict = dialog(Transport.UDP, "198.51.100.7", "sip:a@192.168.1.4", List.of("<sip:p1>", "<sip:p2;lr>"), true).way();
    assertThat(strict.requestUri()).hasToString("sip:p1");
    assertThat(strict.routes()).containsExactly("<sip:p2;lr>", "<sip:a@192.168.1.4>");
    assertThat(strict.next()).hasToString("sip:p1");
  }

  @Test
  void numbersOfThePeerOnlyGrow() {
    Dialog dialog = dialog(Transport.UDP, "198.51.100.7", "sip:a@198.51.100.7", List.of(), true);
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

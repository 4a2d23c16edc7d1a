package org.strowger.sip.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.strowger.kernel.HostPort;
import org.strowger.sip.api.ContactAddr;
import org.strowger.sip.api.Flow;
import org.strowger.sip.api.NameAddr;
import org.strowger.sip.api.SipBody;
import org.strowger.sip.api.SipHeaders;
import org.strowger.sip.api.SipUri;
import org.strowger.sip.api.Transport;

/** From bytes to records and back. */
class HeadersTest {

  private static final Flow FLOW = new Flow(Transport.UDP, new HostPort("10.0.0.1", 5060), new HostPort("10.0.0.2", 40000));

  private static Incoming read(String... lines) throws BadMessage {
    return MessageReader.read(new Arrival((String.join("\r\n", lines) + "\r\n\r\n").getBytes(StandardCharsets.UTF_8), FLOW, 7));
  }

  private static final String[] COMPACT = {
    "INVITE sip:bob@example.org SIP/2.0", "v: SIP/2.0/UDP 10.0.0.2:5062;branch=z9hG4bKa;rport, SIP/2.0/TCP far.example.org;branch=z9hG4bKb",
    "f: \"Al \\\"the\\\" Ice\" <sip:alice@example.org>;tag=1", "t: sip:bob@example.org;x=y", "i: abc@x", "CSeq: 4711   INVITE",
    "m: <sip:alice@10.0.0.2:5062;transport=udp>;expires=60;+sip.instance=\"<urn:uuid:1>\"", "k: timer,", " path", "x: 1800;refresher=uac", "P-Asserted-Identity: <tel:+14165550100>",
    "Record-Route: <sip:a;lr>,<sip:b;lr>"
  };

  @Test
  void compactFormsFoldedLinesAndLists() throws BadMessage {
    Incoming in = read(COMPACT);
    assertThat(in.from).isEqualTo(new NameAddr("Al \"the\" Ice", SipUri.parse("sip:alice@example.org"), java.util.Optional.of("1")));
    assertThat(in.to.tag()).isEmpty();
    assertThat(in.to.uri()).as("parameters of a bare URI are the header's").hasToString("sip:bob@example.org");
    assertThat(in.cseq).isEqualTo(4711);
    assertThat(in.maxForwards).isEqualTo(70);
    assertThat(in.vias).containsExactly("SIP/2.0/UDP 10.0.0.2:5062;branch=z9hG4bKa;received=10.0.0.2;rport=40000", "SIP/2.0/TCP far.example.org;branch=z9hG4bKb");
    assertThat(in.recordRoutes).containsExactly("<sip:a;lr>", "<sip:b;lr>");
    assertThat(in.headers.all()).extracting(SipHeaders.Header::name).containsExactly("Supported", "Session-Expires", "P-Asserted-Identity");
    assertThat(in.headers.lists("supported", "path")).isTrue();
    ContactAddr contact = Addressing.contacts(in.contacts).get(0);
    assertThat(contact.uri()).hasToString("sip:alice@10.0.0.2:5062;transport=udp");
    assertThat(contact.parameters()).containsEntry("expires", "60").containsEntry("+sip.instance", "<urn:uuid:1>");
    assertThat(Addressing.print(contact)).isIn(
        "<sip:alice@10.0.0.2:5062;transport=udp>;expires=60;+sip.instance=\"<urn:uuid:1>\"", "<sip:alice@10.0.0.2:5062;transport=udp>;+sip.instance=\"<urn:uuid:1>\";expires=60");
  }

  @Test
  void noNulGetsThrough() throws BadMessage {
    for (String line : new String[] {"i: a\\\0b", "Subject: \\\0", "Subject: \0", "Subject: \"a\0\"", "Subject: \"a\" \\\0", "Subject: \"a\r\nX: \\\0", "Subject: \"a\\\\\0\""}) {
      String[] lines = COMPACT.clone();
      lines[line.startsWith("i:") ? 4 : 7] = line;
      assertThatThrownBy(() -> read(lines)).as(line).isInstanceOf(BadMessage.class).hasMessage("NUL");
    }
    String[] lines = COMPACT.clone();
    lines[2] = "f: \"A\\\0l\" <sip:alice@example.org>;tag=1";
    assertThat(read(lines).from.displayName()).isEqualTo("A l");
  }

  @ParameterizedTest
  @ValueSource(strings = {"CSeq: 1 INVITE", "i: other", "f: <sip:x@y>;tag=2", "Max-Forwards: 256", "Max-Forwards: 1\r\nMax-Forwards: 1", "Content-Length: 0\r\nl: 0", "Content-Length: 5", "no colon", ": nothing"})
  void whatMayBeThereOnceOrNotAtAll(String line) {
    String[] lines = java.util.Arrays.copyOf(COMPACT, COMPACT.length + 1);
    lines[COMPACT.length] = line;
    assertThatThrownBy(() -> read(lines)).isInstanceOf(BadMessage.class).hasMessageNotContaining("other").satisfies(e -> assertThat(((BadMessage) e).status()).isEqualTo(400));
  }

  private static String[] with(String... more) {
    String[] lines = java.util.Arrays.copyOf(COMPACT, COMPACT.length + more.length);
    System.arraycopy(more, 0, lines, COMPACT.length, more.length);
    return lines;
  }

  /** A datagram of 8 KB has room for thousands of them, and nobody has been authenticated yet. */
  @Test
  void noMoreLinesAndContactsThanAMessageCanNeed() throws BadMessage {
    int left = MessageReader.MOST_LINES - (COMPACT.length - 1);
    assertThat(read(with(" x\n".repeat(left - 1) + " x")).recordRoutes).last().asString().startsWith("<sip:b;lr> x x");
    assertThatThrownBy(() -> read(with(" x\n".repeat(left) + " x"))).isInstanceOf(BadMessage.class).hasMessage("Too many header lines");
    assertThatThrownBy(() -> read(with("X:\n".repeat(left) + "X:"))).isInstanceOf(BadMessage.class).hasMessage("Too many header lines");
    assertThat(read(with("m:<sip:a>" + ",<sip:a>".repeat(MessageReader.MOST_CONTACTS - 2))).contacts).hasSize(MessageReader.MOST_CONTACTS);
    assertThatThrownBy(() -> read(with("m:<sip:a>" + ",<sip:a>".repeat(MessageReader.MOST_CONTACTS - 1)))).isInstanceOf(BadMessage.class).hasMessage("Too many Contacts");
  }

  @Test
  void withoutRportTheAnswerGoesToTheSourceAddressAndTheViaPort() throws BadMessage {
    String[] lines = COMPACT.clone();
    lines[1] = "Via: SIP/2.0/UDP inside.example.org:5099;branch=z9hG4bKa";
    Incoming in = read(lines);
    assertThat(in.vias).containsExactly("SIP/2.0/UDP inside.example.org:5099;branch=z9hG4bKa;received=10.0.0.2");
    assertThat(Wire.ReplyHead.of(in).to().remote()).isEqualTo(new HostPort("10.0.0.2", 5099));
  }

  @Test
  void nothingGivenToTheStackBeginsAHeaderOfItsOwn() throws BadMessage {
    Wire.ReplyHead head = Wire.ReplyHead.of(read(COMPACT));
    var headers = SipHeaders.of("Via", "SIP/2.0/UDP evil").with("X-Fine", "1").with("www-authenticate", "Digest realm=\"theirs\"");
    String text = new String(
        Wire.response(head, 486, "Busy\r\nX-Evil: 1", "t", false, "", headers, new SipBody("text/plain\r\nX-Evil: 2", "body".getBytes(StandardCharsets.UTF_8))), StandardCharsets.UTF_8);
    assertThat(text.lines().filter(line -> line.startsWith("X-"))).containsExactly("X-Fine: 1");
    assertThat(text).doesNotContain("evil\r\n").doesNotContain("theirs").contains("Content-Length: 4\r\n\r\nbody");
    String from = Addressing.print(NameAddr.of("a\r\nX-Evil: 3 \"q\" \\", SipUri.parse("sip:a@b")), "t");
    assertThat(from).isEqualTo("\"a  X-Evil: 3 \\\"q\\\" \\\\\" <sip:a@b>;tag=t");
    assertThatThrownBy(() -> SipHeaders.of("X", "1\r\nY: 2")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void contactsOfARegistration() throws BadMessage {
    assertThat(Addressing.contacts(List.of("*")).get(0).isStar()).isTrue();
    assertThat(Addressing.print(new ContactAddr(SipUri.parse("sip:a@[2001:db8::1]:5070"), "A", Map.of("expires", "60")))).isEqualTo("\"A\" <sip:a@[2001:db8::1]:5070>;expires=60");
    assertThatThrownBy(() -> Addressing.contacts(List.of("<mailto:x>"))).isInstanceOf(BadMessage.class);
  }

  /** A Contact has what it was registered with; nowhere else may a URI have headers. */
  @Test
  void headersOfAUri() throws BadMessage {
    String uri = "sip:user@example.com;unknownparam?Route=%3Csip:sip.example.com%3E&Subject=a%20b";
    ContactAddr contact = Addressing.contacts(List.of("<" + uri + ">;q=0.5")).get(0);
    assertThat(contact.uri()).hasToString(uri).isEqualTo(SipUri.parse(uri));
    assertThat(contact.uri().headers()).isEqualTo("Route=%3Csip:sip.example.com%3E&Subject=a%20b");
    assertThat(Addressing.print(contact)).isEqualTo("<" + uri + ">;q=0.5");
    String without = "sip:user@example.com;unknownparam";
    assertThat(contact.uri().withoutHeaders()).hasToString(without);
    assertThat(Addressing.nameAddr("To", "<" + uri + ">;tag=1").uri()).hasToString(without);
    assertThat(Addressing.routeUri("<" + uri + ">")).hasToString(without);
    assertThat(Addressing.print(NameAddr.of(contact.uri()), null)).isEqualTo("<" + without + ">");
  }

  @Test
  void theWorkerOfAMessageIsThatOfItsCallId() {
    for (String name : List.of("Call-ID: ", "call-id:", "i: ", "I :", "CALL-ID :  ")) {
      byte[] bytes = ("OPTIONS sip:x SIP/2.0\r\nSubject: i: no\r\n" + name + "abc@x \r\nCSeq: 1 OPTIONS\r\n\r\ni: body").getBytes(StandardCharsets.UTF_8);
      assertThat(RawHead.of(bytes).hash()).as(name).isEqualTo(RawHead.hash("abc@x"));
    }
    assertThat(RawHead.of("OPTIONS sip:x SIP/2.0\r\n\r\ni: body".getBytes(StandardCharsets.UTF_8)).hash()).isZero();
  }
}

package org.strowger.phone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WireTest {

  private static final String HEAD = "OPTIONS sip:bob@192.0.2.1 SIP/2.0\r\nv: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKx, SIP/2.0/TCP [2001:db8::1]:5070\r\n"
      + "f: \"A, \\\"B\\\" <c>\" <sip:a@example.org;x=1>;tag=1\r\nt: sip:bob@192.0.2.1;tag=2\r\ni: 1\r\nCSeq: 1\r\n  OPTIONS\r\nMax-Forwards: 70\r\n";

  private static SipMessage parse(String text, boolean stream) throws SipSyntaxException {
    return SipParser.parse(text.getBytes(StandardCharsets.UTF_8), stream);
  }

  @Test
  void readsCompactFoldedListedAndQuotedHeaders() throws SipSyntaxException {
    SipMessage message = parse(HEAD + "l: 2\r\n\r\nhi", true);
    assertThat(message.headers("Via")).hasSize(2);
    assertThat(Via.parse(message.headers("Via").get(1))).satisfies(via -> {
      assertThat(via.host()).isEqualTo("2001:db8::1");
      assertThat(via.port()).isEqualTo(5070);
    });
    assertThat(message.from().display()).isEqualTo("A, \"B\" <c>");
    assertThat(message.from().tag()).isEqualTo("1");
    assertThat(message.to().tag()).isEqualTo("2");
    assertThat(message.cseq()).isEqualTo(new CSeq(1, "OPTIONS"));
    assertThat(message.bodyText()).isEqualTo("hi");
    assertThat(parse(message.toString(), true).toString()).isEqualTo(message.toString());
  }

  @ParameterizedTest
  @CsvSource({"Content-Length: 3,says 3", "Content-Length: x,is a number", "To: <sip:x@y>,comes once", "Bad Name: 1,'Name: value'"})
  void refusesABrokenHeader(String line, String rule) {
    assertThatThrownBy(() -> parse(HEAD + line + "\r\n\r\nhi", false)).isInstanceOf(SipSyntaxException.class).hasMessageContaining(rule);
  }

  @Test
  void aStreamNeedsAContentLength() {
    assertThatThrownBy(() -> parse(HEAD + "\r\n", true)).isInstanceOf(SipSyntaxException.class).hasMessageContaining("mandatory");
  }

  @Test
  void cutsAStreamIntoMessages() throws SipSyntaxException {
    byte[] two = (HEAD + "l: 2\r\n\r\nhi" + HEAD + "l: 0\r\n\r\n").getBytes(StandardCharsets.UTF_8);
    int first = SipParser.frame(two, two.length);
    assertThat(first).isEqualTo(HEAD.length() + "l: 2\r\n\r\nhi".length());
    assertThat(SipParser.frame(two, first - 1)).isZero();
  }

  @Test
  void namesWhatARequestLacks() throws SipSyntaxException {
    SipMessage good = parse(HEAD + "\r\n", false);
    assertThat(Checks.message(good)).isEmpty();
    assertThat(rules(good.without("Max-Forwards"))).singleElement().asString().contains("Max-Forwards");
    assertThat(rules(good.without("Call-ID"))).singleElement().asString().contains("Call-ID");
    assertThat(rules(good.withOnly("CSeq", "1 INFO"))).singleElement().asString().contains("names the request's method");
    assertThat(rules(good.withOnly("From", "<sip:a@b>"))).singleElement().asString().contains("From has a tag");
    assertThat(rules(good.withOnly("Via", "SIP/2.0/UDP h;branch=z9hG4bK"))).singleElement().asString().contains("magic cookie");
  }

  private static List<String> rules(SipMessage message) {
    return Checks.message(message).stream().map(Checks.Broken::rule).toList();
  }

  @Test
  void reversesTheRecordRouteOfAResponseAndKeepsThatOfARequest() throws SipSyntaxException {
    SipMessage invite = SipMessage.request("INVITE", "sip:b@192.0.2.2").with("From", "<sip:a@x>;tag=1").with("To", "<sip:b@x>")
        .with("Call-ID", "c").with("CSeq", "7 INVITE").with("Record-Route", "<sip:p2;lr>, <sip:p1;lr>").with("Contact", "<sip:a@192.0.2.1>");
    SipMessage ok = SipMessage.response(200, "OK").with("To", "<sip:b@x>;tag=2").with("Record-Route", "<sip:p2;lr>")
        .with("Record-Route", "<sip:p1;lr>").with("Contact", "<sip:b@192.0.2.3>");
    assertThat(Dialog.caller(invite, ok).routes).containsExactly("<sip:p1;lr>", "<sip:p2;lr>");
    assertThat(Dialog.caller(invite, ok).request("BYE").uri()).isEqualTo("sip:b@192.0.2.3");
    assertThat(Dialog.callee(invite, "9").routes).containsExactly("<sip:p2;lr>", "<sip:p1;lr>");
    assertThat(Dialog.callee(invite, "9").remoteCseq).isEqualTo(7);
  }

  @Test
  void watchesTheVersionOfDescriptions() {
    var session = new SdpSession();
    String first = Sdp.audio("192.0.2.1", 4000, 5, 1, Sdp.Flow.SENDRECV, List.of(0));
    assertThat(session.take(first)).isEmpty();
    assertThat(session.take(first)).isEmpty();
    assertThat(session.take(Sdp.audio("192.0.2.1", 4000, 5, 1, Sdp.Flow.SENDONLY, List.of(0)))).get().asString().contains("version");
    assertThat(session.take(Sdp.audio("192.0.2.1", 4000, 5, 2, Sdp.Flow.SENDONLY, List.of(0)))).isEmpty();
    assertThat(session.take(Sdp.audio("192.0.2.1", 4000, 6, 3, Sdp.Flow.SENDONLY, List.of(0)))).get().asString().contains("session id");
  }
}

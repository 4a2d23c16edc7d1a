package org.strowger.sip.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.strowger.kernel.HostPort;
import org.strowger.sip.api.DialogId;
import org.strowger.sip.api.Flow;
import org.strowger.sip.api.Transport;

/** What is seen of a message without a parse must be what a parse would see. */
class RawHeadTest {

  private static final Flow FLOW = new Flow(Transport.UDP, new HostPort("192.0.2.1", 5060), new HostPort("198.51.100.7", 40000));

  private static RawHead head(String via, String to, String method) {
    return head(method + " sip:b@x SIP/2.0\r\nVia: " + via + "\r\nMax-Forwards: 70\r\nFrom: <sip:a@x>;tag=f1\r\nTo: " + to + "\r\nCall-ID: c1\r\nCSeq: 1 " + method + "\r\n\r\nTo: <sip:no>;tag=no");
  }

  private static RawHead head(String text) {
    return RawHead.of(text.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"<sip:b@x>", "sip:b@x", "<sip:b@x;tag=uri>", "\"x;tag=1\" <sip:b@x>", "<sip:b@x>;stage=1", "<sip:b@x>;tagged", ""})
  void withoutATagItOpensSomething(String to) {
    assertThat(head("SIP/2.0/UDP x", to, "INVITE").opens()).isTrue();
    assertThat(head("SIP/2.0/UDP x", to, "INVITE").within()).isNull();
    for (String method : List.of("ACK", "CANCEL", "BYE")) {
      assertThat(head("SIP/2.0/UDP x", to, method).opens()).as(method).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"<sip:b@x>;tag=t1", "<sip:b@x> ; TAG = t1;x=y", "sip:b@x;tag=t1", "\"<;>\" <sip:b@x>;a=b;tag=t1"})
  void withATagItClaimsADialog(String to) {
    assertThat(head("SIP/2.0/UDP x", to, "INVITE").opens()).isFalse();
    assertThat(head("SIP/2.0/UDP x", to, "BYE").within()).isEqualTo(new DialogId("c1", "t1", "f1"));
    assertThat(head("SIP/2.0/UDP x", to, "ACK").acknowledges("t")).isTrue();
    assertThat(head("SIP/2.0/UDP x", to, "ACK").acknowledges("s.")).isFalse();
    assertThat(head("SIP/2.0/UDP x", to, "BYE").acknowledges("t")).isFalse();
  }

  @Test
  void aResponseOpensNothing() {
    RawHead response = head("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP x\r\nTo: <sip:b>\r\n\r\n");
    assertThat(response.opens()).isFalse();
    assertThat(response.within()).isNull();
    assertThat(response.answer(FLOW, "503 No", "t", "")).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "SIP/2.0/UDP pc.example:5070;branch=z9hG4bKabc;rport, z9hG4bKabc|pc.example:5070|INVITE",
    "SIP/2.0/UDP PC.example;rport;branch=z9hG4bKabc, z9hG4bKabc|pc.example:-1|INVITE",
    "SIP/2.0/UDP [2001:db8::1]:5070 ; Branch = z9hG4bKabc, z9hG4bKabc|[2001:db8::1]:5070|INVITE",
    "SIP/2.0/UDP x;branch=z9hG4bK,",
    "SIP/2.0/UDP x,"})
  void theKeyOfATransaction(String via, String key) {
    assertThat(head(via, "<sip:b>", "INVITE").key()).isEqualTo(key);
  }

  /** The same message by the parser: were the keys different, a repeated INVITE would be refused while its call is being set up. */
  @ParameterizedTest
  @ValueSource(strings = {"SIP/2.0/UDP Pc.example:5070;branch=z9hG4bKabc;rport", "SIP/2.0/TCP 192.0.2.9;branch=z9hG4bKabc", "SIP/2.0/UDP [2001:db8::1]:5070;branch=z9hG4bKabc",
      "SIP/2.0/UDP h:5070;rport=5060;branch=z9hG4bKabc", "SIP/2.0/UDP h:5070;branch=z9hG4bKabc; rport = 1",
      "SIP/2.0/UDP a:5060;branch=z9hG4bKabc, SIP/2.0/UDP b;branch=z9hG4bKdef",
      "SIP/2.0/UDP h;branch=z9hG4bKknown;branch=z9hG4bKfresh", "SIP/2.0/UDP h;branch=z9hG4bKknown;x=1;Branch = z9hG4bKfresh",
      "SIP/2.0/UDP h;x=\";branch=z9hG4bKknown;\";branch=z9hG4bKfresh", "SIP/2.0/UDP h;branch=z9hG4bKfresh;x=\";branch=z9hG4bKknown;\"",
      "SIP/2.0/UDP h;x=\"\\\";branch=z9hG4bKknown\";branch=z9hG4bKfresh", "SIP/2.0/UDP h;branch=\"z9hG4bKabc\"",
      "SIP/2.0/UDP h;x=\"a,b\";branch=z9hG4bKabc, SIP/2.0/UDP b", "SIP/2.0/UDP\r\n h:5070\r\n\t;branch=z9hG4bKabc", "\r\n SIP/2.0/UDP h;branch=z9hG4bKabc;\r\n rport"})
  void theKeyIsThatOfTheParser(String via) throws BadMessage {
    byte[] bytes = ("OPTIONS sip:x SIP/2.0\r\nv: " + via + "\r\nFrom: <sip:a@x>;tag=f\r\nTo: <sip:x>\r\nCall-ID: c\r\nCSeq: 1 OPTIONS\r\n\r\n").getBytes(StandardCharsets.UTF_8);
    Incoming parsed = MessageReader.read(new Arrival(bytes, FLOW, 0));
    assertThat(RawHead.of(bytes).key()).isEqualTo(Requests.key(parsed, "OPTIONS"));
    assertThat(RawHead.of(bytes).replyTo(FLOW)).isEqualTo(Wire.ReplyHead.of(parsed).to());
    String answer = new String(RawHead.of(bytes).answer(FLOW, "503 Service Unavailable", "t", ""), StandardCharsets.UTF_8);
    assertThat(answer.lines().filter(line -> line.startsWith("Via: ")).findFirst().orElseThrow()).contains(";received=198.51.100.7");
    assertThat(answer.lines().filter(line -> line.startsWith("Via: ")).findFirst().orElseThrow().split(", ")[0]).as("one marking for what is parsed and what is not")
        .isEqualTo("Via: " + parsed.vias.get(0));
  }

  /** Were they read differently, one could claim a call to be spared as what belongs to it, and open a new one. */
  @ParameterizedTest
  @ValueSource(strings = {"<sip:a@x>;tag=t1", "<sip:a@x>;y=\";tag=known;\"", "<sip:a@x>;tag=known;tag=t1", "<sip:a@x>;TAG=known;x=1;tag = t1", "<sip:a@x>;y=\"<>\";tag=t1",
      "<sip:a@x>;tag=t1;y=\"<>\"", "<sip:a@x>;tag=\"t1\"", "\"a\\\";tag=known\" <sip:a@x>", "\">\" <sip:a@x;tag=uri>", "sip:a@x;tag=t1", "<sip:a@x>\r\n ;tag=t1"})
  void theTagIsThatOfTheParser(String address) throws BadMessage {
    byte[] bytes = ("BYE sip:x SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: " + address + "\r\nTo: " + address + "\r\nCall-ID:\r\n c\r\nCSeq: 1 BYE\r\n\r\n").getBytes(StandardCharsets.UTF_8);
    Incoming parsed = MessageReader.read(new Arrival(bytes, FLOW, 0));
    DialogId expected = parsed.toTag().isEmpty() ? null : new DialogId(parsed.callId, parsed.toTag(), parsed.fromTag());
    assertThat(RawHead.of(bytes).within()).isEqualTo(expected);
    assertThat(RawHead.of(bytes).hash()).as("one worker for all of a Call-ID").isEqualTo(RawHead.hash(parsed.callId));
  }

  /** Unicode has more blanks than SIP: were one taken off on one side only, a call's messages would go to two workers. */
  @ParameterizedTest
  @ValueSource(strings = {"Call-ID: c\u2003", "Call-ID:\u2003c", "Call-ID: c\u3000\r\n \u2003d\u2003", "i:\t c \t", "Call-ID: c\\\u0001", "Call-ID: \"c\\\0"})
  void theCallIdIsThatOfTheParser(String line) throws BadMessage {
    byte[] bytes = ("BYE sip:x SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: <sip:a>;tag=1\r\nTo: <sip:a>;tag=2\r\n" + line + "\r\nCSeq: 1 BYE\r\n\r\n").getBytes(StandardCharsets.UTF_8);
    assertThat(RawHead.of(bytes).callId()).isEqualTo(MessageReader.read(new Arrival(bytes, FLOW, 0)).callId);
  }

  /** Were it read by the parser alone, a peer would choose by its spelling on which worker a message of a call is read. */
  @ParameterizedTest
  @ValueSource(strings = {" Call-ID: c", "\tCall-ID: c", " i: c", "Call-ID\r\n : c", "Call-ID \r\n\t: c", "i\r\n : c", "Call-\r\n ID: c", "X\r\n Call-ID: c", "\u0130: c", " v: SIP/2.0/UDP h;branch=z9hG4bK1\r\nCall-ID: c"})
  void whatTheHeadDoesNotSeeTheParserRefuses(String lines) {
    byte[] bytes = ("BYE sip:x SIP/2.0\r\n" + lines + "\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: <sip:a>;tag=1\r\nTo: <sip:a>;tag=2\r\nCSeq: 1 BYE\r\n\r\n").getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> MessageReader.read(new Arrival(bytes, FLOW, 0))).isInstanceOf(BadMessage.class).hasMessageStartingWith("Bad header ");
  }

  @Test
  void anAnswerGoesBackAsItShould() {
    assertThat(head("SIP/2.0/UDP h:5070;rport", "<sip:b>", "INVITE").replyTo(FLOW)).isEqualTo(FLOW);
    assertThat(head("SIP/2.0/UDP h:5070", "<sip:b>", "INVITE").replyTo(FLOW).remote()).hasToString("198.51.100.7:5070");
    assertThat(head("SIP/2.0/UDP h:99999", "<sip:b>", "INVITE").replyTo(FLOW).remote()).hasToString("198.51.100.7:5060");
    String answer = new String(head("SIP/2.0/UDP h:5070;rport;branch=z9hG4bK1, SIP/2.0/UDP i", "<sip:b>", "INVITE").answer(FLOW, "503 Service Unavailable", "s.1", "Retry-After: 3\r\n"),
        StandardCharsets.UTF_8);
    assertThat(answer).isEqualTo("SIP/2.0 503 Service Unavailable\r\nVia: SIP/2.0/UDP h:5070;branch=z9hG4bK1;received=198.51.100.7;rport=40000, SIP/2.0/UDP i\r\n"
        + "From: <sip:a@x>;tag=f1\r\nTo: <sip:b>;tag=s.1\r\nCall-ID: c1\r\nCSeq: 1 INVITE\r\nRetry-After: 3\r\nContent-Length: 0\r\n\r\n");
  }

  @ParameterizedTest
  @CsvSource({
    "SIP/2.0/UDP h:5070;rport=5060;branch=z9hG4bK1, SIP/2.0/UDP h:5070;branch=z9hG4bK1;received=198.51.100.7;rport=40000",
    "SIP/2.0/UDP h:5070;branch=z9hG4bK1;rport=5060, SIP/2.0/UDP h:5070;branch=z9hG4bK1;received=198.51.100.7;rport=40000",
    "SIP/2.0/UDP h ; rport = 5060 ;x, SIP/2.0/UDP h;x;received=198.51.100.7;rport=40000"})
  void whoNamesAPortHimselfIsAnsweredWhereHeSentFrom(String via, String marked) {
    assertThat(head(via, "<sip:b>", "INVITE").replyTo(FLOW)).isEqualTo(FLOW);
    String answer = new String(head(via, "<sip:b>", "INVITE").answer(FLOW, "503 Service Unavailable", "s.1", ""), StandardCharsets.UTF_8);
    assertThat(Peer.header(answer, "Via")).isEqualTo(marked);
  }

  @ParameterizedTest
  @ValueSource(strings = {"INVITE", "ACK", "CANCEL"})
  void anAckAndACancelBelongToTheirInvite(String method) throws BadMessage {
    RawHead known = head("SIP/2.0/UDP h;branch=z9hG4bK1", "<sip:b>", method);
    assertThat(known.key()).isEqualTo("z9hG4bK1|h:-1|INVITE");
    assertThat(known.branch()).isEqualTo("z9hG4bK1");
    assertThat(known.mergeKey()).isEqualTo("f1|c1|1|INVITE");
  }

  @Test
  void noiseIsNoHarm() {
    long seed = System.nanoTime();
    var random = new java.util.Random(seed);
    byte[] good = "INVITE sip:b@x SIP/2.0\r\nVia: SIP/2.0/UDP h:5070;rport;branch=z9hG4bK1\r\nFrom: <sip:a>;tag=f\r\nTo: <sip:b>;tag=t\r\nCall-ID: c\r\nCSeq: 1 INVITE\r\n\r\n".getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = java.util.Arrays.copyOf(good, random.nextInt(good.length + 1));
      for (int k = random.nextInt(6); k > 0 && bytes.length > 0; k--) {
        bytes[random.nextInt(bytes.length)] = (byte) ";:=\r\n ,<>[]tagrport".charAt(random.nextInt(19));
      }
      try {
        RawHead head = RawHead.of(bytes);
        head.opens();
        head.within();
        head.key();
        head.mergeKey();
        head.branch();
        head.replyTo(FLOW);
        head.answer(FLOW, "400 Bad", "t", "");
        assertThat(head.callId()).isEqualTo(callId(bytes, head.callId()));
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed + ": " + new String(bytes, StandardCharsets.UTF_8), e);
      }
    }
  }

  /** As the parser reads it; {@code otherwise} if it refuses the message. */
  private static String callId(byte[] bytes, String otherwise) {
    try {
      return MessageReader.read(new Arrival(bytes, FLOW, 0)).callId;
    } catch (BadMessage refused) {
      return otherwise;
    }
  }
}

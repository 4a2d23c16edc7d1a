package org.strowger.calls.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.strowger.sip.api.SipBody;
import org.strowger.sip.api.SipHeaders;

/** What is left of a body and of headers when their sender is hidden. */
class VeilTest {

  private static final String PLAIN = "v=0\r\no=- 42 7 IN IP4 198.51.100.7\r\ns=-\r\nc=IN IP4 198.51.100.7\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n";
  private static final String NAMED = "v=0\r\no=alice 42 7 IN IP4 198.51.100.7\r\ns=Talk of alice\r\ni=alice's\r\nu=http://alice.example\r\ne=alice@example.org (Alice)\r\np=+1 416 alice\r\n"
      + "c=IN IP4 198.51.100.7\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\ni=alice's microphone\r\na=rtpmap:0 PCMU/8000\r\n";

  private static String veiled(String type, String text) {
    return Veil.over(new SipBody(type, text.getBytes(StandardCharsets.UTF_8))).text();
  }

  @Test
  void aDescriptionSaysWhereAndWhatNotWho() {
    assertThat(Veil.over(SipBody.sdp(NAMED))).isEqualTo(SipBody.sdp(PLAIN));
    assertThat(Veil.over(SipBody.sdp(PLAIN))).isEqualTo(SipBody.sdp(PLAIN));
    assertThat(Veil.over(new SipBody("Application/SDP; name=alice", NAMED.getBytes(StandardCharsets.UTF_8)))).isEqualTo(SipBody.sdp(PLAIN));
    assertThat(Veil.over(SipBody.NONE)).isSameAs(SipBody.NONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r", "\r\n", "\n\r"})
  void whateverItsLinesEndWith(String end) {
    assertThat(veiled("application/sdp", NAMED.replace("\r\n", end))).isEqualTo(PLAIN);
  }

  @ParameterizedTest
  @CsvSource({"o=alice 42 7 IN IP4 h,o=- 42 7 IN IP4 h", "o=Alice Smith 42 7 IN IP4 h,o=- 42 7 IN IP4 h", "o= alice 42 7 IN IP4 h,o=- 42 7 IN IP4 h", "o=alice,o=-", "o=,o=-",
      "o=alice 42 7,o=- 42 7", "s=alice,s=-", "s=,s=-", "O=alice,''", "alice,''", "' o=alice',''", "a=sendrecv,a=sendrecv"})
  void aBrokenLineSaysNothingNeither(String line, String left) {
    assertThat(veiled("application/sdp", line)).isEqualTo(left.isEmpty() ? "" : left + "\r\n");
  }

  @Test
  void ofSeveralPartsOnlyTheDescriptionStays() {
    String parts = "alice prepared this\r\n--b1\r\nContent-Type: application/pidf+xml\r\n\r\n<presence entity='pres:alice@example.org'/>\r\n--b1\r\n"
        + "content-type : application/sdp\r\nContent-ID: <alice@example.org>\r\n\r\n" + NAMED + "\r\n--b1\r\nContent-Type: text/x-vcard\r\n\r\nFN:alice\r\n--b1--\r\nalice";
    SipBody left = Veil.over(new SipBody("multipart/mixed;boundary=\"b1\"", parts.getBytes(StandardCharsets.UTF_8)));
    assertThat(left).isEqualTo(SipBody.sdp(PLAIN));
    String outer = "--b0\r\nContent-Type: multipart/alternative; boundary=b1\r\n\r\n" + parts + "\r\n--b0--\r\n";
    assertThat(veiled("multipart/mixed; boundary=b0", outer)).isEqualTo(PLAIN);
  }

  @ParameterizedTest
  @CsvSource({"application/pidf+xml,<alice/>", "multipart/mixed,--b\\r\\nalice", "multipart/mixed;boundary=b,--b\\r\\n\\r\\nalice\\r\\n--b--", "multipart/mixed;boundary=b,--b",
      "multipart/mixed;boundary=b,--b\\r\\nContent-Type: application/sdp\\r\\n\\r\\no=alice", "multipart/mixed;boundary=b,''"})
  void withoutADescriptionNothingIsLeft(String type, String text) {
    assertThat(Veil.over(new SipBody(type, text.replace("\\r\\n", "\r\n").getBytes(StandardCharsets.UTF_8))).isEmpty()).isTrue();
  }

  @Test
  void partsWithinPartsHaveAnEnd() {
    String text = "Content-Type: application/sdp\r\n\r\n" + NAMED;
    for (int i = 0; i < 6; i++) {
      text = "Content-Type: multipart/mixed;boundary=b" + i + "\r\n\r\n--b" + i + "\r\n" + text + "\r\n--b" + i + "--\r\n";
    }
    assertThat(veiled("multipart/mixed;boundary=b", "--b\r\n" + text + "\r\n--b--")).isEmpty();
  }

  /** 64 KB is the most a message has; whatever is in it, it is read a few times and not more. */
  @Test
  void timeGrowsWithTheMessage() {
    for (String unit : new String[] {"\n--" + "a".repeat(69), "\n--" + "a".repeat(70), "o=" + " ".repeat(200), "\n", "--", "s=x\r"}) {
      String text = unit.repeat(1_000_000 / unit.length());
      long start = System.nanoTime();
      veiled("application/sdp", text);
      veiled("multipart/mixed;boundary=" + "a".repeat(70), text);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).as("a megabyte of '%s'", unit.strip()).isLessThan(Duration.ofSeconds(5));
    }
  }

  @Test
  void headersThatNameGoAndAReasonKeepsItsCause() {
    SipHeaders left = Veil.over(SipHeaders.of("Subject", "alice calls").with("ORGANIZATION", "Alice Ltd").with("Content-Disposition", "session;name=alice").with("Allow", "INVITE")
        .with("Reason", "SIP ;cause=200 ;text=\"alice, elsewhere\", Q.850;cause=16;text=\"alice\"").with("Reason", "SIP;text=\"alice\""));
    assertThat(left).isEqualTo(SipHeaders.of("Allow", "INVITE").with("Reason", "SIP;cause=200").with("Reason", "Q.850;cause=16"));
  }
}

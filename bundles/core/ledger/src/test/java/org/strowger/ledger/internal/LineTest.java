package org.strowger.ledger.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.strowger.billing.api.CallEnd;
import org.strowger.billing.api.CallFacts;
import org.strowger.billing.api.Payer;
import org.strowger.billing.api.Share;
import org.strowger.kernel.AccountId;
import org.strowger.kernel.CallId;
import org.strowger.kernel.CarrierId;

/** What is noted is read as it was, whatever a caller put into his headers; what is not whole is not taken for anything. */
class LineTest {

  private static final Instant AT = Instant.parse("2026-11-22T03:04:05.123456Z");
  private static final String HOSTILE = "a\tb\\t\nS\t\\N\r\\\\ü€😀\u2028\"'";

  private final List<Share> shares = List.of(new Share(Payer.of(new AccountId(5)), World.rate("0.61", 60, 6), true), new Share(Payer.of(new CarrierId(3)), null, false));
  private final CallFacts facts = new CallFacts(new CallId(77), HOSTILE, null, new AccountId(5), null, new CarrierId(3), HOSTILE, "", "\\N", "1416", AT, "192.0.2.1", HOSTILE, null, HOSTILE, null);

  private static Object back(String line) {
    assertThat(line).endsWith("\n");
    assertThat(line.substring(0, line.length() - 1)).doesNotContain("\n", "\r");
    return Line.parse(line.substring(0, line.length() - 1));
  }

  @Test
  void everyKindIsReadAsItWas() {
    assertThat(back(Line.print(AT))).isEqualTo(AT);
    var answered = new Write.Journaled(facts.call(), facts, AT, shares, 30, 40);
    assertThat(back(Line.print(answered))).isEqualTo(answered);
    var extended = new Write.Extended(facts.call(), 70, 80);
    assertThat(back(Line.print(extended))).isEqualTo(extended);
    for (CallEnd end : List.of(new CallEnd(AT, AT.plusSeconds(9), Duration.ofNanos(8_999_999_999L), 0, HOSTILE, CallEnd.ReleaseSource.CALLEE, Duration.ofMillis(3)),
        new CallEnd(null, AT, Duration.ZERO, 486, "busy", CallEnd.ReleaseSource.SWITCH, null))) {
      var settled = (Write.Settled) back(Line.print(new Write.Settled(facts, end, shares, 30, true, false)));
      assertThat(settled.facts).isEqualTo(facts);
      assertThat(settled.end).isEqualTo(end);
      assertThat(settled.shares).isEqualTo(shares);
      assertThat(settled.granted).isEqualTo(30);
      assertThat(settled.crashed).isTrue();
      assertThat(settled.maybeWritten).as("the writer looks before it charges").isTrue();
    }
  }

  /** As the builds wrote it before formats had numbers: an update must not lose what stands on the disk. */
  @Test
  void aLetterAloneIsOfTheFirstFormat() {
    for (String line : List.of(Line.print(AT), Line.print(new Write.Journaled(facts.call(), facts, AT, shares, 30, 40)), Line.print(new Write.Extended(facts.call(), 70, 80)))) {
      String fields = line.substring(8).stripTrailing();
      String before = "\t" + fields.charAt(1) + fields.substring(3);
      var sum = new java.util.zip.CRC32C();
      sum.update(before.getBytes(java.nio.charset.StandardCharsets.UTF_8));
      assertThat(Line.parse("%08x".formatted(sum.getValue()) + before)).isEqualTo(back(line));
    }
  }

  @Test
  void whatIsDamagedOrCutOffIsNothing() {
    String line = Line.print(new Write.Journaled(facts.call(), facts, AT, shares, 30, 40)).stripTrailing();
    var random = new Random(4711);
    for (int i = 0; i < 500; i++) {
      int at = random.nextInt(line.length());
      String damaged = random.nextBoolean() ? line.substring(0, at) : line.substring(0, at) + (char) (line.charAt(at) ^ 1) + line.substring(at + 1);
      assertThatThrownBy(() -> Line.parse(damaged)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}

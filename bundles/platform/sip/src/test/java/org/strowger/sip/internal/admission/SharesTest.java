package org.strowger.sip.internal.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** More is asked than can be served: whose requests are refused, by how long the eldest has waited. The limit is 200 ms. */
class SharesTest {

  private static final long MOST = Duration.ofMillis(200).toNanos();
  private static final String FLOOD = "198.51.100.7";
  private static final String CARRIER = "192.0.2.1";
  private static final String PHONE = "192.0.2.9";

  private final Shares shares = new Shares();
  private long now = 1L << 60;

  private void move(int millis) {
    now += Duration.ofMillis(millis).toNanos();
  }

  private void ask(String source, int times) {
    for (int i = 0; i < times; i++) {
      shares.ask(source, now);
    }
  }

  private void second(int flood, int carrier, int phone) {
    seconds(1, flood, carrier, phone, 0);
  }

  /** In tenths, in each of which something has waited for so many milliseconds. */
  private void seconds(int seconds, int flood, int carrier, int phone, int millis) {
    for (int i = 0; i < 10 * seconds; i++) {
      ask(FLOOD, flood / 10);
      ask(CARRIER, carrier / 10);
      ask(PHONE, phone / 10);
      refuses(FLOOD, millis);
      move(100);
    }
  }

  private boolean refuses(String source, int millis) {
    return shares.refuses(source, false, now, Duration.ofMillis(millis).toNanos(), MOST);
  }

  @Test
  void whileNothingWaitsTooLongNobodyIsRefusedHoweverMuchHeAsks() {
    second(50_000, 300, 10);
    assertThat(refuses(FLOOD, 199)).isFalse();
    assertThat(refuses(CARRIER, 199)).isFalse();
    assertThat(refuses(PHONE, 199)).isFalse();
  }

  @Test
  void whoAsksMostIsRefusedAndTheOthersAreNot() {
    second(4000, 300, 10);
    assertThat(refuses(FLOOD, 201)).isTrue();
    assertThat(refuses(CARRIER, 201)).isFalse();
    assertThat(refuses(PHONE, 799)).isFalse();
    assertThat(refuses(PHONE, 801)).as("past that nobody waits").isTrue();
  }

  @Test
  void aFloodIsRefusedFromItsFirstTooLateMessageOn() {
    second(0, 100, 10);
    ask(FLOOD, 800);
    ask(CARRIER, 20);
    move(200);
    assertThat(refuses(FLOOD, 201)).isTrue();
    assertThat(refuses(CARRIER, 201)).isFalse();
  }

  @Test
  void onceItIsKnownItIsRefusedEarlierSoThatTheOthersHardlyWait() {
    second(4000, 300, 10);
    assertThat(refuses(FLOOD, 51)).as("before").isFalse();
    assertThat(refuses(FLOOD, 201)).isTrue();
    seconds(1, 4000, 300, 10, 201);
    assertThat(refuses(FLOOD, 51)).isTrue();
    assertThat(refuses(FLOOD, 50)).as("what can be served is").isFalse();
    assertThat(refuses(CARRIER, 199)).isFalse();
    move(1000);
    assertThat(refuses(FLOOD, 199)).as("when nothing has waited too long for a second").isFalse();
  }

  @Test
  void whoAsksAloneIsNotRefusedEarlier() {
    seconds(2, 0, 600, 0, 201);
    assertThat(refuses(CARRIER, 201)).isTrue();
    assertThat(refuses(CARRIER, 199)).as("nobody would wait less").isFalse();
    seconds(1, 0, 600, 10, 201);
    assertThat(refuses(CARRIER, 51)).as("with somebody else").isTrue();
  }

  @Test
  void whereAllAskAlikeNobodyIsPreferred() {
    for (int i = 0; i < 250; i++) {
      ask("198.51.100." + i, 15);
    }
    for (int i = 0; i < 250; i++) {
      assertThat(refuses("198.51.100." + i, 201)).isTrue();
      assertThat(refuses("198.51.100." + i, 50)).isFalse();
    }
    ask(PHONE, 2);
    assertThat(refuses(PHONE, 201)).as("who asks little is waited for").isFalse();
    ask(CARRIER, 75);
    assertThat(refuses("198.51.100.3", 201)).as("though somebody asks more: it is they who are too many").isTrue();
  }

  /** Others' addresses on each packet, say. */
  @Test
  void aFloodOfWhichEachSourceAsksOnceIsNotPreferred() {
    for (int i = 0; i < 3000; i++) {
      ask("s" + i, 1);
    }
    second(0, 300, 10);
    assertThat(refuses("s2999", 201)).isTrue();
    assertThat(refuses(CARRIER, 201)).isTrue();
  }

  @Test
  void aFloodThatHidesBehindAGreaterOneIsFound() {
    String other = "198.51.100.8";
    seconds(1, 1500, 200, 10, 0);
    for (int i = 0; i < 10; i++) {
      ask(FLOOD, 150);
      ask(other, 45);
      ask(CARRIER, 20);
      move(100);
    }
    for (int i = 0; i < 10; i++) {
      ask(FLOOD, 150);
      ask(other, 45);
      ask(CARRIER, 20);
      boolean refused = refuses(other, 450);
      assertThat(refused).as("tenth %s of a second: below half of the greater one", i).isEqualTo(i >= 5);
      assertThat(refuses(CARRIER, 450)).as("tenth %s of a second", i).isFalse();
      move(100);
    }
  }

  @Test
  void aLevelThatFellTooFarRises() {
    seconds(1, 4000, 300, 10, 0);
    seconds(8, 4000, 300, 10, 450);
    assertThat(refuses(CARRIER, 201)).as("so much did not help").isTrue();
    seconds(30, 4000, 300, 10, 210);
    assertThat(refuses(CARRIER, 201)).isFalse();
    assertThat(refuses(FLOOD, 201)).isTrue();
  }

  @Test
  void whoIsTrustedIsRefusedLast() {
    second(4000, 300, 10);
    assertThat(shares.refuses(FLOOD, true, now, Duration.ofMillis(799).toNanos(), MOST)).isFalse();
    assertThat(shares.refuses(FLOOD, true, now, Duration.ofMillis(801).toNanos(), MOST)).isTrue();
  }

  @Test
  void aSwitchThatIsStuckRefusesWhoeverIsThere() {
    ask(PHONE, 1);
    assertThat(refuses(PHONE, 201)).isTrue();
    assertThat(shares.refuses("192.0.2.77", false, now, Long.MAX_VALUE, MOST)).isTrue();
  }

  @Test
  void noMoreSourcesAreRememberedThanThereMayBe() {
    for (int i = 0; i < 100_000; i++) {
      shares.ask("s" + i, now);
      ask(FLOOD, 2);
    }
    assertThat(shares.size()).isLessThanOrEqualTo(20_001);
    ask(PHONE, 1);
    assertThat(refuses(FLOOD, 201)).as("who asks most is remembered").isTrue();
    assertThat(refuses(PHONE, 201)).isFalse();
  }
}

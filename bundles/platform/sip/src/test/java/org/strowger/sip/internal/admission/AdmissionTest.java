package org.strowger.sip.internal.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.Meter;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.Time;
import org.strowger.sip.internal.admission.Admission.Pass;

/** Limits of a source, guesses, bans: all by a clock that goes when it is told to. */
class AdmissionTest {

  private static final String BAD = "198.51.100.7";
  private static final String GOOD = "192.0.2.9";
  private static final AdmissionSettings NONE = new AdmissionSettings(Duration.ofMillis(200), 5);

  static final class Clock implements Time {
    static final Instant START = Instant.parse("2026-11-22T10:00:00Z");
    private long ticks;

    void move(Duration by) {
      ticks += by.toNanos();
    }

    @Override
    public Instant now() {
      return START.plusNanos(ticks);
    }

    @Override
    public long ticks() {
      return ticks - 7_000_000_000L;
    }
  }

  private final Clock clock = new Clock();

  private Admission admission(AdmissionSettings settings) {
    return new Admission(settings, clock, 1);
  }

  private static AdmissionConfig config(Map<String, Object> values) {
    return (AdmissionConfig) Proxy.newProxyInstance(AdmissionConfig.class.getClassLoader(), new Class<?>[] {AdmissionConfig.class},
        (proxy, method, args) -> values.getOrDefault(method.getName(), method.getDefaultValue()));
  }

  private static int passed(Admission admission, String host, int tries) {
    int passed = 0;
    for (int i = 0; i < tries; i++) {
      passed += admission.opens(host) == Pass.TAKE ? 1 : 0;
    }
    return passed;
  }

  @Test
  void aSourceOpensSoManyASecondAndAFewAtOnce() {
    Admission admission = admission(NONE.limiting(10, 20));
    assertThat(passed(admission, BAD, 100)).isEqualTo(20);
    assertThat(passed(admission, GOOD, 20)).as("another source").isEqualTo(20);
    clock.move(Duration.ofMillis(500));
    assertThat(passed(admission, BAD, 100)).isEqualTo(5);
    clock.move(Duration.ofHours(1));
    assertThat(passed(admission, BAD, 100)).as("no more than the burst, however long it was quiet").isEqualTo(20);
  }

  @Test
  void whoIsOverItIsToldAsOftenAsHeMayAskAndThenHearsNothing() {
    Admission admission = admission(NONE.limiting(10, 20));
    passed(admission, BAD, 20);
    for (int i = 0; i < 20; i++) {
      assertThat(admission.opens(BAD)).isEqualTo(Pass.REFUSE);
    }
    assertThat(admission.opens(BAD)).isEqualTo(Pass.IGNORE);
    clock.move(Duration.ofSeconds(1));
    assertThat(admission.opens(BAD)).isEqualTo(Pass.TAKE);
  }

  @Test
  void aHouseholdOfIpv6IsOneSource() {
    Admission admission = admission(NONE.limiting(10, 20));
    int passed = 0;
    for (int i = 1; i <= 100; i++) {
      passed += passed(admission, "2001:db8:0:1::" + Integer.toHexString(i), 1);
    }
    assertThat(passed).isEqualTo(20);
    assertThat(passed(admission, "2001:db8:0:2::1", 100)).as("the next one").isEqualTo(20);
  }

  @Test
  void whoIsExemptIsNeitherLimitedNorBannedNorSlowed() {
    Admission admission = admission(NONE.limiting(1, 1).watching(1, 1).exempting("198.51.100.0/24, 2001:db8::/32"));
    for (String host : List.of(BAD, "2001:db8:1::5")) {
      assertThat(passed(admission, host, 50)).isEqualTo(50);
      for (int i = 0; i < 50; i++) {
        assertThat(admission.challenges(host, "n" + i, false)).isTrue();
        admission.wrong(host, "bob");
      }
      assertThat(admission.drops(host)).isFalse();
    }
    assertThat(admission.list()).isEmpty();
  }

  @Test
  void guessesBanTheirSourceForAWhile() {
    Admission admission = admission(NONE.watching(0, 5));
    for (String user : List.of("bob", "carol", "bob", "carol")) {
      admission.wrong(BAD, user);
      clock.move(Duration.ofSeconds(10));
    }
    assertThat(admission.drops(BAD)).isFalse();
    admission.wrong(BAD, "carol");
    assertThat(admission.drops(BAD)).isTrue();
    assertThat(admission.drops(BAD)).isTrue();
    assertThat(admission.drops(GOOD)).isFalse();
    Instant since = Clock.START.plusSeconds(40);
    assertThat(admission.list()).containsExactly(new Ban(BAD, "banned", since, since.plusSeconds(600), "5 wrong passwords for 2 logins within 300 s", 2));
    var meter = new Meter("sip");
    admission.tell(meter);
    assertThat(meter.read()).containsEntry("sip.banned", 1L).containsEntry("sip.banned.dropped", 2L).containsEntry("sip.digest.wrong", 5L);
    clock.move(Duration.ofSeconds(600));
    assertThat(admission.drops(BAD)).isFalse();
    assertThat(admission.list()).isEmpty();
    admission.wrong(BAD, "bob");
    assertThat(admission.drops(BAD)).as("it begins anew").isFalse();
  }

  @Test
  void whoErrsNowAndThenIsNotBanned() {
    Admission admission = admission(NONE.watching(0, 5));
    for (int i = 0; i < 50; i++) {
      admission.wrong(BAD, "bob");
      clock.move(Duration.ofSeconds(90));
      assertThat(admission.drops(BAD)).isFalse();
    }
  }

  private static List<Ban> banned(Admission admission) {
    return admission.list().stream().filter(ban -> ban.effect().equals("banned")).toList();
  }

  /** It tries every ten seconds, twice each time, for a day: nobody else behind its address is to pay for that. */
  @Test
  void aPhoneWithAnOldPasswordIsRefusedLateAndSilencesNobody() {
    Admission admission = admission(NONE.watching(0, 30));
    int late = 0;
    for (int i = 0; i < 8640; i++) {
      admission.wrong(BAD, "old");
      admission.wrong(BAD, "old");
      late += admission.refusesLate(BAD, "old") ? 1 : 0;
      clock.move(Duration.ofSeconds(10));
      assertThat(admission.drops(BAD)).as("after %d", i).isFalse();
    }
    assertThat(late).as("all but the first of each window").isBetween(7500, 8400);
    assertThat(admission.refusesLate(BAD, "neighbour")).isFalse();
    assertThat(admission.refusesLate(GOOD, "old")).as("elsewhere").isFalse();
    assertThat(admission.list()).singleElement().satisfies(ban -> {
      assertThat(ban.source()).isEqualTo(BAD);
      assertThat(ban.effect()).isEqualTo("slowed");
      assertThat(ban.reason()).matches("[0-9]+ wrong passwords for old within 300 s");
    });
    admission.lift(BAD, "admin");
    assertThat(admission.list()).isEmpty();
    assertThat(admission.refusesLate(BAD, "old")).isFalse();
    admission.wrong(BAD, "old");
    admission.right(BAD, "old", "old");
    clock.move(Duration.ofSeconds(301));
    assertThat(admission.list()).isEmpty();
  }

  @Test
  void whoGuessesOneLoginFasterThanAPhoneIsBanned() {
    for (int[] pace : new int[][] {{0, 30}, {100, 31}, {1000, 38}, {1200, 40}, {3000, 80}}) {
      Admission admission = admission(NONE.watching(0, 30));
      int tries = 0;
      while (tries < 200 && banned(admission).isEmpty()) {
        admission.wrong(BAD, "bob");
        tries++;
        clock.move(Duration.ofMillis(pace[0]));
      }
      assertThat(tries).as("every %d ms", pace[0]).isBetween(30, pace[1]);
      assertThat(banned(admission)).singleElement().satisfies(ban -> assertThat(ban.reason()).isEqualTo(tries(ban) + " wrong passwords for 1 logins within 300 s"));
    }
  }

  private static String tries(Ban ban) {
    return ban.reason().substring(0, ban.reason().indexOf(' '));
  }

  @Test
  void severalLoginsThatAreWrongAgainAndAgainBanTheirSource() {
    for (int logins = 1; logins <= 5; logins++) {
      Admission admission = admission(NONE.watching(0, 30));
      for (int i = 0; i < 60; i++) {
        for (int login = 0; login < logins; login++) {
          admission.wrong(BAD, "old" + login);
        }
        clock.move(Duration.ofSeconds(10));
      }
      assertThat(admission.drops(BAD)).as("%d phones with old passwords", logins).isEqualTo(logins == 5);
    }
    Admission admission = admission(NONE.watching(0, 30));
    for (int i = 0; i < 30; i++) {
      assertThat(admission.drops(BAD)).isFalse();
      admission.wrong(BAD, "n" + i);
      clock.move(Duration.ofSeconds(9));
    }
    assertThat(admission.drops(BAD)).as("who tries one password with many").isTrue();
  }

  @Test
  void aLoginIsShownAsWhatCanBePrinted() {
    Admission admission = admission(NONE.watching(0, 10));
    for (int i = 0; i < 4; i++) {
      admission.wrong(BAD, "a\u001b[2J b");
      clock.move(Duration.ofSeconds(20));
    }
    admission.wrong(BAD, "c");
    assertThat(admission.list()).singleElement().satisfies(ban -> assertThat(ban.reason()).isEqualTo("4 wrong passwords for a?[2J?b within 300 s"));
  }

  @Test
  void aSuccessForgivesItsOwnAccountOnly() {
    Admission admission = admission(NONE.watching(0, 5));
    for (int i = 0; i < 40; i++) {
      admission.wrong(BAD, "mine");
      admission.right(BAD, "mine", "mine");
    }
    assertThat(admission.drops(BAD)).as("who mistypes his own").isFalse();
    for (int i = 0; i < 4; i++) {
      admission.wrong(BAD, "other" + i);
      admission.right(BAD, "mine", "mine");
    }
    assertThat(admission.drops(BAD)).isFalse();
    admission.wrong(BAD, "other4");
    assertThat(admission.drops(BAD)).as("who has an account of his own and guesses others'").isTrue();
    assertThat(admission.drops(GOOD)).as("the account itself is not locked").isFalse();
  }

  @Test
  void aGuesserOfManyNamesIsForgivenNothingByTheLast() {
    Admission admission = admission(NONE.watching(0, 200));
    for (int i = 0; i < 199; i++) {
      admission.wrong(BAD, "n" + i);
    }
    admission.right(BAD, "n150", "n150");
    assertThat(admission.drops(BAD)).isFalse();
    admission.wrong(BAD, "n200");
    assertThat(admission.drops(BAD)).isTrue();
  }

  @Test
  void whoOnlyAsksIsSlowedButNotBannedAndHarmsNobodyWhoBelongsThere() {
    Admission admission = admission(NONE.watching(20, 5));
    admission.right(BAD, "neighbour", "neighbour");
    int passed = 0;
    for (int i = 0; i < 100; i++) {
      passed += admission.challenges(BAD, "n" + i, false) ? 1 : 0;
    }
    assertThat(passed).as("20, and 50 strangers of this second").isEqualTo(70);
    assertThat(admission.drops(BAD)).isFalse();
    assertThat(admission.challenges(BAD, "neighbour", false)).isTrue();
    assertThat(admission.challenges(GOOD, "n1", false)).isTrue();
    assertThat(admission.list()).singleElement().satisfies(ban -> {
      assertThat(ban.effect()).isEqualTo("slowed");
      assertThat(ban.source()).isEqualTo(BAD);
      assertThat(ban.dropped()).isEqualTo(30);
      assertThat(ban.since()).isEqualTo(Clock.START);
    });
    passed = 0;
    for (int i = 0; i < 10_000; i++) {
      clock.move(Duration.ofMillis(1));
      passed += admission.challenges(BAD, "m" + i, false) ? 1 : 0;
    }
    assertThat(passed).as("50 a second").isBetween(450, 550);
    clock.move(Duration.ofSeconds(301));
    assertThat(admission.list()).as("when it is quiet").isEmpty();
    assertThat(admission.challenges(BAD, "n1", false)).isTrue();
  }

  @Test
  void anOfficeThatComesBackAtOnceIsNotSlowedForLong() {
    for (boolean proven : List.of(false, true)) {
      Admission admission = admission(NONE.watching(20, 5).naming(30));
      for (int i = 0; i < 500; i++) {
        if (admission.challenges(BAD, "phone" + i, proven)) {
          admission.answered(BAD, "phone" + i);
        }
      }
      assertThat(admission.list()).isEmpty();
    }
  }

  /** By TCP the address is his own, so nobody else pays for it. */
  @Test
  void whoTriesNamesByTcpIsSlowedAndThenBanned() {
    Admission admission = admission(NONE.watching(20, 5).naming(300));
    int passed = 0;
    for (int i = 0; i < 315; i++) {
      passed += admission.challenges(BAD, "n" + i, true) ? 1 : 0;
    }
    assertThat(passed).as("20, and 50 strangers of this second").isEqualTo(70);
    assertThat(admission.list()).extracting(Ban::effect).containsExactly("slowed");
    for (int i = 315; !admission.drops(BAD); i++) {
      assertThat(i).as("50 more a second, and a few names share a bit").isLessThan(315 + 250 + 60);
      clock.move(Duration.ofMillis(20));
      admission.challenges(BAD, "n" + i, true);
    }
    assertThat(admission.list()).singleElement().satisfies(ban -> assertThat(ban.reason()).isEqualTo("300 names within 300 s and no answer to a challenge"));
    for (int i = 0; i < 2000; i++) {
      admission.challenges(GOOD, "n" + i, false);
    }
    assertThat(admission.drops(GOOD)).as("by UDP anybody may have sent it").isFalse();
  }

  /** They all ask before the first has its answer, and most get no challenge that they could answer. */
  @Test
  void anOfficeThatComesBackByTcpAtOnceIsNotBannedForNamesThatGotNoChallenge() {
    Admission admission = admission(NONE.watching(200, 5).naming(300));
    var waiting = new java.util.ArrayDeque<String>();
    for (int i = 0; i < 600; i++) {
      waiting.add("p" + i);
    }
    for (int round = 0; round < 20 && !waiting.isEmpty(); round++) {
      var challenged = new java.util.ArrayList<String>();
      for (int i = waiting.size(); i > 0; i--) {
        String phone = waiting.remove();
        if (admission.challenges(BAD, phone, true)) {
          challenged.add(phone);
        } else {
          waiting.add(phone);
        }
      }
      assertThat(admission.drops(BAD)).as("in round " + round).isFalse();
      challenged.forEach(phone -> admission.answered(BAD, phone));
      clock.move(Duration.ofSeconds(1));
    }
    assertThat(waiting).as("phones that have not come back").isEmpty();
    assertThat(banned(admission)).isEmpty();
  }

  @Test
  void whoIsBannedForTryingNamesHasTriedManyWithinAWindowAndAnsweredForNone() {
    Admission admission = admission(NONE.watching(20, 5).naming(100));
    for (int i = 0; i < 5000; i++) {
      admission.challenges(BAD, "phone without a password", true);
    }
    assertThat(admission.list()).as("one that asks again and again").extracting(Ban::effect).containsExactly("slowed");
    for (int i = 0; i < 400; i++) {
      admission.challenges(BAD, "late" + i, true);
      admission.answered(BAD, "late" + i);
      admission.challenges(BAD, "phone without a password", true);
    }
    assertThat(banned(admission)).as("an office that comes back meanwhile").isEmpty();
    for (int i = 0; i < 1000; i++) {
      admission.challenges(BAD, "n" + i, true);
      clock.move(Duration.ofSeconds(4));
    }
    assertThat(banned(admission)).as("75 in a window").isEmpty();
  }

  @Test
  void ofAGuesserNoMoreIsKeptThanAnAccountCanBeCalledAndNotForLongerThanItCounts() {
    var guesses = new Guesses();
    long window = Duration.ofSeconds(300).toNanos();
    assertThat(guesses.wrong(BAD, "x".repeat(7500), 0, 4, window)).isFalse();
    assertThat(guesses.wrong(BAD, "x".repeat(65), 1, 4, window)).isFalse();
    assertThat(guesses.wrong(BAD, "x".repeat(64), 2, 4, window)).isFalse();
    assertThat(guesses.names(BAD)).containsExactly("x".repeat(64));
    assertThat(guesses.told(BAD)).isEqualTo("3 wrong passwords for 2 logins");
    assertThat(guesses.wrong(BAD, "y".repeat(65), 3, 4, window)).isTrue();
    for (int i = 0; i < 100; i++) {
      guesses.wrong("198.51.100." + i, "bob", 3, 4, window);
    }
    assertThat(guesses.size()).isEqualTo(100);
    guesses.wrong(GOOD, "bob", 4 + window, 4, window);
    assertThat(guesses.size()).as("what is left of those who stopped").isEqualTo(1);
  }

  @Test
  void onlyANameThatAnAccountCanHaveIsRemembered() {
    Admission admission = admission(NONE.watching(1, 0));
    admission.right(BAD, "login", "x".repeat(65));
    admission.right(BAD, "login", "1001");
    for (int i = 0; i < 60; i++) {
      admission.challenges(BAD, "n" + i, false);
    }
    assertThat(admission.challenges(BAD, "x".repeat(65), false)).isFalse();
    assertThat(admission.challenges(BAD, "1001", false)).isTrue();
    assertThat(admission.challenges(BAD, "login", false)).isTrue();
  }

  @Test
  void aBanIsLifted() {
    Admission admission = admission(NONE.watching(3, 2));
    String v6 = "2001:db8::5";
    for (int i = 0; i < 2; i++) {
      admission.wrong(BAD, "x");
      admission.wrong(v6, "x");
    }
    assertThat(admission.list()).extracting(Ban::source).containsExactly(BAD, "2001:db8:0:0:0:0:0:0/64");
    admission.lift(BAD, "admin");
    assertThat(admission.drops(BAD)).isFalse();
    admission.wrong(BAD, "x");
    assertThat(admission.drops(BAD)).as("nothing of before counts").isFalse();
    admission.lift("2001:db8::99", "admin");
    assertThat(admission.drops(v6)).isFalse();
    assertThatThrownBy(() -> admission.lift(GOOD, "admin")).isInstanceOf(StrowgerException.class).hasMessageContaining(GOOD);
    for (int i = 0; i < 10; i++) {
      admission.challenges(GOOD, "n" + i, false);
    }
    assertThat(admission.list()).isNotEmpty();
    admission.lift(GOOD, "admin");
    assertThat(admission.list()).isEmpty();
  }

  @Test
  void noTableGrowsPastItsBound() {
    var recent = new Recent<Integer>(100);
    for (int i = 0; i < 10_000; i++) {
      recent.get("k" + i, () -> 1);
      recent.get("busy", () -> 2);
      assertThat(recent.size()).isLessThanOrEqualTo(101);
    }
    assertThat(recent.find("busy")).as("who is seen again and again stays").isEqualTo(2);
    assertThat(recent.find("k0")).isNull();
    var bans = new Bans();
    for (int i = 0; i < 10_100; i++) {
      bans.add("s" + i, "x", i, 1_000_000);
    }
    assertThat(bans.size(20_000)).isEqualTo(10_000);
    assertThat(bans.drops("s0", 20_000)).as("the one that ends first goes").isFalse();
    assertThat(bans.drops("s10099", 20_000)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"192.0.2.0/24, 192.0.2.255, true", "192.0.2.0/24, 192.0.3.0, false", "192.0.2.7, 192.0.2.7, true", "192.0.2.7, 192.0.2.8, false", "127.0.0.0/8, 127.9.9.9, true",
      "0.0.0.0/0, 8.8.8.8, true", "0.0.0.0/0, ::1, false", "2001:db8::/32, 2001:db8:ffff::1, true", "2001:db8::/33, 2001:db8:8000::1, false", "::1, ::1, true", "192.0.2.0/23, 192.0.3.9, true"})
  void networks(String list, String host, boolean contained) {
    assertThat(Networks.parse("exempt", list).contains(host)).isEqualTo(contained);
  }

  @ParameterizedTest
  @ValueSource(strings = {"example.org", "192.0.2.0/33", "192.0.2.1/24", "192.0.2/24", "192.0.2.0/x", "192.0.2.0/-1", "/8", "300.0.0.1", "dead"})
  void whatIsNoNetworkIsNamed(String text) {
    assertThatThrownBy(() -> Networks.parse("exempt", "127.0.0.1, " + text)).isInstanceOf(InvalidInput.class).hasMessageContaining("exempt").hasMessageContaining(text);
  }

  @Test
  void aWrongSettingIsNamedAndTheOldOnesStay() {
    for (Map<String, Object> wrong : List.<Map<String, Object>>of(Map.of("queue_maxMillis", 1), Map.of("retryAfter_mostSeconds", 0), Map.of("exempt", "all"), Map.of("source_perSecond", -1),
        Map.of("source_burst", 0), Map.of("unanswered_most", -1), Map.of("ban_names", 1001), Map.of("ban_failures", -1), Map.of("ban_windowSeconds", 0), Map.of("ban_seconds", 0))) {
      String key = wrong.keySet().iterator().next().replace('_', '.');
      assertThatThrownBy(() -> AdmissionSettings.of(config(wrong))).isInstanceOf(InvalidInput.class).hasMessageContaining(key);
    }
    var admission = admission(AdmissionSettings.of(config(Map.of("queue_maxMillis", 300))));
    admission.modified(config(Map.of("queue_maxMillis", 1)));
    assertThat(admission.isLate(Duration.ofMillis(250).toNanos())).isFalse();
    admission.modified(config(Map.of()));
    assertThat(admission.isLate(Duration.ofMillis(250).toNanos())).as("a change counts at once").isTrue();
  }
}

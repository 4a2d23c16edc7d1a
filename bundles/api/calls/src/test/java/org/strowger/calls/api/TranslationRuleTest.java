package org.strowger.calls.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.strowger.kernel.InvalidInput;

class TranslationRuleTest {

  private static String translate(String rule, String number) {
    return TranslationRule.parse("rule", rule).apply(number);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '~', value = {
    "s/^0011// ~ 001161299 ~ 61299",
    "s/^/53872#/ ~ 61299 ~ 53872#61299",
    "123456 ~ 0800 ~ 123456",
    "s/^.{0,9}$/0123456789/ ~ 12345 ~ 0123456789",
    "s/^[+]// ~ +4420 ~ 4420",
    "s/^(.{10})$/1\\1/ ~ 2125550100 ~ 12125550100",
    "s/^[13]{2}(?=[0-9]{8}$)/6113/ ~ 1300123456 ~ 611300123456",
    "s/^0/44/;s/^44/+44/ ~ 0207 ~ +44207",
    "s/^.*([ ]|\\-|\\.).*$/block/ ~ 1-2 ~ block",
    "s/^001/BLOCK/;s/^002/BLOCK/ ~ 00244 ~ BLOCK44"})
  void translatesAsTheSpecSays(String rule, String in, String out) {
    assertThat(translate(rule, in)).isEqualTo(out);
  }

  @Test
  void substitutesTheFirstMatchOrWithGAll() {
    assertThat(translate("s/[ ]//", "1 2 3")).isEqualTo("12 3");
    assertThat(translate("s/[ ]//g", "1 2 3")).isEqualTo("123");
  }

  @Test
  void leavesANumberThatNothingMatches() {
    assertThat(translate("s/^9//", "123")).isEqualTo("123");
    assertThat(translate("", "123")).isEqualTo("123");
    assertThat(TranslationRule.parse("rule", null)).isSameAs(TranslationRule.NONE);
  }

  @Test
  void toleratesSpacesAndQuotes() {
    assertThat(translate("'s/^001/A/; s/^002/B/'", "0027")).isEqualTo("B7");
  }

  @Test
  void takesDollarsAndGroupsLiterally() {
    assertThat(translate("s/1/$5/", "21")).isEqualTo("2$5");
    assertThat(translate("s/^(1)/\\g<1>5/", "12")).isEqualTo("152");
    assertThat(translate("s/^1/\\g<0>5\\g<0>/", "12")).isEqualTo("1512");
    assertThat(translate("s/a\\/b/c/", "xa/by")).isEqualTo("xcy");
  }

  /** What Python's re.sub makes of the same. */
  @Test
  void readsTwoDigitsAsOneGroup() {
    assertThat(translate("s/" + "(.)".repeat(10) + "/\\10\\1/", "abcdefghij")).isEqualTo("ja");
    assertThat(translate("s/" + "(.)".repeat(12) + "/\\12-\\9-\\g<10>0/", "abcdefghijkl")).isEqualTo("l-i-j0");
    assertThat(translate("s/" + "(.)".repeat(10) + "/\\108/", "abcdefghij")).as("8 is no octal digit").isEqualTo("j8");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '~', value = {
    "s/^( ~ is broken",
    "s/(/x/ ~ is broken",
    "s/a/b ~ lacks a slash",
    "s/a/\\2/ ~ names group \\2",
    "s/^(.{10})$/\\10/ ~ names group \\10",
    "s/^(1)/\\15/ ~ before a digit write \\g<1>",
    "s/^(1)/\\100/ ~ octal",
    "s/^(1)/\\0/ ~ octal",
    "s/a/\\g<1>/ ~ names group \\1",
    "s/a/b/x ~ stands 'x'",
    "s/\\Qa/b/ ~ no escape",
    "s/a++/b/ ~ multiple repeat"})
  void saysWhatIsWrong(String rule, String complaint) {
    assertThatThrownBy(() -> TranslationRule.parse("cldTranslation", rule))
        .isInstanceOf(InvalidInput.class).hasMessageContaining("cldTranslation").hasMessageContaining(complaint.equals("is broken") && rule.equals("s/^(") ? "lacks a slash" : complaint);
  }

  @Test
  void refusesWhatIsTooLongOrTooHard() {
    assertThatThrownBy(() -> TranslationRule.parse("rule", "1".repeat(1025))).isInstanceOf(InvalidInput.class).hasMessageContaining("1024");
    assertThatThrownBy(() -> translate("s/1/2/", "1".repeat(129))).isInstanceOf(TranslationRule.TooHard.class).hasMessageContaining("128");
    assertThatThrownBy(() -> translate("s/(a*)(a*)(a*)(a*)\\1b/x/", "a".repeat(100))).isInstanceOf(TranslationRule.TooHard.class).hasMessageContaining("50000 steps");
  }

  @Test
  void readsSetsAsPythonDoes() {
    assertThat(translate("s/[a[]/x/g", "a[b")).isEqualTo("xxb");
    assertThat(translate("s/[]5]/x/g", "]5")).isEqualTo("xx");
    assertThat(translate("s/[^]5]/x/g", "]51")).isEqualTo("]5x");
    assertThat(translate("s/[a&&b]/x/g", "ab&")).isEqualTo("xxx");
  }

  @ParameterizedTest
  @ValueSource(strings = {
    "s/((?:){40000}){40000}b/x/",
    "s/(((?:){128}){128}){128}b/x/",
    "s/^.*(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)b/x/",
    "s/^.*(?:|^|$)(?:(?:(?=|$){60}|(?!b)){60}|){60}b/x/",
    "s/((((.*)*)*)*)*b/x/",
    "s/^(.*)(.*)(.*)(.*)\\1\\2\\3\\4b/x/",
    "s/^(.*)*(.*?)*(?<=c)$/x/"})
  void countsTheWorkThatReadsNothingToo(String rule) {
    for (String number : List.of("441", "1".repeat(128))) {
      assertTimeoutPreemptively(Duration.ofSeconds(5), () -> {
        try {
          translate(rule, number);
        } catch (TranslationRule.TooHard e) {
          assertThat(e).hasMessageMatching(".*(50000 steps|too deeply).*");
        }
      });
    }
    assertThatThrownBy(() -> translate(rule, "1".repeat(128))).isInstanceOf(TranslationRule.TooHard.class);
  }

  @Test
  void countsTheStepsOfAllItemsTogether() {
    String item = "s/(1*)(1*)2/x/";
    translate(item, "1".repeat(30));
    assertThatThrownBy(() -> translate((item + ";").repeat(40), "1".repeat(30))).isInstanceOf(TranslationRule.TooHard.class).hasMessageContaining("50000 steps");
  }

  @Test
  void boundsWhatComesOut() {
    assertThatThrownBy(() -> translate("s/[0-9]/" + "9".repeat(30) + "/g", "1".repeat(100))).isInstanceOf(TranslationRule.TooHard.class).hasMessageContaining("128");
    assertThatThrownBy(() -> translate("9".repeat(129), "1")).isInstanceOf(TranslationRule.TooHard.class).hasMessageContaining("128");
    assertThat(translate("s/$/2/", "1".repeat(127))).hasSize(128);
  }

  /** Expected values are what Python 3 answers. */
  @ParameterizedTest
  @CsvSource(delimiter = '~', value = {
    "s/^.{,9}$/0/ ~ 12345 ~ 0",
    "s/^.{,3}$/0/ ~ 12345 ~ 12345",
    "s/^(?P<a_b>44)(?P<rest>.*)$/\\g<rest>\\g<a_b>/ ~ 44207 ~ 20744",
    "s/^(?P<a_b>4)(?P=a_b)/x/ ~ 4420 ~ x20",
    "s/x*/-/g ~ abxd ~ -a-b--d-",
    "s/|a/-/g ~ a ~ ---",
    "s/(a|ab)(c|bcd)(d*)/[\\1,\\2,\\3]/ ~ abcd ~ [a,bcd,]",
    "s/(?<=00)1/x/ ~ 0011 ~ 00x1",
    "s/(?<!0)1/x/g ~ 0111 ~ 01xx",
    "s/^(?!00)/+/ ~ 442 ~ +442",
    "s/4+?/x/ ~ 4442 ~ x442",
    "s/(4|5)*?6/x/ ~ 1456 ~ 1x",
    "s/\\b1/x/g ~ 1-1 ~ x-x",
    "s/[\\d-]+/x/ ~ a1-2b ~ axb",
    "s/[^\\D3]/x/g ~ a1234 ~ axx3x",
    "s/a{x}/y/ ~ a{x} ~ y",
    "s/(?i)block/x/ ~ BlOcK ~ x",
    "s/(a)?b/[\\1]/ ~ cb ~ c[]"})
  void readsWhatPythonReads(String rule, String in, String out) {
    assertThat(translate(rule, in)).isEqualTo(out);
  }

  @ParameterizedTest
  @ValueSource(strings = {"s/*a/b/", "s/a**/b/", "s/^*/b/", "s/a)/b/", "s/(?<=a*)b/c/", "s/[b-a]/c/", "s/(?P<1a>b)/c/", "s/\\2(a)/b/", "s/a{3,2}/b/", "s/(?>a)/b/", "s/[a/b/"})
  void refusesWhatPythonRefuses(String rule) {
    assertThatThrownBy(() -> TranslationRule.parse("rule", rule)).isInstanceOf(InvalidInput.class).hasMessageContaining("is broken");
  }
}

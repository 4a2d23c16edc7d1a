package org.strowger.calls.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
    assertThat(translate("s/^(1)/\\15/", "12")).isEqualTo("152");
    assertThat(translate("s/a\\/b/c/", "xa/by")).isEqualTo("xcy");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '~', value = {
    "s/^( ~ is broken",
    "s/(/x/ ~ is broken",
    "s/a/b ~ lacks a slash",
    "s/a/\\2/ ~ names group \\2",
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
}

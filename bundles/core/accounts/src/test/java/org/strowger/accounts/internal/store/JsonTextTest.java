package org.strowger.accounts.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTextTest {

  @Test
  void readsWhatItPrinted() {
    var data = new LinkedHashMap<String, Object>();
    data.put("text", "quote \" backslash \\ line\nbell\u0007 ünïcode 😀");
    data.put("none", null);
    data.put("yes", true);
    data.put("long", -9007199254740993L);
    data.put("exact", new BigDecimal("0.12345678901234567890"));
    data.put("list", Arrays.asList(1L, "two", null, List.of()));
    data.put("map", new LinkedHashMap<>());
    assertThat(JsonText.parseObject(JsonText.print(data))).isEqualTo(data);
  }

  @Test
  void readsEscapes() {
    assertThat(JsonText.parseObject(" { \"a\\u0041\\t\" : [ 1 , 1e3, 12345678901234567890 ] } "))
        .containsEntry("aA\t", List.of(1L, new BigDecimal("1e3"), new BigDecimal("12345678901234567890")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{\"a\":1}}", "{\"a\":\"\\u12\"}", "{\"a\":\"\\x\"}", "{\"a\":tru}", "{\"a\":--1}", "{a:1}", "{\"a"})
  void refusesWhatIsNoObject(String text) {
    assertThatThrownBy(() -> JsonText.parseObject(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesWhatIsTooDeep() {
    assertThatThrownBy(() -> JsonText.parseObject("{\"a\":" + "[".repeat(100_000))).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> JsonText.print(List.of(new Object()))).hasMessageContaining("not plain data");
  }
}

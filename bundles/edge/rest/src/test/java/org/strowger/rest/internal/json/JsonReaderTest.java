package org.strowger.rest.internal.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.strowger.kernel.InvalidInput;

class JsonReaderTest {

  private final JsonReader reader = new JsonReader();

  @Test
  void readsPlainData() {
    Map<String, Object> data = read("{\"t\":\"x \\u00e9\\n\",\"f\":true,\"n\":null,\"i\":42,\"d\":1.50,\"l\":[1,{\"a\":[]}],\"o\":{}}");
    assertThat(data).containsExactly(Map.entry("t", "x é\n"), Map.entry("f", true), entryOfNull("n"), Map.entry("i", 42L),
        Map.entry("d", new BigDecimal("1.50")), Map.entry("l", List.of(1L, Map.of("a", List.of()))), Map.entry("o", Map.of()));
  }

  @Test
  void keepsNumbersExact() {
    assertThat(read("{\"a\":9223372036854775807,\"b\":-9223372036854775808,\"c\":9223372036854775808,\"d\":0.1,\"e\":1e3,\"f\":-0}"))
        .containsEntry("a", Long.MAX_VALUE).containsEntry("b", Long.MIN_VALUE).containsEntry("c", new BigDecimal("9223372036854775808"))
        .containsEntry("d", new BigDecimal("0.1")).containsEntry("e", new BigDecimal("1e3")).containsEntry("f", 0L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "[]", "1", "\"a\"", "null", "{", "{\"a\":1", "{\"a\"}", "{\"a\":1}}", "{\"a\":1} {}", "{\"a\":01}", "{a:1}", "{'a':1}",
      "{\"a\":NaN}", "{\"a\":1,}", "{\"a\":\"\u0001\"}", "{\"a\":+1}", "{\"a\":.5}", "{\"a\":1e}", "// x\n{}", "\uFEFF"})
  void refusesWhatIsNoJsonObject(String text) {
    assertThatThrownBy(() -> read(text)).isInstanceOf(InvalidInput.class).hasMessageStartingWith("body")
        .message().doesNotContainIgnoringCase("source").doesNotContain("REDACTED").doesNotContain("JsonParser").doesNotContain("StreamReadFeature").doesNotContain("token");
  }

  @Test
  void refusesANameThatStandsTwice() {
    assertThatThrownBy(() -> read("{\"amount\":1,\n\"amount\":2}")).isInstanceOf(InvalidInput.class).hasMessageContaining("amount").hasMessageContaining("line 2");
  }

  @Test
  void refusesWhatIsTooDeep() {
    assertThat(read("{\"a\":" + "[".repeat(19) + "]".repeat(19) + "}")).hasSize(1);
    assertThatThrownBy(() -> read("{\"a\":" + "[".repeat(20) + "]".repeat(20) + "}")).isInstanceOf(InvalidInput.class).hasMessageContaining("20 deep");
    assertThatThrownBy(() -> read("{\"a\":".repeat(100_000))).isInstanceOf(InvalidInput.class).hasMessageContaining("20 deep");
  }

  @Test
  void refusesWhatIsTooLong() {
    assertThat(read("{\"a\":\"" + "x".repeat(65_536) + "\"}")).hasSize(1);
    assertThatThrownBy(() -> read("{\"a\":\"" + "x".repeat(65_537) + "\"}")).isInstanceOf(InvalidInput.class).hasMessageContaining("65536");
    assertThatThrownBy(() -> read("{\"" + "x".repeat(10_000) + "\":1}")).isInstanceOf(InvalidInput.class).hasMessageContaining("256");
    assertThatThrownBy(() -> read("{\"a\":" + "9".repeat(100_000) + "}")).isInstanceOf(InvalidInput.class).hasMessageContaining("60");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e101", "1e-101", "1e999999999", "-1E-999999999", "1e99999999999"})
  void refusesNumbersThatAreBombs(String number) {
    assertThatThrownBy(() -> read("{\"a\":" + number + "}")).isInstanceOf(InvalidInput.class).hasMessageContaining("exponent");
  }

  @Test
  void refusesWhatIsNotUtf8() {
    byte[] latin = "{\"a\":\"é\"}".getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> reader.object(latin)).isInstanceOf(InvalidInput.class).hasMessageContaining("UTF-8");
  }

  @Test
  void saysWhatABodyIsThatIsNoObject() {
    assertThatThrownBy(() -> read("[\"hunter2\"]")).hasMessage("body 'a list': is a JSON object");
    assertThatThrownBy(() -> read("\"hunter2\"")).hasMessage("body 'a text': is a JSON object");
    assertThatThrownBy(() -> read("5")).hasMessage("body 'a number': is a JSON object");
    assertThatThrownBy(() -> read("null")).hasMessage("body 'null': is a JSON object");
    assertThatThrownBy(() -> read("")).hasMessage("body: is a JSON object");
  }

  @Test
  void doesNotRepeatTheBodyInItsMessages() {
    assertThatThrownBy(() -> read("{\"password\":\"hunter2\" x}")).isInstanceOf(InvalidInput.class).hasMessageNotContaining("hunter2");
  }

  @Test
  void printsWhatItReads() {
    String text = "{\"t\":\"a\\\"\\\\é\\u0001\",\"n\":null,\"f\":false,\"i\":-5,\"d\":12345678901234567890.12345,\"l\":[{},[]]}";
    assertThat(new String(new JsonWriter().print(read(text)), StandardCharsets.UTF_8)).isEqualTo(text);
  }

  @Test
  void printsDecimalsWithoutExponentAndNothingThatIsNotPlain() {
    assertThat(new String(new JsonWriter().print(Map.of("d", new BigDecimal("1e5"))), StandardCharsets.UTF_8)).isEqualTo("{\"d\":100000}");
    assertThatThrownBy(() -> new JsonWriter().print(Map.of("d", 1.5))).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("Double");
    assertThatThrownBy(() -> new JsonWriter().print(Arrays.asList(new Object()))).isInstanceOf(IllegalArgumentException.class);
  }

  private Map<String, Object> read(String text) {
    return reader.object(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Map.Entry<String, Object> entryOfNull(String name) {
    return new java.util.AbstractMap.SimpleEntry<>(name, null);
  }
}

package org.strowger.rest.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.strowger.kernel.ErrorCode;

class RestRequestTest {

  private static RestRequest of(String id) {
    return new RestRequest(Map.of("id", id), Map.of(), Map.of(), new Caller("admin", Role.ADMIN));
  }

  @Test
  void anIdIsReadAsItIsPrinted() {
    assertThat(of("1").id("carrier", "id")).isEqualTo(1);
    assertThat(of("2147483647").id("carrier", "id")).isEqualTo(Integer.MAX_VALUE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "-1", "+1", "007", "1.0", "acme", "2147483648", "99999999999", "१"})
  void whatIsNoneNamesNothing(String text) {
    assertThatThrownBy(() -> of(text).id("carrier", "id")).hasMessage("there is no carrier " + text).extracting("code").isEqualTo(ErrorCode.NOT_FOUND);
  }
}

package org.strowger.accounts.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.data.Shape;

class AccountProfileTest {

  private static final Shape<AccountProfile> SHAPE = Shape.of(AccountProfile.class);

  @ParameterizedTest
  @ValueSource(strings = {"en", "fr", "de", "he", "yi", "id"})
  void takesLanguages(String code) {
    assertThat(SHAPE.decode(Map.of("name", "1001", "plan", 1L, "language", code)).language()).isEqualTo(code);
  }

  @Test
  void refusesTwoLettersThatAreNoLanguage() {
    assertThatThrownBy(() -> SHAPE.decode(Map.of("name", "1001", "plan", 1L, "language", "xx"))).isInstanceOf(InvalidInput.class)
        .hasMessageContaining("language 'xx': is a language of ISO 639");
  }
}

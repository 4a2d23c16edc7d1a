package org.strowger.accounts.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.strowger.accounts.api.Account;
import org.strowger.accounts.api.SettingsDocument;
import org.strowger.kernel.AccountId;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.data.Setting;

class SettingsTest {

  @AccountSettings(feature = "follow-me", section = "Calls", version = 2)
  record FollowMe(@Setting(initial = "30", min = 5, max = 60) int timeout, @Setting(optional = true, max = 20) String number) {
    static final Settings<FollowMe> SETTINGS = Settings.of(FollowMe.class);
  }

  record Undeclared(boolean any) {}

  @Test
  void initialValuesWhereNothingIsStored() {
    assertThat(FollowMe.SETTINGS.of(accountWith(null))).isEqualTo(new FollowMe(30, null));
  }

  @Test
  void readsADocumentOfANewerVersionByTheFieldsItKnows() {
    assertThat(FollowMe.SETTINGS.of(accountWith(Map.of("timeout", 10L, "number", "100", "mode", "ALWAYS")))).isEqualTo(new FollowMe(10, "100"));
  }

  @Test
  void aStoredValueThatIsNotAllowedHereActsAsUnset() {
    assertThat(FollowMe.SETTINGS.of(accountWith(Map.of("timeout", 600L, "number", "100")))).isEqualTo(new FollowMe(30, "100"));
  }

  @Test
  void completeNamesEveryBrokenField() {
    var values = new HashMap<String, Object>(Map.of("timeout", 600L, "colour", "red"));
    assertThatThrownBy(() -> FollowMe.SETTINGS.complete(values)).isInstanceOf(InvalidInput.class)
        .hasMessageContaining("timeout '600': is 5 to 60").hasMessageContaining("colour 'red': is no field here");
    assertThat(FollowMe.SETTINGS.complete(Map.of("number", "7"))).containsEntry("timeout", 30L).containsEntry("number", "7");
  }

  @Test
  void schemaSaysWhoseItIs() {
    assertThat(FollowMe.SETTINGS.schema()).extracting("feature", "section", "version").containsExactly("follow-me", "Calls", 2);
    assertThatThrownBy(() -> Settings.of(Undeclared.class)).hasMessageContaining("@AccountSettings");
  }

  private static Account accountWith(Map<String, Object> values) {
    Map<String, SettingsDocument> features = values == null ? Map.of() : Map.of("follow-me", new SettingsDocument("follow-me", 3, values));
    return new Account(new AccountId(1), CustomerId.ROOT, null, null, features, 1);
  }
}

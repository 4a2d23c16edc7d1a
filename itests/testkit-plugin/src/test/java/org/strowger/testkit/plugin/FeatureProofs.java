package org.strowger.testkit.plugin;

import java.util.LinkedHashMap;
import java.util.Map;
import org.strowger.accounts.api.SettingsSchema;
import org.strowger.accounts.spi.AccountFeature;
import org.strowger.accounts.spi.AccountSettings;
import org.strowger.accounts.spi.Settings;
import org.strowger.kernel.data.Setting;

final class FeatureProofs {

  private FeatureProofs() {}

  @AccountSettings(feature = "good", section = "Tests")
  record Good(@Setting(label = "On", initial = "false") boolean on, @Setting(label = "Number", optional = true) String number) {
    static final Settings<Good> SETTINGS = Settings.of(Good.class);
  }

  static Proof<AccountFeatureContract> proof() {
    Map<String, Object> values = Map.of("on", true, "number", "1001");
    AccountFeatureContract bad = feature(new Lax("Lax One", 1), values);
    return new Proof<>(AccountFeatureContract.class, feature(Good.SETTINGS, values))
        .finds("saysWhatItAdds", bad, "its id")
        .finds("nothingSetIsComplete", bad, "every field")
        .finds("takesWhatIsSetAndShowsIt", feature(Good.SETTINGS, Map.of("on", false)), "not to be equal to")
        .finds("documentsHoldPlainDataOnly", bad, "keep the plugin in memory")
        .finds("refusesAFieldThatThereIsNotByItsName", bad, "Expecting code to raise a throwable")
        .finds("refusesWhatIsNotOfTheTypeByItsName", bad, "Expecting code to raise a throwable")
        .finds("readsWhatOlderVersionsWrote", bad, "of its own version")
        .finds("readsWhatOlderVersionsWrote", feature(new Lax("lax", 2), values), "every older version once");
  }

  private static AccountFeatureContract feature(AccountFeature feature, Map<String, Object> values) {
    return new AccountFeatureContract() {
      @Override
      protected AccountFeature feature() {
        return feature;
      }

      @Override
      protected Map<String, Object> values() {
        return values;
      }
    };
  }

  private record Lax(String id, int version) implements AccountFeature {
    @Override
    public SettingsSchema schema() {
      return new SettingsSchema(id, "Tests", version, Good.SETTINGS.schema().schema());
    }

    @Override
    public Map<String, Object> complete(Map<String, Object> given) {
      var all = new LinkedHashMap<>(given);
      all.put("object", new StringBuilder());
      return all;
    }

    @Override
    public Map<String, Object> upgrade(Map<String, Object> given, int version) {
      return Map.of();
    }
  }
}

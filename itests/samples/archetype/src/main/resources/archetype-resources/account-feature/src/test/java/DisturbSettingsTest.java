package ${package};

import java.util.Map;
import org.strowger.accounts.spi.AccountFeature;
import org.strowger.testkit.plugin.AccountFeatureContract;

/** What the switch expects of every feature's settings. */
class DisturbSettingsTest extends AccountFeatureContract {

  @Override
  protected AccountFeature feature() {
    return DisturbSettings.SETTINGS;
  }

  @Override
  protected Map<String, Object> values() {
    return Map.of("doNotDisturb", true, "exceptFrom", "1001");
  }
}

package org.strowger.accounts.spi;

import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;
import org.strowger.accounts.api.SettingsSchema;

/**
 * A feature's settings as plain data: a service, usually made from {@link AccountSettings}; register one
 * yourself only to upgrade documents of older versions. Threads: any; must not block.
 */
@ConsumerType
public interface AccountFeature {

  SettingsSchema schema();

  /**
   * Checks values and fills in initial ones.
   *
   * @throws org.strowger.kernel.InvalidInput naming each broken field
   */
  Map<String, Object> complete(Map<String, Object> values);

  /** A stored document of an older version, as this version has it. */
  default Map<String, Object> upgrade(Map<String, Object> values, int fromVersion) {
    return values;
  }
}

package org.strowger.accounts.api;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The settings one feature keeps on one account, as plain data. Doors, stores and caches handle these;
 * only the feature decodes. Fields it does not know are kept.
 *
 * @param schemaVersion of the feature that wrote it
 */
public record SettingsDocument(String feature, int schemaVersion, Map<String, Object> values) {

  public SettingsDocument {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }
}

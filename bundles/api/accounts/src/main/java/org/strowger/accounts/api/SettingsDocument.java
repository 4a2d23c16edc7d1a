package org.strowger.accounts.api;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The settings one feature keeps on one account, as plain data. Doors, stores and caches handle these;
 * only the feature decodes. Fields it does not know are kept.
 *
 * @param schemaVersion of the feature that wrote it
 * @param secrets names of the values that nobody is shown, also while the feature is away; null where nobody noted them: then each value is one
 */
public record SettingsDocument(String feature, int schemaVersion, Map<String, Object> values, Set<String> secrets) {

  public SettingsDocument {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    secrets = secrets == null ? null : Set.copyOf(secrets);
  }

  /** Of which nobody noted what is secret. */
  public SettingsDocument(String feature, int schemaVersion, Map<String, Object> values) {
    this(feature, schemaVersion, values, null);
  }

  /** Whether nobody is shown this value. */
  public boolean secret(String name) {
    return secrets == null || secrets.contains(name);
  }
}

package org.strowger.accounts.api;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Several changes of one account, made together or not at all.
 *
 * @param version as read; null changes whatever it is now
 * @param profile fields of {@link AccountProfile} as plain data; the others keep their values
 * @param features settings as plain data by feature id; the others keep their values, a null sets the initial one
 * @param voipPassword null keeps it
 * @param webPassword null keeps it
 */
public record AccountChange(
    Integer version, Map<String, Object> profile, Map<String, Map<String, Object>> features, String voipPassword, String webPassword) {

  public AccountChange {
    profile = new LinkedHashMap<>(profile);
    features = new LinkedHashMap<>(features);
  }

  public static AccountChange ofProfile(Map<String, Object> profile) {
    return new AccountChange(null, profile, Map.of(), null, null);
  }

  public static AccountChange ofFeatures(Map<String, Map<String, Object>> features) {
    return new AccountChange(null, Map.of(), features, null, null);
  }

  /** Never prints a secret. */
  @Override
  public String toString() {
    return "change of " + profile.keySet() + " and settings of " + features.keySet();
  }
}

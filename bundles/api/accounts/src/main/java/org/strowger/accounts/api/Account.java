package org.strowger.accounts.api;

import java.time.Instant;
import java.util.Map;
import org.strowger.kernel.AccountId;
import org.strowger.kernel.CustomerId;

/**
 * An account at one moment. Holds no secret.
 *
 * @param features the stored documents by feature id, those of features that are away included
 * @param version grows with every change; updates name the one they read
 */
public record Account(AccountId id, CustomerId customer, AccountProfile profile, AccountInfo info, Map<String, SettingsDocument> features, int version) {

  public Account {
    features = Map.copyOf(features);
  }

  public String name() {
    return profile.name();
  }

  /** Whether it may call, register and be called at this moment. */
  public boolean usable(Instant now) {
    return !profile.blocked() && (info.expiration() == null || now.isBefore(info.expiration()));
  }
}

package org.strowger.accounts.api;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;
import org.strowger.kernel.AccountId;
import org.strowger.kernel.CustomerId;

/**
 * Administration of accounts. Bad input changes nothing. Threads: any; blocks on the database.
 *
 * <p>{@code by} is the login of who does it.
 */
@ProviderType
public interface AccountService {

  /**
   * Makes an account, its balance and its settings in one transaction.
   *
   * @param features settings by feature id; unknown features are INVALID
   * @throws org.strowger.kernel.StrowgerException DUPLICATE name or login
   */
  NewAccount.Created create(CustomerId customer, NewAccount account, Map<String, Map<String, Object>> features, String by);

  /** @param version as read; CONFLICT if somebody changed it since */
  Account update(AccountId id, int version, AccountProfile profile, String by);

  /**
   * Changes fields, settings and passwords in one transaction.
   *
   * @throws org.strowger.kernel.InvalidInput naming every field that is unknown or broken
   * @throws org.strowger.kernel.StrowgerException CONFLICT if somebody changed it since the version named, or a feature is not
   *     installed now (naming it), or the new plan has another currency; DUPLICATE name or login
   */
  Account change(AccountId id, AccountChange change, String by);

  /**
   * Changes some settings of a feature, the others keep their values; a null sets the initial one.
   *
   * @throws org.strowger.kernel.StrowgerException CONFLICT naming the feature if it is not installed now
   */
  Account changeSettings(AccountId id, String feature, Map<String, Object> changes, String by);

  /** @param secret null to have one made. @return the one made, null if one was given */
  String setVoipPassword(AccountId id, String secret, String by);

  /** @param secret null to have one made. @return the one made, null if one was given */
  String setWebPassword(AccountId id, String secret, String by);

  /** Deletes it; CDRs, payments and ledger entries stay. CONFLICT while it has a call up or a balance other than zero. */
  void delete(AccountId id, String by);

  Optional<Account> find(AccountId id);

  Optional<Account> byName(CustomerId customer, String name);

  List<Account> list(CustomerId customer, AccountQuery query);

  /** How many {@link #list} would show if it had no offset and no limit. Joins the thread's transaction. */
  long count(CustomerId customer, AccountQuery query);

  /**
   * Names that begin so, in order, for who types one.
   *
   * @param prefix without case; empty for all
   * @param limit 1 to 1000
   */
  List<String> names(CustomerId customer, String prefix, int limit);

  /** Settings of a feature as they act: stored values, initial ones where nothing is stored. Empty if the feature is away. */
  Optional<Map<String, Object>> settings(Account account, String feature);

  /** The features installed now, in order of section and id. */
  List<SettingsSchema> features();

  /** Notes the first call attempt; later calls of this change nothing. Returns at once, durable soon after. */
  void used(AccountId id, Instant when);
}

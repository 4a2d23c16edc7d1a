package org.strowger.billing.api;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.TariffId;

/**
 * Administration of tariffs and rates. Changes act on calls that are set up afterwards; a call keeps
 * the snapshot it was quoted. Threads: any; may block on the database.
 */
@ProviderType
public interface TariffService {

  /** @throws org.strowger.kernel.StrowgerException DUPLICATE if the name is taken */
  Tariff create(CustomerId customer, TariffTerms terms);

  /** @param version as read; CONFLICT if somebody else changed it since, INVALID for another currency */
  Tariff update(TariffId id, int version, TariffTerms terms);

  /** CONFLICT while a plan uses it. A carrier whose tariff is gone is passed over. */
  void delete(TariffId id);

  Optional<Tariff> find(TariffId id);

  Optional<Tariff> byName(CustomerId customer, String name);

  List<Tariff> list(CustomerId customer);

  /** Adds rates or replaces those with the same prefix and activation; all of them or none. */
  void putRates(TariffId id, List<Rate> rates);

  /** Replaces all rates by these in one step; calls see the old or the new ones, nothing between. */
  void replaceRates(TariffId id, List<Rate> rates);

  /** Deletes every rate of exactly this prefix. @return how many there were */
  int deleteRates(TariffId id, String prefix);

  /** Rates whose prefix starts with {@code prefix}, in order of prefix. @param limit 1 to 1000 */
  List<Rate> rates(TariffId id, String prefix, int offset, int limit);
}

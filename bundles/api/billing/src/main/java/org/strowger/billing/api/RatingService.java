package org.strowger.billing.api;

import java.time.Instant;
import org.osgi.annotation.versioning.ProviderType;
import org.strowger.kernel.PlanId;
import org.strowger.kernel.TariffId;

/** Quotes, from memory. Threads: any; never blocks; a quote takes about a microsecond. */
@ProviderType
public interface RatingService {

  /**
   * What a call costs who has this plan.
   *
   * @param cld translated number; for on-net the account name or number
   * @param onNet whether the call goes to an account of ours: rule "On-net (ours)" of spec B.2
   */
  Quote quote(PlanId plan, String cld, boolean onNet, Instant at);

  /** What a call costs us with a carrier that sells by this tariff. */
  Quote quote(TariffId tariff, DurationRounding rounding, String cld, Instant at);
}

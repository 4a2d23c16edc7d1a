package org.strowger.billing.api;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.PlanId;

/** Administration of service plans. Threads: any; may block on the database. */
@ProviderType
public interface PlanService {

  Plan create(CustomerId customer, PlanTerms terms);

  /** Once an account has the plan only its name may change (spec B.4): CONFLICT. */
  Plan update(PlanId id, int version, PlanTerms terms);

  /** CONFLICT once it was given to an account. */
  void delete(PlanId id);

  Optional<Plan> find(PlanId id);

  Optional<Plan> byName(CustomerId customer, String name);

  List<Plan> list(CustomerId customer);

  /**
   * Called by the accounts inside their transaction when an account takes the plan: locks it and marks it used.
   *
   * @throws org.strowger.kernel.StrowgerException NOT_FOUND
   */
  Plan assign(PlanId id);
}

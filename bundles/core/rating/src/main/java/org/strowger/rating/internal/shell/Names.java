package org.strowger.rating.internal.shell;

import org.strowger.billing.api.Plan;
import org.strowger.billing.api.PlanService;
import org.strowger.billing.api.Tariff;
import org.strowger.billing.api.TariffService;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.StrowgerException;

/** Things as people name them at the prompt. */
final class Names {

  private Names() {}

  static Tariff tariff(TariffService tariffs, String name) {
    return tariffs.byName(CustomerId.ROOT, name).orElseThrow(() -> StrowgerException.notFound("tariff", "'" + name + "'; see tariff:list"));
  }

  static Plan plan(PlanService plans, String name) {
    return plans.byName(CustomerId.ROOT, name).orElseThrow(() -> StrowgerException.notFound("plan", "'" + name + "'; see plan:list"));
  }
}

package org.strowger.rating.internal;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.strowger.billing.api.Plan;
import org.strowger.billing.api.PlanService;
import org.strowger.billing.api.PlanTerms;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.PlanId;
import org.strowger.rating.internal.store.RatingStore;

/** Administration of service plans: stored first, then in the book. */
@Component
public final class Plans implements PlanService {

  private final RatingStore store;
  private final RateBook book;

  @Activate
  public Plans(@Reference RatingStore store, @Reference RateBook book) {
    this.store = store;
    this.book = book;
  }

  @Override
  public Plan create(CustomerId customer, PlanTerms terms) {
    return changing(() -> store.create(customer, terms));
  }

  @Override
  public Plan update(PlanId id, int version, PlanTerms terms) {
    return changing(() -> store.update(id, version, terms));
  }

  private Plan changing(Supplier<Plan> change) {
    return store.tx().required(() -> {
      Plan plan = change.get();
      store.tx().afterCommit(book::reloadPlans);
      return plan;
    });
  }

  @Override
  public void delete(PlanId id) {
    store.tx().run(() -> {
      store.delete(id);
      store.tx().afterCommit(() -> book.forget(id));
    });
  }

  @Override
  public Optional<Plan> find(PlanId id) {
    return store.plans().stream().filter(plan -> plan.id().equals(id)).findFirst();
  }

  @Override
  public Optional<Plan> byName(CustomerId customer, String name) {
    return store.plan(customer, name);
  }

  @Override
  public List<Plan> list(CustomerId customer) {
    return store.plans().stream().filter(plan -> plan.customer().equals(customer)).toList();
  }

  @Override
  public Plan assign(PlanId id) {
    return store.assign(id);
  }
}

package org.strowger.rating.internal.rest;

import java.util.Currency;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.strowger.billing.api.Plan;
import org.strowger.billing.api.PlanService;
import org.strowger.billing.api.PlanTerms;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.PlanId;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.data.Setting;
import org.strowger.kernel.data.Shape;
import org.strowger.rest.api.Endpoint;
import org.strowger.rest.api.RestAnswer;
import org.strowger.rest.api.RestRequest;
import org.strowger.rest.spi.RestResource;

/** {@code /plans}. */
@Component
public final class PlanResource implements RestResource {

  record PlanView(PlanId id, int version, Currency currency, PlanTerms terms) {}

  record PlanUpdate(@Setting(help = "As read.") int version, PlanTerms terms) {}

  private static final Shape<PlanTerms> TERMS = Shape.of(PlanTerms.class);
  private static final Shape<PlanView> VIEW = Shape.of(PlanView.class, "Plan");
  private static final Shape<PlanUpdate> UPDATE = Shape.of(PlanUpdate.class);

  private final PlanService plans;

  @Activate
  public PlanResource(@Reference PlanService plans) {
    this.plans = plans;
  }

  @Override
  public String name() {
    return "plans";
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get("/plans", "List service plans", this::list).answeringListOf(VIEW::schema),
        Endpoint.post("/plans", "Make a service plan", this::create).taking(TERMS::schema).answering(VIEW::schema),
        Endpoint.get("/plans/{id}", "Show a service plan", this::show).answering(VIEW::schema),
        Endpoint.put("/plans/{id}", "Change a service plan; only its name once an account has it", this::update).taking(UPDATE::schema).answering(VIEW::schema),
        Endpoint.delete("/plans/{id}", "Delete a service plan that was never given to an account", this::delete));
  }

  private RestAnswer list(RestRequest request) {
    return RestAnswer.ok(plans.list(CustomerId.ROOT).stream().map(PlanResource::view).toList());
  }

  private RestAnswer create(RestRequest request) {
    Plan plan = plans.create(CustomerId.ROOT, TERMS.decode(request.body()));
    return RestAnswer.created("/plans/" + plan.id(), view(plan));
  }

  private RestAnswer show(RestRequest request) {
    PlanId id = id(request);
    return RestAnswer.ok(view(plans.find(id).orElseThrow(() -> StrowgerException.notFound("plan", id))));
  }

  private RestAnswer update(RestRequest request) {
    PlanUpdate update = UPDATE.decode(request.body());
    return RestAnswer.ok(view(plans.update(id(request), update.version(), update.terms())));
  }

  private RestAnswer delete(RestRequest request) {
    plans.delete(id(request));
    return RestAnswer.noContent();
  }

  private static Map<String, Object> view(Plan plan) {
    return VIEW.encode(new PlanView(plan.id(), plan.version(), plan.currency(), plan.terms()));
  }

  private static PlanId id(RestRequest request) {
    return new PlanId(PathId.of("plan", request.path("id")));
  }
}

package org.strowger.rating.internal.rest;

import java.util.Currency;
import java.util.LinkedHashMap;
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
import org.strowger.kernel.data.Schema;
import org.strowger.kernel.data.Setting;
import org.strowger.kernel.data.Shape;
import org.strowger.rest.api.Endpoint;
import org.strowger.rest.api.Named;
import org.strowger.rest.api.RestAnswer;
import org.strowger.rest.api.RestRequest;
import org.strowger.rest.spi.RestResource;

/** {@code /plans}. */
@Component
public final class PlanResource implements RestResource {

  record Currencies(@Setting(help = "Of its tariff.") Currency currency) {}

  private static final Shape<PlanTerms> TERMS = Shape.of(PlanTerms.class);
  private static final Shape<Currencies> CURRENCY = Shape.of(Currencies.class);
  private static final Schema VIEW = CURRENCY.schema().behind(Versioned.view("Plan", TERMS.schema()), "Plan");
  private static final Schema CHANGE = Versioned.change("PlanChange", TERMS.schema());

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
        Endpoint.get("/plans", "List service plans", this::list).takingQuery(Named.SHAPE.schema()).answeringListOf(() -> VIEW),
        Endpoint.post("/plans", "Make a service plan", this::create).taking(TERMS::schema).creating(() -> VIEW),
        Endpoint.get("/plans/{id}", "Show a service plan", this::show).answering(() -> VIEW),
        Endpoint.patch("/plans/{id}", "Change what is given; only the name once an account has the plan", this::update).taking(() -> CHANGE).answering(() -> VIEW),
        Endpoint.delete("/plans/{id}", "Delete a service plan that was never given to an account", this::delete));
  }

  private RestAnswer list(RestRequest request) {
    return RestAnswer.ok(Named.found(request, name -> plans.byName(CustomerId.ROOT, name), () -> plans.list(CustomerId.ROOT)).map(PlanResource::view).toList());
  }

  private RestAnswer create(RestRequest request) {
    Plan plan = plans.create(CustomerId.ROOT, TERMS.decode(request.body()));
    return RestAnswer.created("/plans/" + plan.id(), view(plan));
  }

  private RestAnswer show(RestRequest request) {
    return RestAnswer.ok(view(find(request)));
  }

  private RestAnswer update(RestRequest request) {
    Plan now = find(request);
    var changes = new LinkedHashMap<>(request.body());
    int version = new Versioned(now.id().value(), now.version()).takeVersion(changes);
    return RestAnswer.ok(view(plans.update(now.id(), version, TERMS.with(now.terms(), changes))));
  }

  private RestAnswer delete(RestRequest request) {
    plans.delete(id(request));
    return RestAnswer.noContent();
  }

  private static Map<String, Object> view(Plan plan) {
    var data = new Versioned(plan.id().value(), plan.version()).with(TERMS.encode(plan.terms()));
    data.putAll(CURRENCY.encode(new Currencies(plan.currency())));
    return data;
  }

  private Plan find(RestRequest request) {
    PlanId id = id(request);
    return plans.find(id).orElseThrow(() -> StrowgerException.notFound("plan", id));
  }

  private static PlanId id(RestRequest request) {
    return new PlanId(request.id("plan", "id"));
  }
}

package org.strowger.routing.internal.rest;

import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.strowger.kernel.CarrierId;
import org.strowger.kernel.CustomerId;
import org.strowger.rest.api.Endpoint;
import org.strowger.rest.api.Named;
import org.strowger.rest.api.RestAnswer;
import org.strowger.rest.api.RestRequest;
import org.strowger.rest.spi.RestResource;
import org.strowger.routing.internal.Carriers;
import org.strowger.routing.internal.model.Carrier;
import org.strowger.routing.internal.view.CarrierView;

/** {@code /carriers}. */
@Component
public final class CarrierResource implements RestResource {

  private final Carriers carriers;

  @Activate
  public CarrierResource(@Reference Carriers carriers) {
    this.carriers = carriers;
  }

  @Override
  public String name() {
    return "carriers";
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get("/carriers", "List carriers", this::list).takingQuery(Named.SHAPE.schema()).answeringListOf(() -> CarrierView.SHOWN),
        Endpoint.post("/carriers", "Make a carrier", this::create).taking(() -> CarrierView.NEW).creating(() -> CarrierView.SHOWN),
        Endpoint.get("/carriers/{id}", "Show a carrier", this::show).answering(() -> CarrierView.SHOWN),
        Endpoint.patch("/carriers/{id}", "Change some fields of a carrier; a null sets the initial value, or removes the password", this::change)
            .taking(() -> CarrierView.CHANGE).answering(() -> CarrierView.SHOWN),
        Endpoint.delete("/carriers/{id}", "Delete a carrier that no routing group uses and to which nothing is owed", this::delete));
  }

  private RestAnswer list(RestRequest request) {
    return RestAnswer.ok(Named.found(request, name -> carriers.byName(CustomerId.ROOT, name), () -> carriers.list(CustomerId.ROOT)).map(CarrierView::of).toList());
  }

  private RestAnswer create(RestRequest request) {
    CarrierView.Asked asked = CarrierView.create(request.body());
    Carrier carrier = carriers.create(CustomerId.ROOT, asked.terms(), asked.password());
    return RestAnswer.created("/carriers/" + carrier.id(), CarrierView.of(carrier));
  }

  private RestAnswer show(RestRequest request) {
    return RestAnswer.ok(CarrierView.of(carriers.get(id(request))));
  }

  private RestAnswer change(RestRequest request) {
    Carrier carrier = carriers.get(id(request));
    CarrierView.Asked asked = CarrierView.change(carrier, request.body());
    int version = asked.version() == null ? carrier.version() : asked.version();
    return RestAnswer.ok(CarrierView.of(carriers.update(carrier.id(), version, asked.terms(), asked.password())));
  }

  private RestAnswer delete(RestRequest request) {
    carriers.delete(id(request));
    return RestAnswer.noContent();
  }

  private static CarrierId id(RestRequest request) {
    return new CarrierId(request.id("carrier", "id"));
  }
}
